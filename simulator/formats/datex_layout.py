"""Minutes of DATEX II read by their layout (`feed_layouts`): the values of all sites of a file at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.formats.datex_learned import LearnedSite
from simulator.formats.datex_values import ERRORS
from simulator.formats.feed_document import FeedDocument
from simulator.formats.feed_layouts import NONE, Parts, filled, moved
from simulator.formats.field_units import HOUR_S, KMH_PER_MPS
from simulator.formats.gathered_loops import Loop
from simulator.frame import Array


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
        numbers = filled(document, self.value, self.always)
        if numbers is None or ((numbers < -1) | (numbers > self.most)).any():
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
    return np.rint(flow * group.period_s / HOUR_S) + 0.0, occupancy / 100, speed_kmh / KMH_PER_MPS


def compose(parts: Parts[LearnedSite]) -> DatexLayout:
    """Return the layout of a file's sites."""
    sites = [site for _, site in parts.records]
    firsts = np.array([first for first, _ in parts.records], dtype=np.intp)
    sizes = np.array([site.table.shape[1] for site in sites])
    table = np.concatenate([site.table for site in sites], axis=1)
    value, inputs, errors = moved(table[:3].astype(np.intp), np.repeat(firsts, sizes))
    always, most, speeds, nobody = table[3:]
    starts = np.cumsum(sizes) - sizes
    joined: dict[float, list[int]] = {}
    for s, site in enumerate(sites):
        if site.joined:
            joined.setdefault(site.period_s, []).append(s)
    return DatexLayout(
        tuple(sites),
        firsts + np.array([site.time for site in sites], dtype=np.intp),
        np.array([site.later_s for site in sites]),
        value,
        always,
        most,
        speeds > 0,
        inputs,
        nobody > 0,
        errors,
        Counter(reason for site in sites for reason in site.reasons),
        [_group(period_s, sites, own, starts) for period_s, own in joined.items()],
    )


def _group(period_s: float, sites: Sequence[LearnedSite], own: list[int], starts: NDArray[np.intp]) -> LoopGroup:
    loops = [len(sites[s].loops) for s in own]
    places = np.concatenate([sites[s].places for s in own], axis=1)
    return LoopGroup(
        period_s,
        tuple(loop for s in own for loop in sites[s].loops),
        np.repeat(own, loops),
        moved(places, np.repeat(starts[own], loops)),
    )
