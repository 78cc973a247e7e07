"""Recordings of one road as values by clock hour and loop, summed up frame by frame: memory grows with hours, not with frames."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.running.road_recordings import by_road
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame
from simulator.recording.recording_folder import open_recording

HOUR_S = 3600.0
LEAST_SHARE = 0.5
"""Share of an hour's frames from which the hour is judged, and of an hour's readings from which a loop is."""
LEAST_VEHICLES = 10.0
"""Vehicles of a loop in an hour for a mean speed. Chosen: fewer are the drivers, not the traffic."""


@dataclass(frozen=True, slots=True, eq=False)
class HourValues:
    """H hours of a road, in order of recordings and time; unknown values are NaN.

    `recording` (H,) is a number in `names`; `hour` (H,) counts from 0 s of its clock. By loop (H, S, L): `flow` [veh/h],
    `vehicles` counted, `speed` [m/s], weighted by vehicles, `occupancy` [share]. `left_out` hours had too few frames.
    """

    corridor: Corridor
    names: tuple[str, ...]
    recording: NDArray[np.int64]
    hour: NDArray[np.int64]
    flow: Array
    vehicles: Array
    speed: Array
    occupancy: Array
    left_out: int


class _HourSums:
    """Sums of one hour's frames."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.frames = 0
        self.counted, self.vehicles, self.fast, self.metres, self.occupied, self.occupancy = (
            np.zeros(shape) for _ in range(6)
        )

    def add(self, frame: LoopFrame) -> None:
        self.frames += 1
        known, told = np.isfinite(frame.count), np.isfinite(frame.speed)
        self.counted += known
        self.vehicles += np.where(known, frame.count, 0.0)
        weight = np.where(known & told, frame.count, 0.0)
        self.fast += weight
        self.metres += weight * np.where(told, frame.speed, 0.0)
        shared = np.isfinite(frame.occupancy)
        self.occupied += shared
        self.occupancy += np.where(shared, frame.occupancy, 0.0)

    def values(self, frames_due: float) -> Array:
        """Flow, vehicles, speed, occupancy: (4, S, L)."""
        vehicles = np.where(self.counted > 0, self.vehicles, np.nan)
        flow = _over(self.vehicles, self.counted, LEAST_SHARE * frames_due) * frames_due
        speed = _over(self.metres, self.fast, LEAST_VEHICLES)
        return np.stack([flow, vehicles, speed, _over(self.occupancy, self.occupied, LEAST_SHARE * frames_due)])


def _over(total: Array, number: Array, least: float) -> Array:
    return np.asarray(
        np.divide(total, number, out=np.full(total.shape, np.nan), where=(number > 0) & (number >= least))
    )


def hour_values(folders: Sequence[Path], show: Callable[[float], None]) -> HourValues:
    """Read the recordings; `show` is told the share that is read.

    Raises what reading them raises, and UserError where they are not of one road.
    """
    rows = list[tuple[int, int, Array]]()
    names = tuple(folder.resolve().name for folder in folders)
    corridor, left_out = _one_road(folders), 0
    frames_due = HOUR_S / corridor.period_s
    for number, folder in enumerate(folders):

        def shown(share: float, number: int = number) -> None:
            show((number + share) / len(folders))

        for hour, sums in _hours(open_recording(folder, shown).frames, corridor):
            if sums.frames < LEAST_SHARE * frames_due:
                left_out += 1
                continue
            rows.append((number, hour, sums.values(frames_due)))
    values = np.array([each for _, _, each in rows]).reshape(len(rows), 4, len(corridor.stations), corridor.lanes)
    recording, clock = (np.array([row[k] for row in rows], dtype=np.int64) for k in (0, 1))
    flow, vehicles, speed, occupancy = np.moveaxis(values, 1, 0)
    return HourValues(corridor, names, recording, clock, flow, vehicles, speed, occupancy, left_out)


def _hours(frames: Iterable[LoopFrame], corridor: Corridor) -> Iterator[tuple[int, _HourSums]]:
    shape = (len(corridor.stations), corridor.lanes)
    current, sums = None, _HourSums(shape)
    for frame in frames:
        hour = int((frame.time_s - corridor.period_s / 2) // HOUR_S)
        if current is not None and hour != current:
            yield current, sums
            sums = _HourSums(shape)
        current = hour
        sums.add(frame)
    if current is not None:
        yield current, sums


def _one_road(folders: Sequence[Path]) -> Corridor:
    """Return the corridor of the recordings. Raises UserError where they have several."""
    (first, own), *others = by_road((open_recording(folder).corridor, folder) for folder in folders)
    for _, (folder, *_) in others:
        raise UserError(
            f"{folder}: wanted recordings of one road, got other stations or another period than in {own[0]} (two directions, or "
            "two roads? explore them one by one)"
        )
    return first
