"""A detector on recordings of a road with some of its stations, replayed from the recordings alone; finished replays are kept.

    placement --> detector on each recording's own frames, begun with what it knew where the recording leaves its parent
              --> OUT/replays/STATIONS.npz: alarms (T', N) of every recording's own frames

A replay belongs to the readings, the detector, its parameters and the code: with others it is made again.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from detectors.catalogue import build, fingerprint
from detectors.detector import Detector
from harness.records.detector_code import detector_code_digest
from harness.records.kept_arrays import key_of, key_of_parts, read_kept, read_made_of, replay_file, write_kept
from harness.records.kept_replays import CODE, MadeOf, model_of, resume_lines, what_changed
from harness.running.feed_detector import step_once
from harness.running.process_pool import process_pool
from harness.studies.placement.placement import Placement
from harness.studies.placement.shared_frames import WHOLE, Share
from harness.studies.placement.standing_road import StandingRoad
from scenarios.corridor import Corridor
from scenarios.errors import MachineError
from simulator.frame import Array, Flags, LoopFrame

_STATIONS = "stations of the placement"


@dataclass(frozen=True, slots=True)
class Watching:
    """Who watches, and where replays are kept: a detector with the parameters of a file (None: those it ships with)."""

    detector: str
    parameters: Path | None
    out: Path
    jobs: int

    @property
    def fingerprint(self) -> str:
        """What the detector's decisions depend on."""
        return fingerprint(self.detector, self.parameters)


@dataclass(frozen=True, slots=True, eq=False)
class OwnFrames:
    """The own frames of one recording: their ends `times_s` (T',) and `readings` (3, T', S, L)."""

    times_s: Array
    readings: Array
    share: Share


def write_own_frames(road: StandingRoad, out: Path) -> Path:
    """Write the own frames of a road's recordings for the processes that replay them; return the file."""
    file = replay_file(out, "frames")
    if read_kept(file, road.digest) is None:
        arrays = {}
        for number, run in enumerate(road.runs):
            share = run.share
            arrays[f"times_s {number}"] = run.times_s[share.start : share.stop]
            arrays[f"readings {number}"] = run.readings
            arrays[f"share {number}"] = np.array([share.parent, share.start, share.stop, share.counted])
        write_kept(file, road.digest, arrays)
    return file


@lru_cache(maxsize=1)
def _own_frames(file: Path, digest: str) -> tuple[OwnFrames, ...]:
    kept = read_kept(file, digest)
    if kept is None:
        raise MachineError(f"{file}: changed while it was read (does another study write to the same folder?)")
    return tuple(
        OwnFrames(kept[f"times_s {k}"], kept[f"readings {k}"], Share(*map(int, kept[f"share {k}"])))
        for k in range(len(kept) // 3)
    )


def alarms_on(
    road: StandingRoad, placements: Sequence[Placement], watching: Watching
) -> Iterator[tuple[Placement, list[Flags]]]:
    """Yield each placement with the alarms (T', N) of every recording's own frames, those kept first.

    Raises UserError where the detector cannot watch these stations, MachineError where a process is lost.
    """
    file, todo = write_own_frames(road, watching.out), []
    shared = _made_of(road, watching)
    for placement in placements:
        made_of = shared | {_STATIONS: key_of(placement)}
        kept = read_kept(_file(placement, road.corridor, watching), key_of_parts(made_of))
        if kept is None:
            todo.append((placement, made_of))
        else:
            yield placement, [kept[f"alarm {k}"].astype(np.bool_) for k in range(len(road.runs))]
    if not todo:
        return
    with process_pool(min(watching.jobs, len(todo))) as pool:
        waiting = {
            pool.submit(
                _names(road.corridor, placement),
                _replay,
                file,
                road.digest,
                road.corridor,
                placement,
                watching,
                made_of,
            ): (placement)
            for placement, made_of in todo
        }
        for done in as_completed(waiting):
            error = done.exception()
            if isinstance(error, BrokenExecutor):
                raise error
            yield waiting[done], done.result()


def kept_lines(road: StandingRoad, placements: Sequence[Placement], watching: Watching) -> Iterator[str]:
    """Yield lines on what is kept of these replays, and why others are made anew."""
    kept, anew, shared = 0, dict[str, list[str]](), _made_of(road, watching)
    for placement in placements:
        was = read_made_of(_file(placement, road.corridor, watching))
        changed = what_changed(was, shared | {_STATIONS: key_of(placement)})
        kept += not changed
        if was and changed:
            left = f"{len(placement.stations)} of {len(road.corridor.stations)} stations"
            anew.setdefault("; ".join(changed), []).append(left)
    yield from resume_lines(kept, len(placements), anew, watching.out / "replays")


def _made_of(road: StandingRoad, watching: Watching) -> dict[str, str]:
    """What the replays of all placements are made of."""
    return {
        "readings of the recordings": road.digest,
        "corridor of the recordings": key_of(repr(road.corridor)),
        model_of(watching.detector): watching.fingerprint,
        CODE: detector_code_digest([watching.detector]),
    }


def _file(placement: Placement, corridor: Corridor, watching: Watching) -> Path:
    """The file of a placement's replay: a digest of its stations, of which there may be hundreds."""
    return replay_file(watching.out, key_of(_names(corridor, placement), watching.detector)[:16])


def _replay(
    file: Path, digest: str, corridor: Corridor, placement: Placement, watching: Watching, made_of: MadeOf
) -> list[Flags]:
    alarms = replay_own_frames(_own_frames(file, digest), corridor, placement, watching)
    arrays = {f"alarm {k}": each for k, each in enumerate(alarms)}
    write_kept(_file(placement, corridor, watching), key_of_parts(made_of), arrays, made_of)
    return alarms


def _names(corridor: Corridor, placement: Placement) -> str:
    return " ".join(corridor.stations[at.station].name for at in placement.stations)


def replay_own_frames(
    runs: Sequence[OwnFrames], dense: Corridor, placement: Placement, watching: Watching
) -> list[Flags]:
    """Return the alarms (T', N) on every recording's own frames, as a replay of each from its first frame on gives them."""
    corridor, at = placement.corridor(dense), [each.station for each in placement.stations]
    children: dict[int, list[int]] = {}
    for number, run in enumerate(runs):
        children.setdefault(run.share.parent, []).append(number)
    found: dict[int, Flags] = {}

    def walk(number: int, detector: Detector, previous_s: float | None) -> None:
        run, rows = runs[number], []
        leaving = sorted(children.get(number, ()), key=lambda child: runs[child].share.start)
        for row, time_s in enumerate(run.times_s):
            while leaving and runs[leaving[0]].share.start == run.share.start + row:
                walk(leaving.pop(0), deepcopy(detector), previous_s)
            frame = LoopFrame(float(time_s), *run.readings[:, row, at])
            rows.append(step_once(detector, frame, corridor, previous_s).decision.alarm)
            previous_s = float(time_s)
        for child in leaving:  # longer than this one, or the same
            walk(child, deepcopy(detector), previous_s)
        found[number] = np.array(rows, dtype=np.bool_).reshape(-1, corridor.sections)

    for number in children.get(WHOLE, ()):
        walk(number, build(watching.detector, corridor, watching.parameters), None)
    return [found[number] for number in range(len(runs))]
