"""One day's readings of a corridor, gathered in any order, and the account of what was left out of them.

In memory: every period of the day that can be, 8 bytes a value: 11 MB for 40 stations with 4 lanes at 30 s.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor
from simulator.formats.duplicate_choice import Keep
from simulator.formats.possible_values import IMPOSSIBLE, most_possible, refuse_impossible
from simulator.formats.repeated_readings import Repeats, clock_time, left_over, other_values, taken
from simulator.frame import Array, Flags, LoopFrame

LONGEST_DAY_S = 25 * 3600
"""The day on which clocks are put back."""
MOST_HELD = 31
"""Days that a format keeps from checking to writing; more are read twice. Chosen: 12 MB each for 40 stations."""
OFF_DAY = "readings of another day"


@dataclass(slots=True, eq=False)
class DayReadings:
    """Readings of a corridor's S stations and L lanes over one day, T periods: `values` (T, S, L, 3), `there` (T, S, L).

    The last axis is count, speed [m/s], occupancy [share]; period k ends k `period_s` after `start_s`. `left_out` counts what was
    not taken, by phrase; `repeats` those that came twice. `day` names the day in what is told.
    """

    corridor: Corridor
    left_out: Counter[str] = field(default_factory=Counter)
    start_s: float = 0.0
    repeats: Repeats = field(default_factory=Repeats)
    day: str = ""
    values: Array = field(init=False)
    there: Flags = field(init=False)
    impossible: NDArray[np.int64] = field(init=False)
    known: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        periods = int(LONGEST_DAY_S / self.corridor.period_s) + 2
        shape = (periods, len(self.corridor.stations), self.corridor.lanes)
        self.values = np.full((*shape, 3), np.nan)
        self.there = np.zeros(shape, dtype=np.bool_)
        self.impossible, self.known = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)

    def add(
        self, period: NDArray[np.int64], station: NDArray[np.int64], lane: NDArray[np.int64], values: Array
    ) -> None:
        """Add N readings, `values` (N, 3); where a place has one already, or has two among these, `repeats` says which stays."""
        on_day = (period >= 0) & (period < len(self.there))
        self._note(OFF_DAY, int((~on_day).sum()))
        where = np.ravel_multi_index((period[on_day], station[on_day], lane[on_day]), self.there.shape)
        values = values[on_day]
        before = self.there.reshape(-1)[where]
        _, places = taken(where, self.repeats.keep)
        again = left_over(len(where), places)
        replaced = places[before[places]]  # there already, from rows that were added before
        kept, earlier = self.values.reshape(-1, 3), self.values.reshape(-1, 3)[where[replaced]]
        fresh = places if self.repeats.keep is Keep.LAST else places[~before[places]]
        kept[where[fresh]] = self._possible(values[fresh])
        self.there.reshape(-1)[where[fresh]] = True
        again = np.concatenate([again, replaced])
        if len(again):
            others = kept[where[again]]
            if self.repeats.keep is Keep.LAST:
                others[len(again) - len(replaced) :] = earlier
            periods, stations, lanes = np.unravel_index(where[again], self.there.shape)
            name = partial(cell_text, self.corridor, self.start_s, self.day, periods, stations, lanes)
            self.repeats.add(other_values(values[again], others), name)

    def _possible(self, values: Array) -> Array:
        """Return the values with NaN for what cannot be, and for the speed of no vehicle."""
        impossible = (values < 0) | (values > np.array(most_possible(self.corridor.period_s)))
        self.impossible += impossible.sum(axis=0)
        self.known += (~np.isnan(values)).sum(axis=0)
        self._note(IMPOSSIBLE, int(impossible.sum()))
        cleaned = np.where(impossible, np.nan, values)
        nobody = (cleaned[:, 0] == 0) & (cleaned[:, 1] == 0)
        cleaned[nobody, 1] = np.nan
        return cleaned

    def _note(self, phrase: str, number: int) -> None:
        if number:
            self.left_out[phrase] += number

    def check(self, place: object) -> None:
        """Refuse a day of which more than half of the values of one kind cannot be. Raises UserError that names the file."""
        refuse_impossible(place, self.impossible, self.known, self.corridor.period_s)

    def frames(self, stations: Flags | None = None) -> tuple[LoopFrame, ...]:
        """Return the frames in which at least one value is known, in order of time; of some `stations` (S,) only."""
        values = self.values if stations is None else self.values[:, stations]
        known = _known(values)
        return tuple(
            LoopFrame(self.start_s + k * self.corridor.period_s, *np.moveaxis(values[k], -1, 0)) for k in known.tolist()
        )

    def span_s(self) -> tuple[float, float] | None:
        """Return the start of the first frame's period and the end of the last one's [s]; None without any frame."""
        known = _known(self.values)
        if not len(known):
            return None
        period_s = self.corridor.period_s
        first_s, last_s = (self.start_s + k * period_s for k in (int(known[0]), int(known[-1])))
        return first_s - period_s, last_s


def _known(values: Array) -> NDArray[np.intp]:
    """The periods in which a value (T, S, L, 3) is known."""
    return np.flatnonzero((~np.isnan(values)).any(axis=(1, 2, 3)))


def cell_text(
    corridor: Corridor,
    start_s: float,
    day: str,
    periods: NDArray[np.int64],
    stations: NDArray[np.int64],
    lanes: NDArray[np.int64],
    k: int,
) -> str:
    """Return station, lane and end of the k-th reading's period as text."""
    station = corridor.stations[int(stations[k])].name
    time = clock_time(start_s + int(periods[k]) * corridor.period_s)
    return f"{station} lane {lanes[k]} at {day}{' ' if day else ''}{time}"


def account(
    left_out: Counter[str], assumed: Sequence[str], known: Sequence[str] = (), repeats: Repeats | None = None
) -> str:
    """Return, in one phrase, what was left out with its number, what was assumed, and what is known of the files' limits."""
    parts = [f"{number:,} {phrase}" for phrase, number in left_out.items() if number]
    if repeats is not None and repeats.text:
        parts.append(repeats.text)
    told = f"left out: {', '.join(parts)}" if parts else "nothing left out"
    return "; ".join([told, *(f"assumed: {each}" for each in assumed), *known])
