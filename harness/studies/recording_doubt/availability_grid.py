"""What is there by loop and time: the recording cut into ten minutes, hours or days, counts, speeds and occupancies apart."""

import math
from dataclasses import dataclass

import numpy as np

from harness.studies.recording_doubt.readings import Readings
from simulator.frame import Array, lanes_there

TEN_MINUTES_S, HOUR_S, DAY_S = 600.0, 3600.0, 86400.0
SHORT_S, LONG_S = 6 * HOUR_S, 8 * DAY_S
"""Shorter recordings are cut into ten minutes, longer ones into days. Chosen: 36 to 192 columns, each wide enough for a phone."""
MOST_COLUMNS = 200
"""A recording of more days is cut into several days a column."""
LEAST_FRAMES = 5
"""Of a column of ten minutes; with longer periods a column is an hour."""


@dataclass(frozen=True, slots=True, eq=False)
class AvailabilityGrid:
    """Shares of readings that are there, in B columns between `edges_s` (B + 1,), of `step_s` each.

    `shares` by quantity, each (B, S, L): of counts, of speeds where the count is not 0, of occupancies. NaN where there is no lane,
    where no frame was due, and for speeds where nobody passed. `due` (B,) frames; an absent one is missing in all loops.
    """

    step_s: float
    edges_s: Array
    due: Array
    shares: dict[str, Array]


def availability_grid(readings: Readings) -> AvailabilityGrid:
    """Return what is there of at least one frame. Columns begin at whole steps of the recording's clock."""
    period_s, time_s = readings.corridor.period_s, readings.time_s
    step_s = column_s(float(time_s[-1] - time_s[0]) + period_s, period_s)
    # A frame belongs to the column of its middle.
    number = np.rint((time_s - time_s[0]) / period_s)
    first_s = float(time_s[0]) - period_s / 2
    begin = math.floor(first_s / step_s)
    edges_s = step_s * np.arange(begin, math.floor((first_s + number[-1] * period_s) / step_s) + 2)
    before = np.clip(np.ceil((edges_s - first_s) / period_s), 0, number[-1] + 1)
    bounds = np.searchsorted(number, before)
    due = np.diff(before)
    columns = [
        _column(readings, int(a), int(b), int(frames))
        for a, b, frames in zip(bounds[:-1], bounds[1:], due, strict=True)
    ]
    names = ("counts", "speeds", "occupancies")
    shares = {name: np.stack([column[k] for column in columns]) for k, name in enumerate(names)}
    return AvailabilityGrid(step_s, edges_s, due, shares)


def column_s(length_s: float, period_s: float) -> float:
    """Return how long a column is, for a recording of this length.

    >>> [column_s(hours * 3600, 30) / 3600 for hours in (24, 24 * 60, 24 * 730)]
    [1.0, 24.0, 96.0]
    """
    if length_s <= SHORT_S and period_s * LEAST_FRAMES <= TEN_MINUTES_S:
        return TEN_MINUTES_S
    if length_s <= LONG_S:
        return HOUR_S
    return DAY_S * math.ceil(length_s / (DAY_S * MOST_COLUMNS))


def _column(readings: Readings, first: int, last: int, due: int) -> tuple[Array, Array, Array]:
    """Shares (S, L) of counts, speeds and occupancies among the frames from `first` to `last` - 1, of which `due` were due."""
    there = lanes_there(readings.corridor)
    count, speed, occupancy = (values[first:last] for values in (readings.count, readings.speed, readings.occupancy))
    passed = count != 0
    needed = passed.sum(axis=0) + (due - (last - first))
    known = (
        np.isfinite(count).sum(axis=0),
        (np.isfinite(speed) & passed).sum(axis=0),
        np.isfinite(occupancy).sum(axis=0),
    )
    wanted = (np.full(there.shape, due), needed, np.full(there.shape, due))
    counts, speeds, occupancies = (
        np.divide(own, of, out=np.full(there.shape, np.nan), where=there & (of > 0))
        for own, of in zip(known, wanted, strict=True)
    )
    return counts, speeds, occupancies
