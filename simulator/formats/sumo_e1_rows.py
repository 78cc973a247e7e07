"""Rows of SUMO's E1 output as numbers: texts of XML, CSV and parquet files become columns here.

Times are seconds, or h:m:s where SUMO ran with `-H`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Array

NAMES = ("begin", "end", "id", "nVehContrib", "occupancy", "speed")


@dataclass(frozen=True, slots=True, eq=False)
class E1Rows:
    """N rows, each one loop over one interval: times [s], count, occupancy [share], speed [m/s], (N,); NaN where nobody was."""

    begin_s: Array
    end_s: Array
    loops: Sequence[str]
    count: Array
    occupancy: Array
    speed_mps: Array


def seconds(text: str) -> float:
    """Return a time of SUMO in seconds: a number, or days:h:m:s. Raises ValueError.

    >>> seconds("1:01:30.50"), seconds("90.00")
    (3690.5, 90.0)
    """
    parts = [float(part) for part in text.split(":")]
    if len(parts) > 4:
        raise ValueError(text)
    return float(sum(part * unit for part, unit in zip(reversed(parts), (1, 60, 3600, 86400), strict=False)))


@dataclass(slots=True)
class RowTexts:
    """Texts of some rows, a list for each of `NAMES`, and the line of each row, 0 where a file has no lines."""

    columns: tuple[list[str], ...] = field(default_factory=lambda: tuple([] for _ in NAMES))
    lines: list[int] = field(default_factory=list)

    def rows(self, place: str) -> E1Rows:
        """Return the rows. Raises UserError naming the first that does not fit."""
        begin, end, loops, *rest = self.columns
        try:
            times_s = [
                np.array([seconds(text) if ":" in text else float(text) for text in each]) for each in (begin, end)
            ]
            count, percent, speed = (np.array(list(map(float, each))) for each in rest)
        except ValueError:
            raise self._wrong(place, next(k for k in range(len(loops)) if not _are_numbers(self._row(k)))) from None
        begin_s, end_s = times_s
        finite = np.isfinite(np.stack([begin_s, end_s, count, percent, speed])).all(axis=0)
        if not finite.all():
            raise self._wrong(place, int(np.argmin(finite)))
        fits = (end_s > begin_s) & (count >= 0) & (percent >= 0) & (percent <= 100.01)
        if not fits.all():
            k = int(np.argmin(fits))
            raise UserError(
                f"{self._at(place, k)}: wanted an interval, a count of 0 or more and 0 to 100 per cent, got {begin_s[k]:g} to "
                f"{end_s[k]:g} s, {count[k]:g} and {percent[k]:g} (are columns exchanged?)"
            )
        occupancy = np.minimum(1.0, np.round(percent / 100, 10))
        return E1Rows(begin_s, end_s, tuple(loops), count, occupancy, np.where(speed >= 0, speed, np.nan))

    def _row(self, k: int) -> list[str]:
        return [column[k] for column in self.columns]

    def _at(self, place: str, k: int) -> str:
        return f"{place}, line {self.lines[k]}" if self.lines else place

    def _wrong(self, place: str, k: int) -> UserError:
        got = ", ".join(f"{name} {value!r}" for name, value in zip(NAMES, self._row(k), strict=True))
        return UserError(f"{self._at(place, k)}: wanted numbers, got {got[:300]} (are columns shifted?)")


def _are_numbers(row: Sequence[str]) -> bool:
    try:
        seconds(row[0]), seconds(row[1]), *map(float, row[3:])
    except ValueError:
        return False
    return True
