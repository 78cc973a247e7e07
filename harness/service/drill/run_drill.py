"""Run a drill: every run of a battery or of a folder, watched in processes, kept as it is done, scored together.

    DIR/runs/NAME/          simulated runs, where a battery is simulated  (harness.running.run_battery)
    DIR/drilled/NAME.json   runs that are watched, under a key of all that they were made from
    DIR/chained/NAME.json   the same runs, played to simulated people
    DIR/twins/NAME.json     their twins, in which lanes are free earlier  (clearance_runs)
    DIR/drill.json, incidents.csv, chain.csv, chain.png, summary.txt

A drill that is interrupted goes on there: runs whose frames, detectors or code have changed are watched again.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from pathlib import Path

import harness
from detectors.catalogue import fingerprint
from detectors.fingerprints import code_digest
from harness.records.detector_code import detector_code_digest
from harness.records.failure import FailedRunsError, Failure, failure_of
from harness.records.history_folders import history_recordings
from harness.records.kept_arrays import key_of
from harness.running.process_pool import process_pool
from harness.service.drill.chain_score import ChainScore
from harness.service.drill.clearance_runs import run_twins
from harness.service.drill.drill_files import write_drill
from harness.service.drill.drill_one import KeptFiles, Watched, drill_one, read_kept
from harness.service.drill.drill_score import DrillScore
from harness.service.drill.live_chain import ChainLine, chain_lines
from harness.service.drill.play_response import Shift
from scenarios.errors import UserError
from simulator.recording.loop_table import find_loops
from simulator.recording.recording_folder import open_recording

_READ = ("corridor.toml", "incidents.csv", "run.json", "truth.json")
_CODE = ("service/incidents", "service/drill", "service/response", "service/teams", "scoring")


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
    shift: Shift | None = None,
    twins: bool = True,
    play: Callable[[Sequence[Sequence[ChainLine]]], None] | None = None,
) -> str:
    """Watch every recording, write everything to `out`, and return the summary.

    `shift`: people who handle what is opened; with `twins`, what their waiting costs is simulated. `play` is given the chain
    of each run in lines, when everything is written. Raises UserError for recordings that cannot be read,
    FailedRunsError where a run failed, MachineError where a process is lost.
    """
    done = _watched(recordings, detectors, out, jobs, say, shift)
    of_runs, missing = run_twins(recordings, out, jobs, say) if shift is not None and twins else ({}, [])
    found = [done[folder.resolve().name] for folder in recordings]
    unknown = [run.name for run, _ in found if not run.known]
    told = [
        *notices,
        *missing,
        *(["Incidents are not known, and nothing is scored, in: " + ", ".join(unknown) + "."] if unknown else []),
    ]
    chain = None if shift is None else ChainScore(tuple(each for _, each in found if each is not None), of_runs, shift)
    fingerprints = {detector: fingerprint(detector) for detector in detectors}
    summary = write_drill(out, name, fingerprints, DrillScore(tuple(run for run, _ in found)), told, command, chain)
    if play is not None:
        play([chain_lines(run, each, of_runs.get(run.name, {})) for run, each in found if each is not None])
    return summary


def _watched(
    recordings: Sequence[Path],
    detectors: Sequence[str],
    out: Path,
    jobs: int,
    say: Callable[[str], None],
    shift: Shift | None,
) -> dict[str, Watched]:
    """Return every run, watched, and played to the people of `shift`; those that are kept in `out` are read."""
    code = drill_code_digest(detectors)
    done: dict[str, Watched] = {}
    failed: dict[str, Failure] = {}
    todo = []
    for folder in recordings:
        run = folder.resolve().name
        files = KeptFiles(out / "drilled" / f"{run}.json", out / "chained" / f"{run}.json")
        key = run_key(folder, detectors, code)
        kept = read_kept(files, key, shift)
        if kept is None:
            todo.append((run, folder, files, key))
        else:
            done[run] = kept
    if done:
        say(f"{len(done)} of {len(recordings)} runs are watched already")
    if todo:
        with process_pool(min(jobs, len(todo))) as pool:
            waiting = {
                pool.submit(run, drill_one, folder, tuple(detectors), files, key, shift): run
                for run, folder, files, key in todo
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
    return done


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
