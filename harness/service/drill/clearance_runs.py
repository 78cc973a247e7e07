"""The twins of a drill's runs, in which lanes are free earlier: simulated in processes, kept as they are done.

    DIR/twins/NAME.json   the twins of one run, under a key of the scenario and of the code that simulates

They depend on the road and its traffic alone: other detectors, operators and teams are judged on the same twins.
"""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from dataclasses import asdict
from math import nan
from pathlib import Path
from typing import Any

from harness.records.atomic_files import write_json
from harness.records.detector_code import simulation_code_digest
from harness.records.failure import failure_of
from harness.records.kept_arrays import key_of
from harness.records.known_truth import known_truth
from harness.records.run_folder import RunFolder, recorded_scenario
from harness.running.process_pool import process_pool
from scenarios.errors import UserError
from simulator.earlier_clearance import ClearanceTwins, EarlierClearance, clearance_twins
from simulator.recording.recording_folder import open_recording, read_recording

EARLIER_S = (120.0, 300.0)
"""How much earlier lanes are free in the twins, s. Chosen: what a better detector, placement or desk can gain; a minute alone is
mostly the noise of two runs of one traffic."""
RunTwins = Mapping[int, ClearanceTwins]
"""Twins of one run by the number of the incident; those without impact have none."""


def run_twins(
    recordings: Sequence[Path], out: Path, jobs: int, say: Callable[[str], None]
) -> tuple[dict[str, RunTwins], list[str]]:
    """Return the twins of the simulated runs among the recordings, by the run's name, and why some have none.

    Raises MachineError where a process is lost.
    """
    code = simulation_code_digest()
    done: dict[str, RunTwins] = {}
    notices: list[str] = []
    todo = []
    for folder in recordings:
        wanted = _incidents(folder)
        if not wanted:
            continue
        run = folder.resolve().name
        file, key = out / "twins" / f"{run}.json", key_of(code, recorded_scenario(folder), wanted, EARLIER_S)
        kept = read_twins(file, key)
        if kept is None:
            todo.append((run, folder, wanted, file, key))
        else:
            done[run] = kept
    whole = len(done) + len(todo)
    if done:
        say(f"{len(done)} of {whole} runs have their twins already")
    if todo:
        say(f"twins of {len(todo)} runs, their lanes free {_minutes()} min earlier: the longest part of the drill")
        with process_pool(min(jobs, len(todo))) as pool:
            waiting = {pool.submit(each[0], twins_of_one, *each[1:]): each[0] for each in todo}
            for count, future in enumerate(as_completed(waiting), start=whole - len(todo) + 1):
                run, error = waiting[future], future.exception()
                if isinstance(error, BrokenExecutor) or (error and not isinstance(error, Exception)):
                    raise error
                if error is None:
                    done[run] = future.result()
                else:
                    notices.append(f"{run} has no twins: {failure_of(error)}")
                say(f"[{count:{len(str(whole))}d}/{whole}] twins of {run}{' failed' if error else ''}")
    odd = [run for run, twins in done.items() if any(each.as_recorded is False for each in twins.values())]
    if odd:
        notices.append(
            "Left out, as the twins do not repeat the recording (another SUMO?): " + ", ".join(sorted(odd)) + "."
        )
    return {run: twins for run, twins in done.items() if run not in odd}, notices


def twins_of_one(folder: Path, wanted: Sequence[int], file: Path, key: str) -> RunTwins:
    """Simulate the twins of the `wanted` incidents of one run, and keep them in `file`."""
    scenario, recording = recorded_scenario(folder), read_recording(folder)
    if scenario is None:
        raise UserError(f"{folder}: its record holds no scenario, so there is nothing to simulate")
    found = {}
    for index in wanted:
        with tempfile.TemporaryDirectory(prefix="laneblock-") as work:
            found[index] = clearance_twins(scenario, index, EARLIER_S, Path(work), recording.frames)
    write_json(file, {"key": key, "twins": {index: asdict(each) for index, each in found.items()}})
    return found


def read_twins(file: Path, key: str) -> RunTwins | None:
    """Return the twins kept in a file; None where the key has changed, or the file is missing or broken."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["key"] != key:
            return None
        return {int(index): _twins(fields) for index, fields in content["twins"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _twins(fields: Mapping[str, Any]) -> ClearanceTwins:
    known: dict[str, Any] = {
        name: nan if value is None and name != "as_recorded" else value for name, value in fields.items()
    }
    known["earlier"] = tuple(EarlierClearance(**each) for each in fields["earlier"])
    return ClearanceTwins(**known)


def _incidents(folder: Path) -> tuple[int, ...]:
    """Return the numbers of the scenario's incidents with impact in a simulated run, none of anything else."""
    scenario = recorded_scenario(folder) if RunFolder(folder).finished else None
    truth = None if scenario is None else known_truth(folder, open_recording(folder))
    if scenario is None or truth is None:
        return ()
    ours = truth.incidents[: len(scenario.incidents)]  # those of the user's own files follow
    return tuple(number for number, each in enumerate(ours) if each.impact)


def _minutes() -> str:
    *first, last = (f"{step_s / 60:g}" for step_s in EARLIER_S)
    return f"{', '.join(first)} and {last}"
