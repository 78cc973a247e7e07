"""Replays of a study: every detector lives through the history, then through each run as its next day; its scores are kept.

    history days --> state --> threshold-1 --> states at the hours at which runs begin --> runs that begin at these hours
                       |-----> every other run of a whole day

A run that begins at ten o'clock follows the first threshold day up to ten. States are deep copies of the detector, so the
history is replayed once for all runs. Frames are moved to a clock on which days follow each other. Results are kept in
DIR/replays/NAME.npz until a detector, its parameters or a recording changes.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.catalogue import DETECTORS, build, fingerprint
from detectors.detector import Detector
from harness.records.atomic_files import write_text
from harness.records.detector_code import own_code_digest, simulation_code_digest
from harness.records.failure import Failure, failure_of
from harness.records.kept_arrays import key_of, read_kept, replay_file, write_kept
from harness.running.feed_detector import step_all
from harness.running.process_pool import process_pool
from harness.studies.anomalies.history_parameters import Parameters, history_parameters
from scenarios.anomaly import DAY_S
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.recording_folder import Recording, read_recording

CACHED = 64
"""Recordings that a process keeps in memory. Chosen: those of a study; a day of eight stations takes 10 MB."""
SCORE, ALARM = "score ", "alarm "
"""What the names of kept arrays begin with; the run's name follows."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """A run to replay: its folder, its part, and the second of the day it begins at."""

    name: str
    folder: Path
    role: str
    from_s: float


@dataclass(frozen=True, slots=True, eq=False)
class DetectorReplay:
    """One detector on all threshold and test runs, by name: `scores` (T, N); `alarms` (T, N) of one without thresholds."""

    detector: str
    parameters: Parameters
    scores: Mapping[str, Array]
    alarms: Mapping[str, Flags]


def replay_all(
    names: Sequence[str],
    orders: Sequence[RunOrder],
    digest: str,
    day_from_s: float,
    out: Path,
    jobs: int,
    command: str,
    show: Progress,
) -> tuple[list[DetectorReplay], dict[str, Failure]]:
    """Return every detector's replay, in the order of `names`, and why the others failed; `show(what, done, of)` as they end.

    Raises MachineError where a process is lost.
    """
    found: dict[str, DetectorReplay] = {}
    failures: dict[str, Failure] = {}
    with process_pool(jobs) as pool:
        waiting = {
            pool.submit(name, replay_detector, name, orders, digest, day_from_s, out, command): name for name in names
        }
        for number, ended in enumerate(as_completed(waiting), start=1):
            name, error = waiting[ended], ended.exception()
            if isinstance(error, BrokenExecutor):
                raise error
            if error is None:
                found[name] = ended.result()
            else:
                failures[name] = _logged(failure_of(error), out / "failed" / f"{name}.log.txt")
            show(name if error is None else f"{name} failed", number, len(names))
    return [found[name] for name in names if name in found], {
        name: failures[name] for name in names if name in failures
    }


def _logged(failure: Failure, log: Path) -> Failure:
    """Write the log of a failure, where there is one, and return the failure with its path."""
    if not failure.log:
        return failure
    write_text(log, failure.log)
    return replace(failure, log_file=log)


def replay_detector(
    name: str, orders: Sequence[RunOrder], digest: str, day_from_s: float, out: Path, command: str
) -> DetectorReplay:
    """Calibrate a detector on the history where it can learn from it, and replay it on all other runs.

    `digest` stands for the content of all recordings. Raises UserError, and whatever a detector raises.
    """
    history = [order.folder for order in orders if order.role == "history"]
    parameters = history_parameters(name, history, digest, out / "parameters", command)
    made_by = fingerprint(name, parameters.file)
    order_key = [(order.name, order.role, order.from_s) for order in orders]
    key = key_of(own_code_digest(), simulation_code_digest(), made_by, digest, order_key, day_from_s)
    file = replay_file(out, name)
    kept = read_kept(file, key)
    if kept is None:
        kept = _replay(name, parameters, orders, day_from_s)
        write_kept(file, key, kept)
    scores, found = (
        {key.removeprefix(part): array for key, array in kept.items() if key.startswith(part)}
        for part in (SCORE, ALARM)
    )
    return DetectorReplay(name, parameters, scores, found)


def _replay(
    name: str, parameters: Parameters, orders: Sequence[RunOrder], day_from_s: float
) -> dict[str, NDArray[Any]]:
    history = [order for order in orders if order.role == "history"]
    first, *others = [order for order in orders if order.role != "history"]
    corridor = recording_of(first.folder).corridor
    detector = build(name, corridor, parameters.file)
    for day, order in enumerate(history):
        _feed(detector, _on_clock(order, day), corridor)
    today = len(history)
    found: dict[str, NDArray[Any]] = {}

    def keep(order: RunOrder, scores: Array, alarms: Flags) -> None:
        found[SCORE + order.name] = scores
        if DETECTORS[name].thresholds is None:
            found[ALARM + order.name] = alarms

    later = sorted((order for order in others if order.from_s > day_from_s), key=lambda order: order.from_s)
    for order in others:
        if order not in later:
            keep(order, *_feed(deepcopy(detector), _on_clock(order, today), corridor))
    frames, parts = _on_clock(first, today), []
    for order in later:
        begins_s = _on_clock(order, today)[0].time_s - corridor.period_s / 2
        before = [frame for frame in frames if frame.time_s < begins_s]
        parts.append(_feed(detector, before, corridor))
        frames = frames[len(before) :]
        keep(order, *_feed(deepcopy(detector), _on_clock(order, today), corridor))
    parts.append(_feed(detector, frames, corridor))
    keep(first, np.concatenate([score for score, _ in parts]), np.concatenate([alarm for _, alarm in parts]))
    return found


def _feed(detector: Detector, frames: Sequence[LoopFrame], corridor: Corridor) -> tuple[Array, Flags]:
    """Step through the frames; scores and alarms, both (T, N)."""
    decisions = [step.decision for step in step_all(detector, frames, corridor)]
    shape = (-1, corridor.sections)
    return (
        np.array([decision.score for decision in decisions], dtype=np.float64).reshape(shape),
        np.array([decision.alarm for decision in decisions], dtype=np.bool_).reshape(shape),
    )


def _on_clock(order: RunOrder, day: int) -> list[LoopFrame]:
    """A run's frames on the clock of all days."""
    moved_s = day * DAY_S + order.from_s
    return [replace(frame, time_s=frame.time_s + moved_s) for frame in recording_of(order.folder).frames]


@lru_cache(CACHED)
def recording_of(folder: Path) -> Recording:
    """Return the recording in a run's folder, which stays in memory."""
    return read_recording(folder)
