"""Made traffic for `convert_speed`: a day of counts, speeds and occupancies, the same on every day of a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

STATIONS, LANES = 40, 4
SPACING_M = 800.0
FIRST_DAY = date(2024, 6, 1)
"""A month in which no clock changes."""
DAY_S = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class MadeDay:
    """T periods of S stations and L lanes: `count`, `kmh` and `percent`, each (T, S, L), whole numbers."""

    period_s: int
    count: NDArray[np.int64]
    kmh: NDArray[np.int64]
    percent: NDArray[np.int64]

    def rows(self) -> Iterator[tuple[int, int, list[tuple[int, int, int]]]]:
        """Yield the end of a period [s], the station's number, and count, km/h and per cent of each of its lanes."""
        for k in range(len(self.count)):
            lanes = np.stack([self.count[k], self.kmh[k], self.percent[k]], axis=-1).tolist()
            for station, each in enumerate(lanes):
                yield (k + 1) * self.period_s, station, each


def made_day(period_s: int) -> MadeDay:
    """Return a day with quiet nights: 0 to 1,500 veh/h and lane; lane 0 is slow; seeded, so that every call returns the same."""
    rng = np.random.default_rng(7)
    time_h = np.arange(DAY_S // period_s) * period_s / 3600
    vph = 750 - 700 * np.cos(time_h / 24 * 2 * np.pi)
    shape = (len(time_h), STATIONS, LANES)
    count = rng.poisson(np.broadcast_to(vph[:, np.newaxis, np.newaxis] * period_s / 3600, shape))
    kmh = np.where(count > 0, rng.integers(80, 100, shape) + 8 * np.arange(LANES), 0)
    percent = np.minimum(99, count * 700 // np.maximum(kmh, 30) * 30 // period_s)
    return MadeDay(period_s, count.astype(np.int64), kmh, percent)


def days_of(number: int) -> list[date]:
    """Return so many days from `FIRST_DAY` on."""
    return [FIRST_DAY + timedelta(days=k) for k in range(number)]


def clock(time_s: int) -> str:
    """Return a time of the day as HH:MM:SS.

    >>> clock(3661)
    '01:01:01'
    """
    return f"{time_s // 3600:02d}:{time_s // 60 % 60:02d}:{time_s % 60:02d}"
