"""Make a baseline from a folder: a battery's results as they are, or recordings, which are replayed.

a battery's results      has battery.json: its decisions are taken as they are, nothing is replayed
recordings               holds folders that are recordings, such as `runs` of a battery's results: each is replayed
                         through each detector as it is now, without SUMO
shipped                  the recordings that come with laneblock (the folder `recordings` beside this file)
"""

import platform
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from detectors.catalogue import build, fingerprint
from harness.records.battery_folder import ResultsFolder
from harness.records.digests import alarms_digest, digest, frames_digest, scenario_digest
from harness.records.failure import FailedRunsError
from harness.records.provenance import versions
from harness.records.recorded_detectors import fingerprint_in
from harness.records.run_folder import RunFolder, read_record, recorded_scenario
from harness.reporting.read_runs import read_run, scored
from harness.running.replay_recording import replay_recording
from harness.scoring.matching import GRACE_S
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.baseline.baseline_comparison import first_names
from harness.studies.baseline.baseline_file import (
    Baseline,
    DetectorResult,
    IncidentResult,
    MadeWith,
    RunIdentity,
    RunResult,
)
from scenarios.errors import MissingFileError, UserError
from scenarios.scenario import Scenario
from simulator.recording.corridor_file import read_corridor
from simulator.recording.incident_log import INCIDENT_FILE
from simulator.recording.json_file import read_object
from simulator.recording.loop_table import find_loops, read_loops

CORRIDOR_FILE = "corridor.toml"
SHIPPED = Path(__file__).parent / "recordings"
SHIPPED_BASELINE = SHIPPED / "baseline.json"
_ARCHITECTURES = re.compile(r"x86_64|amd64|aarch64|arm64|riscv64|ppc64le", re.IGNORECASE)

Tell = Callable[[str], None]
Check = Callable[[str, Mapping[str, RunIdentity]], None]
Keep = Callable[[str, Sequence[ScoredRun]], None]


def baseline_of(
    folder: Path,
    parameters: Mapping[str, Path | None] | None,
    persistence: int,
    command: str,
    tell: Tell = lambda text: None,
    check: Check = lambda battery, runs: None,
    keep: Keep = lambda detector, runs: None,
) -> Baseline:
    """Return the scored results of detectors on all that is in `folder`.

    `parameters` names the detectors, each with its file or None for its shipped one; None takes the detectors of the
    results. `check` may refuse the battery and its runs before any is replayed; `keep` gets the runs of each detector that
    was replayed. Raises UserError or MissingFileError where the folder is none of the above or does not fit,
    FailedRunsError where runs in it failed.
    """
    if persistence < 0:
        raise UserError(f"--persistence wants 0 or more, got {persistence}")
    if (folder / "battery.json").is_file():
        return _of_results(folder, parameters, persistence, command, check)
    return _of_recordings(folder, parameters, persistence, command, tell, check, keep)


def recordings_in(folder: Path) -> list[Path]:
    """Return the recordings in a folder, in order of name; the folder itself where it is one."""
    if (folder / CORRIDOR_FILE).is_file():
        return [folder]
    return sorted(path.parent for path in folder.glob(f"*/{CORRIDOR_FILE}") if not path.parent.name.startswith("."))


def _of_results(
    path: Path, parameters: Mapping[str, Path | None] | None, persistence: int, command: str, check: Check
) -> Baseline:
    folder = ResultsFolder(path)
    record = folder.read()
    names = [str(scenario["name"]) for scenario in record["scenarios"]]
    _all_there(folder, names)
    there = [str(name) for name in record["detectors"]]
    for name, file in (parameters or {}).items():
        if name not in there or file is not None:
            slip = f"{path} was run with {', '.join(there)}"
            raise UserError(f"{slip}, not with {name}{f'={file}' if file else ''} (replay it: give {path / 'runs'})")
    results: dict[str, DetectorResult] = {}
    identities: dict[str, RunIdentity] = {}
    for detector in parameters or there:
        runs = [read_run(folder.run(name), detector) for name in names]
        if not identities:
            for run in runs:
                identities[run.name] = RunIdentity(
                    scenario=_scenario(run.scenario, folder.run(run.name).path),
                    frames=frames_digest(run.recording.frames),
                    period_s=run.recording.corridor.period_s,
                )
            check(str(record.get("name")), identities)
        results[detector] = DetectorResult(
            fingerprint=fingerprint_in(record, detector),
            mask_fingerprint=str(record.get("mask_fingerprint") or ""),
            runs=_results([scored(run) for run in runs], persistence),
        )
    origin = _origin([folder.run(name).path for name in names], command)
    return _baseline(str(record.get("name")), persistence, origin, identities, results)


