"""Make a baseline from a folder: a battery's results as they are, or recordings, which are replayed.

a battery's results      a folder with battery.json: its decisions are scored, nothing is replayed
recordings               a folder of recordings, such as `runs` of a battery's results: each is replayed through each
                         detector, without SUMO
shipped                  the recordings that come with laneblock (the folder `recordings` beside this file)
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from detectors.catalogue import build, fingerprint
from harness.records.battery_folder import ResultsFolder
from harness.records.digests import alarms_digest, frames_digest
from harness.records.failure import FailedRunsError
from harness.records.recorded_detectors import fingerprint_in
from harness.reporting.number_text import first_names
from harness.reporting.read_runs import read_run, run_to_score
from harness.running.replay_recording import replay_recording
from harness.scoring.matching import GRACE_S
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.baseline.baseline_file import (
    Baseline,
    DetectorResult,
    IncidentResult,
    RunIdentity,
    RunResult,
)
from harness.studies.baseline.run_identities import (
    CORRIDOR_FILE,
    SHIPPED,
    battery_name,
    digest_of_scenario,
    made_with,
    run_identity,
)
from scenarios.errors import MissingFileError, UserError
from simulator.recording.corridor_file import read_corridor
from simulator.recording.incident_log import INCIDENT_FILE

SHIPPED_BASELINE = SHIPPED / "baseline.json"

Progress = Callable[[str], None]
Check = Callable[[str, Mapping[str, RunIdentity]], None]
Keep = Callable[[str, Sequence[ScoredRun]], None]


def baseline_of(
    folder: Path,
    parameters: Mapping[str, Path | None] | None,
    persistence: int,
    command: str,
    progress: Progress = lambda text: None,
    check: Check = lambda battery, runs: None,
    keep: Keep = lambda detector, runs: None,
) -> Baseline:
    """Return the scored results of detectors on the runs in `folder`.

    `parameters` maps the detectors to their files, None for the shipped one; without `parameters`, the detectors are those
    of the results. `check` may refuse the battery and its runs before the replay; `keep` gets the replayed runs of each
    detector. Raises UserError or MissingFileError where the folder is none of these or does not fit, FailedRunsError where
    runs in it failed.
    """
    if persistence < 0:
        raise UserError(f"wanted --persistence of 0 or more, got {persistence}")
    if (folder / "battery.json").is_file():
        return _of_results(folder, parameters, persistence, command, check)
    return _of_recordings(folder, parameters, persistence, command, progress, check, keep)


def recordings_in(folder: Path) -> list[Path]:
    """Return the recordings in a folder, in order of name; the folder itself where it is one."""
    if (folder / CORRIDOR_FILE).is_file():
        return [folder]
    return sorted(path.parent for path in folder.glob(f"*/{CORRIDOR_FILE}") if not path.parent.name.startswith("."))


def _of_results(
    path: Path, parameters: Mapping[str, Path | None] | None, persistence: int, command: str, check: Check
) -> Baseline:
    folder = ResultsFolder(path)
    record, names, recorded = folder.read_to_score()
    _check_finished(folder, names)
    for name, file in (parameters or {}).items():
        if name not in recorded or file is not None:
            slip = f"{path} was run with {', '.join(recorded)}"
            raise UserError(f"{slip}, not with {name}{f'={file}' if file else ''} (replay it: give {path / 'runs'})")
    results: dict[str, DetectorResult] = {}
    identities: dict[str, RunIdentity] = {}
    for detector in parameters or recorded:
        runs = [read_run(folder.run(name), detector) for name in names]
        if not identities:
            for run in runs:
                identities[run.name] = RunIdentity(
                    scenario=digest_of_scenario(run.scenario, folder.run(run.name).path),
                    frames=frames_digest(run.recording.frames),
                    period_s=run.recording.corridor.period_s,
                )
            check(str(record.get("name")), identities)
        results[detector] = DetectorResult(
            fingerprint=fingerprint_in(record, detector),
            mask_fingerprint=str(record.get("mask_fingerprint") or ""),
            runs=_results([run_to_score(run) for run in runs], persistence),
        )
    return Baseline(
        battery=str(record.get("name")),
        persistence=persistence,
        grace_s=GRACE_S,
        made_with=made_with([folder.run(name).path for name in names], command),
        runs=identities,
        detectors=results,
    )


def _check_finished(folder: ResultsFolder, names: Sequence[str]) -> None:
    missing = [name for name in names if not folder.run(name).finished]
    failed = [name for name in missing if folder.failed.file(name).exists()]
    if failed:
        failures = {name: folder.failed.read(name) for name in failed}
        raise FailedRunsError(f"{folder.path}: {len(failed)} of {len(names)} runs failed", failures)
    if missing:
        raise UserError(
            f"{folder.path}: {len(missing)} of {len(names)} runs are missing ({first_names(missing)}): finish it with the "
            "same laneblock battery command, or laneblock merge all shards"
        )


def _of_recordings(
    folder: Path,
    parameters: Mapping[str, Path | None] | None,
    persistence: int,
    command: str,
    progress: Progress,
    check: Check,
    keep: Keep,
) -> Baseline:
    recordings = recordings_in(folder)
    if not folder.exists():
        raise MissingFileError(f"no such folder: {folder} (wanted a battery's results, or a folder of recordings)")
    if not recordings:
        raise UserError(f"{folder} holds neither a battery's results (battery.json) nor recordings ({CORRIDOR_FILE})")
    if not parameters:
        raise UserError(f"{folder} holds recordings: wanted a detector to replay them with (--detector NAME)")
    first = read_corridor(recordings[0])
    for detector, file in parameters.items():  # raises for a wrong name or file before the replay
        build(detector, first, file)
    identities = {path.name: run_identity(path) for path in recordings}
    check(battery_name(folder), identities)
    results = {}
    for detector, file in parameters.items():
        progress(f"{detector}: replaying {len(recordings)} recordings of {battery_name(folder)}")
        runs = [replay_recording(path.name, path, detector, file)[0] for path in recordings]
        for run, path in zip(runs, recordings, strict=True):
            if run.truth is None:
                raise UserError(f"{path}: its incidents are not known (no {INCIDENT_FILE}), so it cannot be scored")
        keep(detector, runs)
        results[detector] = DetectorResult(fingerprint=fingerprint(detector, file), runs=_results(runs, persistence))
    return Baseline(
        battery=battery_name(folder),
        persistence=persistence,
        grace_s=GRACE_S,
        made_with=made_with(recordings, command),
        runs=identities,
        detectors=results,
    )


def _results(runs: Sequence[ScoredRun], persistence: int) -> dict[str, RunResult]:
    score = score_runs(runs, persistence)
    results = {}
    for run, counts in zip(runs, score.run_outcomes, strict=True):
        incidents = tuple(
            IncidentResult(
                onset_s=one.onset_s,
                section=one.section,
                counted=one.counted,
                detected=one.detected,
                located=one.located,
                ttd_s=one.ttd_s if one.detected else None,
            )
            for one in score.incident_outcomes
            if one.run == run.name
        )
        results[run.name] = RunResult(
            alarms=counts.alarms,
            false_alarms=counts.false_alarms,
            neutral_alarms=counts.neutral_alarms,
            decisions=counts.decisions,
            corridor_days=counts.corridor_days,
            said=alarms_digest(run.times_s, run.alarm),
            incidents=incidents,
        )
    return results
