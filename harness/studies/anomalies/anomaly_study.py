"""A study of anomalies, from its file to its findings.

    study --> scenarios --> battery's runs --> truth of every anomaly
                                          --> every detector: parameters, replay, threshold, score --> AnomalyFindings

All detectors get the same allowed rate of false alarms, on days that none has learned from and none is scored on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS, DAY_S
from detectors.calibration.thresholds import COUNTED
from detectors.catalogue import fingerprint
from harness.records.battery_folder import ResultsFolder
from harness.records.failure import FailedRunsError, Failure
from harness.records.kept_arrays import key_of
from harness.reporting.number_text import first_names
from harness.reporting.read_runs import unrealistic_traffic
from harness.running.detector_names import check_names, named_or_all
from harness.studies.anomalies.anomaly_replays import Progress, RunOrder, recording_of, replay_all
from harness.studies.anomalies.anomaly_scenarios import StudyRun
from harness.studies.anomalies.anomaly_score import DetectorScore, mean_by_chance
from harness.studies.anomalies.anomaly_truth import AnomalousRun, Anomaly, anomalies_of
from harness.studies.anomalies.score_detector import score_detector
from scenarios.anomaly import ANOMALY_KINDS
from scenarios.errors import MissingFileError, UserError
from scenarios.files.anomaly_study_file import AnomalyStudy
from simulator.frame import Array
from simulator.recording.truth_files import read_truth
from simulator.truth import Truth


@dataclass(frozen=True, slots=True, eq=False)
class AnomalyFindings:
    """The findings of a study: all test runs, every detector's score, `left_out` detectors with the reason, notices.

    `days`: number of history and of threshold days; `chance`: share of each kind that is found by chance at the allowed rate.
    """

    study: AnomalyStudy
    runs: tuple[AnomalousRun, ...]
    days: tuple[int, int]
    scores: tuple[DetectorScore, ...]
    chance: Mapping[str, float]
    left_out: Mapping[str, str]
    fingerprints: Mapping[str, str]
    notices: tuple[str, ...]

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """All anomalies, in the runs' order."""
        return tuple(each for run in self.runs for each in run.anomalies)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds with a counted anomaly, in the order of tables."""
        there = {each.kind for each in self.anomalies if each.counted}
        return tuple(kind for kind in ANOMALY_KINDS if kind in there)


def choose_detectors(names: Sequence[str]) -> list[str]:
    """Return the detectors of a study, all by default. Raises UserError for an unknown or repeated name."""
    check_names(names, "--detector")
    return named_or_all(names)


def find_anomalies(
    study: AnomalyStudy,
    runs: Sequence[StudyRun],
    results: Path,
    names: Sequence[str],
    out: Path,
    jobs: int,
    command: str,
    show: Progress,
    failed: Mapping[str, Failure],
) -> AnomalyFindings:
    """Replay and score the detectors on the finished runs in `results`; `show(what, done, of)` is called after each detector.

    Runs that failed are left out, with a notice. Raises FailedRunsError, or MissingFileError where none failed, without a history
    day, a threshold day or a run with anomalies; FailedRunsError where every detector failed.
    """
    folder = ResultsFolder(results)
    done = [run for run in runs if folder.run(run.name).finished]
    if {run.role for run in done} != {"history", "threshold", "test"}:
        wanted = f"{results}: wanted a history day, a threshold day and a run with anomalies, all are not finished"
        raise FailedRunsError(wanted, failed) if failed else MissingFileError(wanted)
    orders = [RunOrder(run.name, folder.run(run.name).path, run.role, run.from_s) for run in done]
    digest = key_of(*(folder.run(run.name).loops.read_bytes() for run in done))
    truths = {run.name: read_truth(folder.run(run.name).path) for run in done}
    tests = tuple(_run(study, run, folder.run(run.name).path, truths[run.name]) for run in done if run.role == "test")
    notices = list(unrealistic_traffic(truths))
    if missing := [run.name for run in runs if run not in done]:
        notices.append(f"{len(missing)} runs failed, and are not in these figures: {first_names(missing)}.")
    notices += _short_notices(study, orders)
    replays, failures = replay_all(names, orders, digest, study.day.from_s, out, jobs, command, show)
    if not replays:
        raise FailedRunsError("no detector could be replayed", failures)
    left_out = {name: str(failure) for name, failure in failures.items()}
    scores = []
    for replay in replays:
        try:
            scores.append(score_detector(study, replay, orders, tests))
        except UserError as error:
            left_out[replay.detector] = str(error)
    if not scores:
        raise UserError("no detector can be scored: " + "; ".join(f"{name}: {why}" for name, why in left_out.items()))
    by_kind = {kind: [each for run in tests for each in run.anomalies if each.kind == kind] for kind in ANOMALY_KINDS}
    return AnomalyFindings(
        study=study,
        runs=tests,
        days=(
            sum(order.role == "history" for order in orders),
            sum(order.role == "threshold" for order in orders),
        ),
        scores=tuple(scores),
        chance=mean_by_chance(by_kind, study.false_per_day, study.period_s),
        left_out=left_out,
        fingerprints={
            each.detector: fingerprint(each.detector, each.parameters.file)
            for each in replays
            if each.detector not in left_out
        },
        notices=tuple(notices),
    )


def _run(study: AnomalyStudy, run: StudyRun, folder: Path, truth: Truth) -> AnomalousRun:
    times_s = _times_s(folder)
    return AnomalousRun(run.name, folder, times_s, anomalies_of(study, run, times_s, truth))


def _times_s(folder: Path) -> Array:
    return np.array([frame.time_s for frame in recording_of(folder).frames])


def _short_notices(study: AnomalyStudy, orders: Sequence[RunOrder]) -> list[str]:
    """A notice where the threshold days are too few to count the allowed false alarms."""
    folders = [order.folder for order in orders if order.role == "threshold"]
    frames = sum(len(recording_of(each).frames) * recording_of(each).corridor.sections for each in folders)
    days = frames * study.period_s / DAY_S / CORRIDOR_SECTIONS
    if study.false_per_day * days >= COUNTED:
        return []
    return [
        f"The threshold days hold {days:.2f} corridor-days: {study.false_per_day:g} false alarms a day are fewer than "
        f"{COUNTED:.0f} there, so thresholds are extrapolated (see the rates observed on normal hours)."
    ]
