"""What is done with a reading of a loop and a period that have one already: one is taken, and told; or the files are refused.

Rows come twice where a feed is stored twice, where files overlap, and where a clock is put back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.duplicate_choice import Keep
from simulator.frame import Array

MOST_TOLD = 3
"""Places named at most."""


@dataclass(slots=True)
class Repeats:
    """The account of the readings that came again: how many, how many of them with other values, and where the first are."""

    keep: Keep = Keep.FIRST
    number: int = 0
    differing: int = 0
    where: list[str] = field(default_factory=list)

    def add(self, differs: NDArray[np.bool_], where: Callable[[int], str]) -> None:
        """Note N readings that came again; `differs` (N,) from those that were taken, `where` names the k-th one's place."""
        self.number += len(differs)
        self.differing += int(differs.sum())
        # Those with other values first: of them one is wrong.
        for k in [*np.flatnonzero(differs), *np.flatnonzero(~differs)][:MOST_TOLD]:
            if len(self.where) < MOST_TOLD:
                self.where.append(where(int(k)))

    @property
    def text(self) -> str:
        """What came twice, in a phrase; empty where nothing did."""
        if not self.number:
            return ""
        other = f", {self.differing} of them with other values" if self.differing else ""
        more = f" and {self.number - len(self.where)} more" if self.number > len(self.where) else ""
        taken = "" if self.keep is Keep.REFUSE else f" (the {self.keep} is taken)"
        noun = "reading" if self.number == 1 else "readings"
        return f"{self.number} {noun} that came twice{other}{taken}: {', '.join(self.where)}{more}"

    def check(self, source: object) -> None:
        """Refuse readings that came twice where that is wanted. Raises UserError that says how many, and where."""
        if self.keep is Keep.REFUSE and self.number:
            raise UserError(
                f"{source}: wanted one reading of each loop and period, got {self.text} "
                "(--duplicates first or last takes one of them; do files overlap, or was the clock put back?)"
            )


def taken(keys: NDArray[np.int64], keep: Keep) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the keys (N,) that occur, in order, and the place of the one of each that is taken.

    >>> keys, places = taken(np.array([5, 3, 5]), Keep.LAST)
    >>> keys.tolist(), places.tolist()
    ([3, 5], [1, 2])
    """
    if keep is not Keep.LAST:
        return np.unique(keys, return_index=True)
    every, place = np.unique(keys[::-1], return_index=True)
    return every, len(keys) - 1 - place


def settled(
    keys: NDArray[np.int64], values: Array, repeats: Repeats, where: Callable[[int], str]
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return as `taken` does, the `values` (N, K) of the others told to `repeats`; `where` names the place of the k-th."""
    every, places = taken(keys, repeats.keep)
    again = left_over(len(keys), places)
    kept = places[np.searchsorted(every, keys[again])]
    repeats.add(other_values(values[again], values[kept]), lambda k: where(int(again[k])))
    return every, places


def other_values(own: Array, others: Array) -> NDArray[np.bool_]:
    """Return (N,) whether readings (N, K) have other values than `others`; what one of two does not know is no difference."""
    return np.asarray(~((own == others) | np.isnan(own) | np.isnan(others)).all(axis=1))


def left_over(number: int, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places of N readings that are not among those taken."""
    rest = np.ones(number, dtype=np.bool_)
    rest[places] = False
    return np.flatnonzero(rest)


def clock_time(time_s: float) -> str:
    """Return a time of a day as text.

    >>> clock_time(27030.0)
    '07:30:30'
    """
    whole = round(time_s)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
