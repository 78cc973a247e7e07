"""Every detector replayed on every road, recording after recording in order of time; replays are kept in DIR/replays.

    road --> a new detector per recording, `hand_over` from the one before --> DIR/replays/ROAD-DETECTOR.npz

The file of a road and detector holds the alarms of all its recordings, under a digest of them, of the code and of the detector's
fingerprint. It is written when the road is watched to its end: what is carried from one recording to the next is never half a road.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.catalogue import build, fingerprint
from detectors.detector import Detector
from harness.records.atomic_files import write_text
from harness.records.detector_code import detector_code_digest, simulation_code_digest
from harness.records.failure import Failure, failure_of
from harness.records.kept_arrays import key_of, read_kept, replay_file, write_kept
from harness.running.feed_detector import step_all
from harness.running.process_pool import process_pool
from harness.running.road_recordings import Road
from simulator.frame import Array, Flags
from simulator.recording.loop_table import find_loops
from simulator.recording.recording_folder import open_recording

HandOver = Callable[[Detector, Detector], None]
"""What the detector of one recording hands to the new one of the next."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadReplay:
    """One detector on one road: per recording, in the road's order, the frames' ends (T,) and the alarms (T, N)."""

    times_s: tuple[Array, ...]
    alarms: tuple[Flags, ...]


def begin_anew(before: Detector, after: Detector) -> None:
    """Hand nothing over: a detector begins each recording as new."""


def replay_roads(
    roads: Sequence[Road], names: Sequence[str], out: Path, jobs: int, hand_over: HandOver = begin_anew
) -> Iterator[tuple[Road, str, RoadReplay | Failure]]:
    """Yield each road's replay by each detector as it finishes, those kept first; a failure is yielded, not raised.

    Raises UserError for recordings that cannot be read, MachineError where a process is lost.
    """
    digests = {road.name: _digest(road) for road in roads}
    todo = []
    for number, road in enumerate(roads, start=1):
        for name in names:
            key = key_of(
                digests[road.name],
                detector_code_digest([name]),
                simulation_code_digest(),
                name,
                fingerprint(name),
                f"{hand_over.__module__}.{hand_over.__qualname__}",
            )
            file = replay_file(out, f"{number}-{name}")
            kept = _read(file, key, len(road.folders))
            if kept is None:
                todo.append((road, name, file, key))
            else:
                yield road, name, kept
    if not todo:
        return
    with process_pool(jobs) as pool:
        waiting = {
            pool.submit(f"{name} on {road.name}", _replay, road, name, file, key, hand_over): (road, name)
            for road, name, file, key in todo
        }
        for done in as_completed(waiting):
            error, (road, name) = done.exception(), waiting[done]
            if isinstance(error, BrokenExecutor):
                raise error
            yield road, name, done.result() if error is None else _failure(error, road, name, out)


def watch_road(road: Road, name: str, hand_over: HandOver) -> RoadReplay:
    """Return the alarms of a detector that watches a road, recording after recording. Raises UserError naming the recording."""
    times_s, alarms, before = [], [], None
    for folder in road.folders:
        recording = open_recording(folder)
        detector = build(name, recording.corridor)
        if before is not None:
            hand_over(before, detector)
        steps = [step.decision for step in step_all(detector, recording.frames, recording.corridor)]
        times_s.append(np.array([decision.time_s for decision in steps]))
        alarms.append(np.array([decision.alarm for decision in steps]))
        before = detector
    return RoadReplay(tuple(times_s), tuple(alarms))


def _replay(road: Road, name: str, file: Path, key: str, hand_over: HandOver) -> RoadReplay:
    done = watch_road(road, name, hand_over)
    arrays: dict[str, Array | Flags] = {f"times_s {k}": times_s for k, times_s in enumerate(done.times_s)}
    write_kept(file, key, arrays | {f"alarm {k}": alarm for k, alarm in enumerate(done.alarms)})
    return done


def _read(file: Path, key: str, recordings: int) -> RoadReplay | None:
    kept: Mapping[str, Array] | None = read_kept(file, key)
    if kept is None:
        return None
    every = range(recordings)
    return RoadReplay(
        tuple(kept[f"times_s {k}"] for k in every), tuple(kept[f"alarm {k}"].astype(np.bool_) for k in every)
    )


def _digest(road: Road) -> str:
    """Digest of all that a detector reads of a road. Raises UserError for a recording that cannot be opened."""
    parts: list[bytes] = []
    for folder in road.folders:
        opened = open_recording(folder)  # refuses what is no recording, before the work
        parts += [repr(opened.corridor).encode(), find_loops(folder).read_bytes()]
    return key_of(*parts)


def _failure(error: BaseException, road: Road, name: str, out: Path) -> Failure:
    if not isinstance(error, Exception):
        raise error
    failure = failure_of(error)
    if not failure.log:
        return failure
    log = out / "failed" / f"{name}.log.txt"
    write_text(log, failure.log)
    return Failure(failure.whose, failure.reason, failure.log, log)
