"""`laneblock compare`: all detectors on the same recorded runs, at equal false alarms, against two references.

battery's runs (simulated once) --> replays (comparison_replays.py) --> points and curves (operating_curve.py)
    --> paired differences (paired_differences.py) --> files (comparison_files.py), figure (comparison_figure.py), page
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.calibration.aims import AIMS
from detectors.catalogue import DETECTORS, build, fingerprint
from detectors.detector import Estimator
from harness.records.failure import FailedRunsError, Failure, failure_of
from harness.records.known_truth import known_truth
from harness.records.run_folder import RunFolder, recorded_scenario
from harness.running.detector_names import ENDS_OF_SCALE, check_names, named_or_all
from harness.scoring.score_runs import ScoredRun
from harness.studies.comparison.comparison_replays import ComparisonReplay, detector_aims, replay_all
from harness.studies.comparison.operating_curve import ComparedRun, OperatingPoint, calibrated_point, curve, read_off
from harness.studies.comparison.paired_differences import PairedDifference, paired_difference
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.run_labels import run_labels
from simulator.recording.recording_folder import read_recording

REFERENCES = ("sheu2004", "trees")


@dataclass(frozen=True, slots=True)
class Comparison:
    """All points: `calibrated` by detector and aim, `curves` by detector, `read_off` by detector and rate.

    `paired`: at the calibrated thresholds; `paired_equal`: at equal rates read off the curves (where the reference has no
    curve: at its rate as calibrated); `left_out`: detectors that cannot be compared, with the reason; `estimating`: those that
    name lanes and place; `references`: those that the others are paired with.
    """

    title: str
    runs: int
    corridor_days: float
    calibrated: Mapping[tuple[str, float], OperatingPoint]
    curves: Mapping[str, tuple[OperatingPoint, ...]]
    read_off: Mapping[tuple[str, float], OperatingPoint | None]
    paired: Sequence[tuple[float, PairedDifference]]
    paired_equal: Sequence[tuple[float, PairedDifference]]
    left_out: Mapping[str, str]
    notices: Sequence[str]
    estimating: frozenset[str] = frozenset()
    references: tuple[str, ...] = REFERENCES

    def fingerprints(self, aim: float) -> dict[str, str]:
        """The fingerprints of the detectors compared at `aim`, by name."""
        return {name: fingerprint(name, aim=aim) for name in self.detectors if (name, aim) in self.calibrated}

    @property
    def detectors(self) -> tuple[str, ...]:
        """The detectors compared, in the catalogue's order."""
        return tuple(name for name in DETECTORS if any(known == name for known, _ in self.calibrated))


def check_detector_names(names: Sequence[str], references: Sequence[str] = ()) -> None:
    """Raise UserError for an unknown detector, for one given twice, and for a reference that is not compared."""
    check_names(names, "--detector")
    check_names(references, "--reference")
    for name in references:
        if (names and name not in names) or (not names and name in ENDS_OF_SCALE):
            slip = f"add --detector {name}" if names else "name it and those to compare with --detector"
            raise UserError(f"--reference {name}: it is not among the detectors compared ({slip})")


def choose_detectors(names: Sequence[str], corridor: Corridor) -> tuple[list[str], dict[str, str]]:
    """Return the detectors to compare (all by default), and those that cannot be compared, with the reason.

    Raises UserError for an unknown or repeated name, and where none can be compared.
    """
    check_detector_names(names)
    wanted = named_or_all(names)
    fit, left_out = [], {}
    for name in wanted:
        if (found := detector_aims(name, corridor))[0]:
            fit.append(name)
        else:
            left_out[name] = found[1]
    if not fit:
        raise UserError(f"no detector can be compared: {'; '.join(left_out.values())}")
    return fit, left_out


