"""Every detector replayed on every road, recording after recording in order of time; replays are kept in DIR/replays.

    road --> a new detector per recording, `hand_over` from the one before --> DIR/replays/ROAD-DETECTOR/RECORDING.npz

The file of a recording holds its alarms, under a digest of it, of the code and of the detector's fingerprint. It is written when
the recording is over, so an interrupted road goes on with the next. Where something is handed over, the digest is also of the
recordings before, and what is kept counts when the whole road is: half a road does not tell what was handed over.
"""

from collections.abc import Callable, Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class Piece:
    """The file in which the replay of one recording is kept, and its key."""

    file: Path
    key: str

    def read(self) -> tuple[Array, Flags] | None:
        """Return the frames' ends (T,) and the alarms (T, N); None where they are not kept."""
        kept = read_kept(self.file, self.key)
        return None if kept is None else (kept["times_s"], kept["alarm"].astype(np.bool_))

    def write(self, times_s: Array, alarm: Flags) -> None:
        """Keep them."""
        write_kept(self.file, self.key, {"times_s": times_s, "alarm": alarm})


def begin_anew(before: Detector, after: Detector) -> None:
    """Hand nothing over: a detector begins each recording as new."""


def replay_roads(
    roads: Sequence[Road], names: Sequence[str], out: Path, jobs: int, hand_over: HandOver = begin_anew
) -> Iterator[tuple[Road, str, RoadReplay | Failure]]:
    """Yield each road's replay by each detector as it finishes, those kept first; a failure is yielded, not raised.

    Raises UserError for recordings that cannot be read, MachineError where a process is lost.
    """
    digests = {road.name: _digests(road) for road in roads}
    todo = []
    for number, road in enumerate(roads, start=1):
        for name in names:
            folder = replay_file(out, f"{number}-{name}").with_suffix("")
            pieces = tuple(_pieces(road, digests[road.name], name, hand_over, folder))
            kept = [each for each in (piece.read() for piece in pieces) if each is not None]
            if len(kept) < len(pieces):
                todo.append((road, name, pieces))
            else:
                yield road, name, RoadReplay(*(tuple(each) for each in zip(*kept, strict=True)))
    if not todo:
        return
    with process_pool(jobs) as pool:
        waiting = {
            pool.submit(f"{name} on {road.name}", _replay, road, name, hand_over, pieces): (road, name)
            for road, name, pieces in todo
        }
        for done in as_completed(waiting):
            error, (road, name) = done.exception(), waiting[done]
            if isinstance(error, BrokenExecutor):
                raise error
            yield road, name, done.result() if error is None else _failure(error, name, out)


def watch_road(road: Road, name: str, hand_over: HandOver, pieces: Sequence[Piece] = ()) -> RoadReplay:
    """Return the alarms of a detector that watches a road, recording after recording; each is kept in its one of `pieces`.

    Raises UserError naming the recording.
    """
    times_s, alarms, before = [], [], None
    alone = _begins_anew(hand_over)
    for number, folder in enumerate(road.folders):
        piece = pieces[number] if pieces else None
        done = piece.read() if piece is not None and alone else None
        if done is None:
            recording = open_recording(folder)
            detector = build(name, recording.corridor)
            if before is not None:
                hand_over(before, detector)
            steps = [step.decision for step in step_all(detector, recording.frames, recording.corridor)]
            done = np.array([step.time_s for step in steps]), np.array([step.alarm for step in steps])
            before = detector
            if piece is not None:
                piece.write(*done)
        times_s.append(done[0])
        alarms.append(done[1])
    return RoadReplay(tuple(times_s), tuple(alarms))


def _replay(road: Road, name: str, hand_over: HandOver, pieces: Sequence[Piece]) -> RoadReplay:
    return watch_road(road, name, hand_over, pieces)


def _begins_anew(hand_over: HandOver) -> bool:
    return _name_of(hand_over) == _name_of(begin_anew)


def _name_of(hand_over: HandOver) -> str:
    return f"{hand_over.__module__}.{hand_over.__qualname__}"


def _pieces(road: Road, digests: Sequence[str], name: str, hand_over: HandOver, folder: Path) -> Iterator[Piece]:
    """The replays of a road's recordings, as they are kept in a folder."""
    made_by = detector_code_digest([name]), simulation_code_digest(), name, fingerprint(name), _name_of(hand_over)
    for number, recording in enumerate(road.folders):
        of = digests[number : number + 1] if _begins_anew(hand_over) else digests[: number + 1]
        yield Piece(folder / f"{recording.resolve().name}.npz", key_of(*of, *made_by))


def _digests(road: Road) -> list[str]:
    """Digests of all that a detector reads of each recording of a road. Raises UserError for one that cannot be opened."""
    found = []
    for folder in road.folders:
        opened = open_recording(folder)  # refuses what is no recording, before the work
        found.append(key_of(repr(opened.corridor), find_loops(folder).read_bytes()))
    return found


def _failure(error: BaseException, name: str, out: Path) -> Failure:
    if not isinstance(error, Exception):
        raise error
    failure = failure_of(error)
    if not failure.log:
        return failure
    log = out / "failed" / f"{name}.log.txt"
    write_text(log, failure.log)
    return Failure(failure.whose, failure.reason, failure.log, log)
