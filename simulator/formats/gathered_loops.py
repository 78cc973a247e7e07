"""Readings gathered in whatever order the files have them, and made into a recording's frames.

A loop is a site and a lane number, as the format names them; times are seconds since 1970, at the end of the period. Readings
that come twice are taken once by `settle`.
"""

from array import array
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.repeated_readings import Repeats, settled
from simulator.frame import Array, LoopFrame
from simulator.recording.recording_folder import Recording

Loop = tuple[Hashable, int]
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A station-to-be: its name, position [m, downstream], and the loop of each of its lanes, lane 0 first."""

    name: str
    position_m: float
    loops: tuple[Loop, ...]


class GatheredLoops:
    """Readings by loop; 32 bytes each."""

    def __init__(self, period_s: float) -> None:
        self.period_s = period_s
        self._values: dict[Loop, array[float]] = {}

    def add(self, loop: Loop, end_s: float, count: float, occupancy: float, speed_mps: float) -> None:
        """Add a reading: NaN where not known. A speed of 0 with a count of 0 belongs to no vehicle: it is not known."""
        if count == 0 and speed_mps == 0:
            speed_mps = float("nan")
        values = self._values.get(loop)
        if values is None:
            values = self._values[loop] = array("d")
        values.extend((end_s, count, occupancy, speed_mps))

    def add_columns(self, loop: Loop, end_s: Array, count: Array, speed_mps: Array) -> None:
        """Add readings (T,) of a loop whose occupancy is not known; NaN where a value is not known."""
        columns = np.stack([end_s, count, np.full(len(end_s), np.nan), speed_mps], axis=1)
        self._values.setdefault(loop, array("d")).frombytes(columns.tobytes())

    def __contains__(self, loop: Loop) -> bool:
        return loop in self._values

    def lanes(self, site: Hashable) -> list[int]:
        """Return the lane numbers of a site that have readings, in order."""
        return sorted(lane for known, lane in self._values if known == site)

    def settle(self, repeats: Repeats) -> None:
        """Keep one reading of each loop and period, as `repeats` says, which is told of the others."""
        for (site, lane), values in list(self._values.items()):
            rows = np.frombuffer(values).reshape(-1, _COLUMNS)
            numbers = np.rint(rows[:, 0] / self.period_s).astype(np.int64)
            name = partial(_named, f"{site} lane {lane}", rows[:, 0])
            every, places = settled(numbers, rows[:, 1:], repeats, name)
            if len(every) < len(rows):
                self._values[site, lane] = array("d", rows[np.sort(places)].tobytes())

    def first_s(self, loops: Iterable[Loop]) -> float:
        """Return the start of the earliest period of these loops, NaN where none has a reading."""
        starts = [min(self._values[loop][::_COLUMNS]) for loop in loops if loop in self._values]
        return min(starts) - self.period_s if starts else float("nan")

    def recording(self, name: str, places: Sequence[Place], zero_s: float, keeps_left: bool = False) -> Recording:
        """Return the recording of these places, its clock counting from `zero_s`; their readings are given up.

        Positions count from the first place. Frames in which no loop has a reading are absent. Raises UserError where no
        corridor or no frame can be made of them.
        """
        ordered = sorted(places, key=lambda place: place.position_m)
        stations = tuple(
            Station(at.name, round(at.position_m - ordered[0].position_m, 3), len(at.loops)) for at in ordered
        )
        try:
            corridor = Corridor(name, self.period_s, stations, keeps_left)
        except UserError as error:
            raise UserError(f"{name}: {error}") from None
        return Recording(corridor, self._frames(corridor, ordered, zero_s), None)

    def _frames(self, corridor: Corridor, places: list[Place], zero_s: float) -> tuple[LoopFrame, ...]:
        loops = [(s, lane, loop) for s, at in enumerate(places) for lane, loop in enumerate(at.loops)]
        times = [np.frombuffer(self._values[loop])[::_COLUMNS] for _, _, loop in loops if loop in self._values]
        if not times:
            raise UserError(f"{corridor.name}: wanted readings of its stations, got none")
        # Periods are counted: a stamp a second late belongs to its period.
        numbers = [np.rint((time - zero_s) / corridor.period_s).astype(np.int64) for time in times]
        del times
        every = np.unique(np.concatenate(numbers))
        values = np.full((len(every), 3, len(places), corridor.lanes), np.nan)
        for station, lane, loop in loops:
            self._fill(values[:, :, station, lane], every, self._values.pop(loop, None), zero_s)
        return tuple(
            LoopFrame(float(number * corridor.period_s), count, speed, occupancy)
            for number, (count, occupancy, speed) in zip(every, values, strict=True)
        )

    def _fill(self, cells: Array, every: NDArray[np.int64], values: "array[float] | None", zero_s: float) -> None:
        if values is None:
            return
        rows = np.frombuffer(values).reshape(-1, _COLUMNS)
        number = np.rint((rows[:, 0] - zero_s) / self.period_s).astype(np.int64)
        cells[np.searchsorted(every, number)] = rows[:, 1:]


def _named(loop: str, ends_s: Array, k: int) -> str:
    return f"{loop} at {datetime.fromtimestamp(float(ends_s[k]), UTC):%Y-%m-%d %H:%M:%S} UTC"
