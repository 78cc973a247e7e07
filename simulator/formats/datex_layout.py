"""Minutes of DATEX II read by their layout (`feed_layouts`): the values of all sites of a file at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.formats.datex_learned import NONE, QUANTITIES, LearnedNumber, LearnedSite
from simulator.formats.datex_sites import SPEED
from simulator.formats.datex_values import ERRORS, MOST
from simulator.formats.feed_document import FeedDocument
from simulator.formats.feed_layouts import Parts
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import Loop
from simulator.frame import Array

_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True, eq=False)
class LoopGroup:
    """Loops of one period: the place (L,) of each one's site, and of its flow, occupancy and speed among the numbers (3, L)."""

    period_s: float
    loops: tuple[Loop, ...]
    sites: NDArray[np.intp]
    numbers: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class DatexLayout:
    """A file's S sites, with the values that are their `times`, and N numbers of them.

    `value` (N,): which value of the file a number is; where it is none, it is always `always` (N,). `most` (N,): the largest.
    `inputs` and `errors` (N,): the values that say so; `nobody` (N,): speeds that are always of no inputs. `groups` are the loops.
    """

    sites: tuple[LearnedSite, ...]
    times: NDArray[np.intp]
    later_s: Array
    value: NDArray[np.intp]
    always: Array
    most: Array
    speeds: NDArray[np.bool_]
    inputs: NDArray[np.intp]
    nobody: NDArray[np.bool_]
    errors: NDArray[np.intp]
    reasons: Mapping[str, int]
    groups: Sequence[LoopGroup]

    def numbers(self, document: FeedDocument) -> Array | None:
        """Return the numbers (N,), NaN where not known, and one NaN more; None where one is none, or not one of its quantity."""
        varies = self.value != NONE
        read = document.numbers(self.value[varies])
        if read is None:
            return None
        numbers = self.always.copy()
        numbers[varies] = read
        if ((numbers < -1) | (numbers > self.most)).any():
            return None
        numbers[numbers < 0] = np.nan
        still = np.flatnonzero(self.speeds & (numbers == 0))
        of_nobody = self.nobody[still]
        told = self.inputs[still] != NONE
        of_nobody[told] = [text == "0" for text in document.texts(self.inputs[still[told]])]
        numbers[still[of_nobody]] = np.nan
        flagged = np.flatnonzero(self.errors != NONE)
        numbers[flagged[[text in ERRORS for text in document.texts(self.errors[flagged])]]] = np.nan
        return np.append(numbers, np.nan)


def traffic(group: LoopGroup, numbers: Array) -> tuple[Array, Array, Array]:
    """Return the counts, occupancies and speeds [m/s] (L,) of a file's loops, as `datex_readings` computes them."""
    flow, occupancy, speed_kmh = numbers[group.numbers]
    # Never -0.0, which a whole number is not.
    return np.rint(flow * group.period_s / _SECONDS_PER_HOUR) + 0.0, occupancy / 100, speed_kmh / KMH_PER_MPS


def compose(parts: Parts[LearnedSite]) -> DatexLayout:
    """Return the layout of a file's sites."""
    numbers: list[tuple[int, LearnedNumber]] = []
    groups: dict[float, list[tuple[Loop, int, list[int]]]] = {}
    for s, (first, site) in enumerate(parts.records):
        if site.joined:
            groups.setdefault(site.period_s, [])
        for loop, places in site.loops.items():
            own = [NONE if place == NONE else len(numbers) + place for place in places]
            groups[site.period_s].append((loop, s, own))
        numbers += [(first, number) for number in site.numbers]
    return DatexLayout(
        tuple(site for _, site in parts.records),
        np.array([first + site.time for first, site in parts.records], dtype=np.intp),
        np.array([site.later_s for _, site in parts.records]),
        _places((first, number.value) for first, number in numbers),
        np.array([number.always for _, number in numbers], dtype=np.float64),
        np.array([MOST[number.quantity] for _, number in numbers], dtype=np.float64),
        np.array([number.quantity == SPEED for _, number in numbers], dtype=np.bool_),
        _places((first, number.inputs) for first, number in numbers),
        np.array([number.nobody for _, number in numbers], dtype=np.bool_),
        _places((first, number.error) for first, number in numbers),
        Counter(reason for _, site in parts.records for reason in site.reasons),
        [
            LoopGroup(
                period_s,
                tuple(loop for loop, _, _ in loops),
                np.array([s for _, s, _ in loops], dtype=np.intp),
                np.array([own for _, _, own in loops], dtype=np.intp).reshape(-1, len(QUANTITIES)).T,
            )
            for period_s, loops in groups.items()
        ],
    )


def _places(values: Iterable[tuple[int, int | None]]) -> NDArray[np.intp]:
    return np.array([NONE if value is None else first + value for first, value in values], dtype=np.intp)
