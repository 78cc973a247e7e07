"""Run a drill: every run of a battery or of a folder, watched in processes, kept as it is done, scored together.

    DIR/runs/NAME/          simulated runs, where a battery is simulated  (harness.running.run_battery)
    DIR/drilled/NAME.json   runs that are watched, under a key of all that they were made from
    DIR/drill.json, incidents.csv, summary.txt

A drill that is interrupted goes on there: runs whose frames, detectors or code have changed are watched again.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from pathlib import Path

import harness
from detectors.catalogue import build, fingerprint
from detectors.fingerprints import code_digest
from harness.records.atomic_files import write_json
from harness.records.detector_code import detector_code_digest
from harness.records.failure import FailedRunsError, Failure, failure_of
from harness.records.history_folders import history_recordings
from harness.records.kept_arrays import key_of
from harness.records.known_truth import known_truth
from harness.records.run_folder import RunFolder, recorded_scenario
from harness.running.process_pool import process_pool
from harness.service.drill.drill_files import write_drill
from harness.service.drill.drill_score import DrillScore
from harness.service.drill.drilled_run import DrilledRun, as_fields, from_fields
from harness.service.drill.match_truth import matched_run
from harness.service.drill.true_events import true_events
from harness.service.drill.watch_run import watch_run
from harness.service.incidents.described_incident import Guidance
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.incidents.recommended_actions import read_actions
from scenarios.errors import UserError
from simulator.recording.loop_table import find_loops
from simulator.recording.recording_folder import open_recording

_READ = ("corridor.toml", "incidents.csv", "run.json", "truth.json")
_CODE = ("service/incidents", "service/drill", "scoring")


def recordings_of(folder: Path) -> tuple[Path, ...]:
    """Return the recordings in a folder of results, or the folder itself where it is one. Raises UserError for two of one name."""
    found = tuple(history_recordings([folder], "BATTERY|FOLDER"))
    names = [each.resolve().name for each in found]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{folder}: two recordings are called {name!r}: their results need names of their own")
    return found


def run_drill(
    name: str,
    recordings: Sequence[Path],
    detectors: Sequence[str],
    out: Path,
    jobs: int,
    command: str,
    say: Callable[[str], None],
    notices: Sequence[str] = (),
) -> str:
    """Watch every recording, write everything to `out`, and return the summary.

    Raises UserError for recordings that cannot be read, FailedRunsError where a run failed, MachineError where a process is lost.
    """
    code = drill_code_digest(detectors)
    done: dict[str, DrilledRun] = {}
    failed: dict[str, Failure] = {}
    todo = []
    for folder in recordings:
        run = folder.resolve().name
        file, key = out / "drilled" / f"{run}.json", run_key(folder, detectors, code)
        kept = read_drilled(file, key)
        if kept is None:
            todo.append((run, folder, file, key))
        else:
            done[run] = kept
    if done:
        say(f"{len(done)} of {len(recordings)} runs are watched already")
    if todo:
        with process_pool(min(jobs, len(todo))) as pool:
            waiting = {
                pool.submit(run, drill_one, folder, tuple(detectors), file, key): run for run, folder, file, key in todo
            }
            for future in as_completed(waiting):
                error, run = future.exception(), waiting[future]
                if isinstance(error, BrokenExecutor):
                    raise error
                if error is None:
                    done[run] = future.result()
                elif isinstance(error, Exception):
                    failed[run] = failure_of(error)
                else:
                    raise error
                count = len(done) + len(failed)
                say(f"[{count:{len(str(len(recordings)))}d}/{len(recordings)}] {run}{' failed' if error else ''}")
    if failed:
        raise FailedRunsError(f"{len(failed)} of {len(recordings)} runs could not be watched", failed)
    runs = tuple(done[folder.resolve().name] for folder in recordings)
    unknown = [run.name for run in runs if not run.known]
    told = [
        *notices,
        *(["Incidents are not known, and nothing is scored, in: " + ", ".join(unknown) + "."] if unknown else []),
    ]
    fingerprints = {detector: fingerprint(detector) for detector in detectors}
    return write_drill(out, name, fingerprints, DrillScore(runs), told, command)


def drill_one(folder: Path, detectors: Sequence[str], file: Path, key: str) -> DrilledRun:
    """Watch one recording with new detectors, match it with its truth, and keep the result in `file`."""
    recording = open_recording(folder)
    corridor = recording.corridor
    truth = known_truth(folder, recording)
    scenario = recorded_scenario(folder) if RunFolder(folder).finished else None
    events = () if scenario is None else true_events(scenario, corridor)
    built = {name: build(name, corridor) for name in detectors}
    watch = IncidentWatch(corridor, IncidentSettings(exercise=scenario is not None), Guidance(read_actions()))
    run = matched_run(
        folder.resolve().name, corridor, watch_run(corridor, recording.frames, built, watch), truth, events
    )
    write_json(file, {"key": key, "run": as_fields(run)})
    return run


def drill_code_digest(detectors: Sequence[str]) -> str:
    """Return the digest of the code that a drill's results depend on: detectors, incidents, scoring."""
    room = Path(str(harness.__file__)).parent
    return key_of(detector_code_digest(detectors), *(code_digest(room / part) for part in _CODE))


def run_key(folder: Path, detectors: Sequence[str], code: str) -> str:
    """Return the digest of all that one run's result depends on. Raises UserError for what is no recording."""
    open_recording(folder)  # refuses what is no recording, before the work
    files = [folder / name for name in _READ if (folder / name).is_file()]
    files += sorted(folder.glob("truth_*.csv.gz"))
    content = [part for file in (*files, find_loops(folder)) for part in (file.name.encode(), file.read_bytes())]
    return key_of(code, *(f"{name} {fingerprint(name)}" for name in detectors), *content)


def read_drilled(file: Path, key: str) -> DrilledRun | None:
    """Return the run kept in a file; None where the key has changed, or the file is missing or broken."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return from_fields(content["run"]) if content["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
