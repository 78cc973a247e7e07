"""Readings gathered in whatever order the files have them, and made into a recording's frames.

A loop is a site and a lane number, as the format names them; times are seconds since 1970, at the end of the period. Readings
that come twice are taken once by `settle`.
"""

from array import array
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.day_frames import Cell, frames_by_day
from simulator.formats.duplicate_choice import Keep
from simulator.formats.repeated_readings import Repeats, settled
from simulator.formats.stored_rows import StoredRows
from simulator.frame import Array
from simulator.recording.recording_folder import Recording

Loop = tuple[Hashable, int]
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A station-to-be: its name, position [m, downstream], and the loop of each of its lanes, lane 0 first."""

    name: str
    position_m: float
    loops: tuple[Loop, ...]


class GatheredLoops(StoredRows):
    """Readings by loop; 32 bytes each, in memory or (`kept_reading`) on disk."""

    def __init__(self, period_s: float) -> None:
        super().__init__(_COLUMNS)
        self.period_s = period_s
        self._keep = Keep.FIRST

    def add(self, loop: Loop, end_s: float, count: float, occupancy: float, speed_mps: float) -> None:
        """Add a reading: NaN where not known. A speed of 0 with a count of 0 belongs to no vehicle: it is not known."""
        if count == 0 and speed_mps == 0:
            speed_mps = float("nan")
        values = self._values.get(loop)
        if values is None:
            values = self._values[loop] = array("d")
        values.extend((end_s, count, occupancy, speed_mps))

    def add_each(self, loops: tuple[Loop, ...], end_s: Array, count: Array, occupancy: Array, speed_mps: Array) -> None:
        """Add a reading of each of P loops, all (P,), as `add` does; a loop whose end is NaN has none."""
        speed_mps = np.where((count == 0) & (speed_mps == 0), np.nan, speed_mps)
        self.extend_each(loops, np.stack([end_s, count, occupancy, speed_mps], axis=1))

    def add_columns(self, loop: Loop, end_s: Array, count: Array, speed_mps: Array) -> None:
        """Add readings (T,) of a loop whose occupancy is not known; NaN where a value is not known."""
        self.extend(loop, np.stack([end_s, count, np.full(len(end_s), np.nan), speed_mps], axis=1))

    def lanes(self, site: Hashable) -> list[int]:
        """Return the lane numbers of a site that have readings, in order."""
        return sorted(lane for known, lane in self.known_keys() if known == site)

    def settle(self, repeats: Repeats) -> None:
        """Choose one reading of each loop and period, as `repeats` says, which is told of the others."""
        self._keep = repeats.keep
        for site, lane in self.known_keys():
            self._settled((site, lane), 0.0, repeats)

    def _settled(self, loop: Loop, zero_s: float, repeats: Repeats) -> tuple[NDArray[np.int64], Array]:
        """The numbers of a loop's periods (T,), rising, and one reading of each (T, 3)."""
        rows = self.rows(loop)
        # Periods are counted: a stamp a second late belongs to its period.
        numbers = np.rint((rows[:, 0] - zero_s) / self.period_s).astype(np.int64)
        if (np.diff(numbers) > 0).all():
            return numbers, rows[:, 1:]
        every, places = settled(numbers, rows[:, 1:], repeats, partial(_named, f"{loop[0]} lane {loop[1]}", rows[:, 0]))
        return every, rows[places, 1:]

    def first_s(self, loops: Iterable[Loop]) -> float:
        """Return the start of the earliest period of these loops, NaN where none has a reading."""
        starts = [self.least(loop) for loop in loops if loop in self]
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
        if not any(loop in self for at in ordered for loop in at.loops):
            raise UserError(f"{name}: wanted readings of its stations, got none")
        cells = {(s, lane): loop for s, at in enumerate(ordered) for lane, loop in enumerate(at.loops)}
        series = partial(self._series, cells, zero_s)
        return Recording(corridor, frames_by_day(series, self.period_s, len(stations), corridor.lanes), None)

    def _series(self, cells: dict[Cell, Loop], zero_s: float) -> Iterator[tuple[Cell, NDArray[np.int64], Array]]:
        repeats, used = Repeats(self._keep), set[Loop]()
        for cell, loop in cells.items():
            if loop in self and loop not in used:
                used.add(loop)
                numbers, values = self._settled(loop, zero_s, repeats)
                yield cell, numbers, values[:, [0, 2, 1]]
                self.forget(loop)


def _named(loop: str, ends_s: Array, k: int) -> str:
    return f"{loop} at {datetime.fromtimestamp(float(ends_s[k]), UTC):%Y-%m-%d %H:%M:%S} UTC"
