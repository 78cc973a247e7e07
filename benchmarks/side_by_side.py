"""Recordings of one period replayed side by side, as one long road with APART_M of nothing between them: many times faster.

Frames are aligned by number from each recording's first; where one has ended its loops say nothing. No section between two
recordings has a meaning, and no section of a recording can see another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from harness.running.calibration_recordings import CalibrationRecording
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame

APART_M = 50_000.0
"""Chosen: no vehicle takes less than 20 minutes, longer than any travel time that a detector follows."""


@dataclass(frozen=True, slots=True, eq=False)
class SideBySide:
    """`runs` joined into `frames` of one `corridor`; `first` (R,) station of each run."""

    runs: Sequence[CalibrationRecording]
    corridor: Corridor
    frames: Sequence[LoopFrame]
    first: tuple[int, ...]

    def alarms_of(self, number: int, alarm: Flags) -> Flags:
        """Return the alarms (T, N) of one run from those of the joined road."""
        run, first = self.runs[number], self.first[number]
        return alarm[: len(run.frames), first : first + run.corridor.sections]


def side_by_side(runs: Sequence[CalibrationRecording]) -> list[SideBySide]:
    """Return the runs joined, one road per period."""

    def period_s(run: CalibrationRecording) -> float:
        return float(run.corridor.period_s)

    return [_joined(list(each)) for _, each in groupby(sorted(runs, key=period_s), key=period_s)]


def _joined(runs: Sequence[CalibrationRecording]) -> SideBySide:
    stations: list[Station] = []
    first, start_m = [], 0.0
    for number, run in enumerate(runs):
        first.append(len(stations))
        zero_m = run.corridor.stations[0].position_m
        stations += [
            Station(f"{number} {each.name}", start_m + each.position_m - zero_m, each.lanes)
            for each in run.corridor.stations
        ]
        start_m = stations[-1].position_m + APART_M
    corridor = Corridor("side by side", runs[0].corridor.period_s, tuple(stations))
    frames = [_frame(runs, corridor, first, k) for k in range(max(len(run.frames) for run in runs))]
    return SideBySide(runs, corridor, frames, tuple(first))


def _frame(runs: Sequence[CalibrationRecording], corridor: Corridor, first: Sequence[int], number: int) -> LoopFrame:
    values: list[Array] = [np.full((len(corridor.stations), corridor.lanes), np.nan) for _ in range(3)]
    for run, station in zip(runs, first, strict=True):
        if number < len(run.frames):
            frame = run.frames[number]
            rows, lanes = frame.count.shape
            for value, read in zip(values, (frame.count, frame.speed, frame.occupancy), strict=True):
                value[station : station + rows, :lanes] = read
    return LoopFrame(corridor.period_s * (number + 1), *values)