def compare_detectors(
    title: str,
    folders: Sequence[RunFolder],
    names: Sequence[str],
    out: Path,
    jobs: int,
    show: Callable[[str, int, int], None],
    notices: Sequence[str] = (),
    references: Sequence[str] = REFERENCES,
) -> Comparison:
    """Compare detectors on finished runs, paired with each of `references`; `show(name, done, of)` is called after each replay.

    Raises UserError, and FailedRunsError where nothing is left to compare.
    """
    corridor = read_recording(folders[0].path).corridor
    fit, left_out = choose_detectors(names, corridor)
    aims = {name: detector_aims(name, corridor) for name in fit}
    known = [*notices, *(f"{name} is not at every rate: {why}" for name, (_, why) in aims.items() if why)]
    replays: dict[str, ComparisonReplay] = {}
    failures: dict[str, Failure] = {}
    for done, (name, replayed) in enumerate(replay_all(folders, fit, out, jobs), start=1):
        if isinstance(replayed, Exception):
            failures[name] = failure_of(replayed)
            known.append(f"{name} could not be replayed and is not in these figures: {failures[name]}")
        else:
            replays[name] = replayed
            for detector, failure in replayed.failed.items():
                failures[f"{detector} on {name}"] = failure
                left_out[detector] = f"failed on {name}: {failure}"
        show(name, done, len(folders))
    fit = [name for name in fit if name not in left_out]
    runs = [
        ComparedRun(_run_without_alarms(folder), replays[folder.name]) for folder in folders if folder.name in replays
    ]
    if not runs or not fit:
        raise FailedRunsError(f"nothing to compare after {len(failures)} failures", failures)
    calibrated, curves, equal = {}, {}, {}
    for number, name in enumerate(fit, start=1):
        calibrated.update({(name, aim): calibrated_point(runs, name, aim) for aim in aims[name][0]})
        if DETECTORS[name].thresholds is not None:
            curves[name] = curve(runs, name)
            equal.update({(name, rate): read_off(curves[name], rate) for rate in AIMS})
        show(f"scored {name}", number, len(fit))
    return Comparison(
        title=title,
        runs=len(runs),
        corridor_days=next(iter(calibrated.values())).corridor_days,
        calibrated=calibrated,
        curves=curves,
        read_off=equal,
        paired=_pairs(fit, calibrated, references),
        paired_equal=_equal_pairs(calibrated, curves, references),
        left_out=left_out,
        notices=known,
        estimating=frozenset(
            name for name in fit if isinstance(build(name, corridor, aim=aims[name][0][0]), Estimator)
        ),
        references=tuple(references),
    )


def _pairs(
    names: Sequence[str], points: Mapping[tuple[str, float], OperatingPoint], references: Sequence[str]
) -> list[tuple[float, PairedDifference]]:
    return [
        (aim, paired_difference(points[name, aim], points[reference, aim]))
        for aim in AIMS
        for reference in references
        for name in names
        if name != reference and (name, aim) in points and (reference, aim) in points
    ]


def _equal_pairs(
    calibrated: Mapping[tuple[str, float], OperatingPoint],
    curves: Mapping[str, Sequence[OperatingPoint]],
    references: Sequence[str],
) -> list[tuple[float, PairedDifference]]:
    """Return pairs at equal rates; a reference without a curve keeps its calibrated rate, and the others are read off there."""
    pairs = []
    for aim in AIMS:
        for reference in references:
            other = read_off(curves[reference], aim) if reference in curves else calibrated.get((reference, aim))
            if other is None:
                continue
            rate = aim if reference in curves else other.false_alarm_rate.value
            read = {name: read_off(points, rate) for name, points in curves.items() if name != reference}
            pairs += [(aim, paired_difference(point, other)) for point in read.values() if point is not None]
    return pairs


def _run_without_alarms(folder: RunFolder) -> ScoredRun:
    recording = read_recording(folder.path)
    scenario = recorded_scenario(folder.path)
    labels = {} if scenario is None else run_labels(scenario, recording.corridor)
    times_s = np.array([frame.time_s for frame in recording.frames])
    no_alarm = np.zeros((len(times_s), recording.corridor.sections), dtype=np.bool_)
    truth = known_truth(folder.path, recording)
    return ScoredRun(folder.name, recording.corridor, times_s, no_alarm, truth, None, labels)