def _all_there(folder: ResultsFolder, names: Sequence[str]) -> None:
    missing = [name for name in names if not folder.run(name).finished]
    failed = [name for name in missing if folder.failure(name).exists()]
    if failed:
        failures = {name: folder.read_failure(name) for name in failed}
        raise FailedRunsError(f"{folder.path}: {len(failed)} of {len(names)} runs failed", failures)
    if missing:
        raise UserError(
            f"{folder.path}: {len(missing)} of {len(names)} runs are not there ({first_names(missing)}): finish it with the "
            "same laneblock battery command, or laneblock merge all shards"
        )


def _of_recordings(
    folder: Path,
    parameters: Mapping[str, Path | None] | None,
    persistence: int,
    command: str,
    tell: Tell,
    check: Check,
    keep: Keep,
) -> Baseline:
    recordings = recordings_in(folder)
    if not folder.exists():
        raise MissingFileError(f"no such folder: {folder} (wanted a battery's results, or a folder of recordings)")
    if not recordings:
        raise UserError(f"{folder} holds neither a battery's results (battery.json) nor recordings ({CORRIDOR_FILE})")
    if not parameters:
        raise UserError(f"{folder} holds recordings: which detector shall watch them? (--detector NAME)")
    first = read_corridor(recordings[0])
    for detector, file in parameters.items():  # a name or file that does not fit, before anything is read or replayed
        build(detector, first, file)
    identities = {path.name: _identity(path) for path in recordings}
    check(_battery_name(folder), identities)
    results = {}
    for detector, file in parameters.items():
        tell(f"{detector}: replaying {len(recordings)} recordings of {_battery_name(folder)}")
        runs = [replay_recording(path.name, path, detector, file)[0] for path in recordings]
        for run, path in zip(runs, recordings, strict=True):
            if run.truth is None:
                raise UserError(
                    f"{path}: nothing is known of its incidents (no {INCIDENT_FILE}), so nothing can be scored"
                )
        keep(detector, runs)
        results[detector] = DetectorResult(fingerprint=fingerprint(detector, file), runs=_results(runs, persistence))
    return _baseline(_battery_name(folder), persistence, _origin(recordings, command), identities, results)


def _battery_name(folder: Path) -> str:
    if folder.resolve() == SHIPPED.resolve():
        return "shipped"
    above = folder.resolve().parent / "battery.json"
    if folder.resolve().name == "runs" and above.is_file():
        return str(read_object(above).get("name"))
    return folder.resolve().name


def _identity(folder: Path) -> RunIdentity:
    corridor = read_corridor(folder)
    scenario = recorded_scenario(folder) if RunFolder(folder).finished else None
    frames = read_loops(find_loops(folder), corridor)
    return RunIdentity(scenario=_scenario(scenario, folder), frames=frames_digest(frames), period_s=corridor.period_s)


def _scenario(scenario: Scenario | None, folder: Path) -> str:
    if scenario is not None:
        return scenario_digest(scenario)
    files = (folder / name for name in (CORRIDOR_FILE, INCIDENT_FILE))
    return digest(file.read_bytes() for file in files if file.is_file())


def _origin(folders: Sequence[Path], command: str) -> MadeWith:
    """Return the origin of the frames; where runs differ, all values joined by "+"."""
    sumo, system, machine = set(), set(), set()
    for folder in folders:
        record = read_record(folder) if RunFolder(folder).finished else {}
        known = record.get("versions")
        text = str(record.get("platform", ""))
        found = _ARCHITECTURES.search(text)
        sumo.add(str(known.get("libsumo") or "") if isinstance(known, dict) else "")
        system.add(str(record.get("system") or text.partition("-")[0]))
        machine.add(str(record.get("machine") or (found[0] if found else "")))
    here = (platform.system(), platform.machine()) if sumo == {""} else None
    return MadeWith(
        sumo="+".join(sorted(sumo)),
        system=here[0] if here else "+".join(sorted(system)),
        machine=here[1] if here else "+".join(sorted(machine)),
        versions=versions(),
        command=command,
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


def _baseline(
    name: str,
    persistence: int,
    origin: MadeWith,
    identities: dict[str, RunIdentity],
    results: dict[str, DetectorResult],
) -> Baseline:
    return Baseline(
        battery=name,
        persistence=persistence,
        grace_s=GRACE_S,
        made_with=origin,
        runs=identities,
        detectors=results,
    )
