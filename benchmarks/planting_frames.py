"""Frames of a planted and of a simulated incident compared by region: where in the road, and when.

Regions: lanes blocked or open, downstream of the scene up to 2.5 km, further down; upstream where the simulated truth says
that a queue stands, and where it does not; after clearance. Means over loops and frames.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame
from simulator.truth import Truth

NEAR_M = 2500.0
REGIONS = (
    "blocked lanes, < 2.5 km down",
    "other lanes, < 2.5 km down",
    "all lanes, further down",
    "queue, blocked lanes",
    "queue, other lanes",
    "upstream, no queue",
    "after clearance, all stations",
)
VALUES = ("count", "speed", "occupancy")


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Sums over the loops and frames of one region: `number`, counts as simulated, planted, in the twin, and squared errors.

    `squares` maps (value, which) to (sum of squared differences from the simulated run, number).
    """

    number: int
    counts: Array
    second: Array
    squares: Mapping[tuple[str, str], tuple[float, int]]


class HasFrames(Protocol):
    """Anything with sums by region."""

    @property
    def frames(self) -> Mapping[str, Sums]:
        """Sums by region."""


def regions_of(corridor: Corridor, times_s: Array, truth: Truth) -> Iterator[tuple[str, Flags]]:
    """Yield each region with its loops and frames (T, S, L)."""
    (incident,) = truth.incidents
    positions = np.array([station.position_m for station in corridor.stations])
    down = (positions >= incident.position_m)[None, :, None]
    near = (positions < incident.position_m + NEAR_M)[None, :, None]
    blocked = np.isin(np.arange(corridor.lanes), incident.lanes)[None, None, :]
    during = ((times_s > incident.onset_s) & (times_s <= incident.clearance_s))[:, None, None]
    after = (times_s > incident.clearance_s)[:, None, None]
    queue = np.zeros((len(times_s), len(positions)), dtype=np.bool_)
    for span in truth.carrying:
        queue[(times_s > span.from_s) & (times_s <= span.to_s), span.station] = True
    queued = queue[:, :, None]
    yield REGIONS[0], during & down & near & blocked
    yield REGIONS[1], during & down & near & ~blocked
    yield REGIONS[2], during & down & ~near & (blocked | ~blocked)
    yield REGIONS[3], during & ~down & queued & blocked
    yield REGIONS[4], during & ~down & queued & ~blocked
    yield REGIONS[5], during & ~down & ~queued & (blocked | ~blocked)
    yield REGIONS[6], after & (down | ~down) & (blocked | ~blocked)


def frame_sums(
    simulated: Sequence[LoopFrame],
    planted: Sequence[LoopFrame],
    twin: Sequence[LoopFrame],
    other: Sequence[LoopFrame],
    corridor: Corridor,
    truth: Truth,
) -> dict[str, Sums]:
    """Return the sums of one incident by region; `other` is the same incident with another seed, or empty."""
    length = min(len(simulated), len(planted), len(twin), *([len(other)] if other else []))
    times = np.array([frame.time_s for frame in simulated[:length]])
    runs = {"simulated": simulated, "planted": planted, "twin": twin} | ({"other": other} if other else {})
    read = {(v, k): np.array([getattr(f, v) for f in run[:length]]) for v in VALUES for k, run in runs.items()}
    found = {}
    for region, where in regions_of(corridor, times, truth):
        counts = [read["count", k][where] for k in ("simulated", "planted", "twin")]
        known = np.isfinite(counts[0]) & np.isfinite(counts[1]) & np.isfinite(counts[2])
        squares = {}
        for value in VALUES:
            for which in runs:
                if which != "simulated":
                    error = read[value, which][where] - read[value, "simulated"][where]
                    fine = np.isfinite(error)
                    squares[value, which] = (float(np.sum(error[fine] ** 2)), int(fine.sum()))
        dispersion = np.array([_dispersion(read["count", k], where) for k in ("simulated", "planted")])
        found[region] = Sums(int(known.sum()), np.array([c[known].sum() for c in counts]), dispersion, squares)
    return found


def _dispersion(count: Array, where: Flags) -> Array:
    """Return half the sum of squared steps from frame to frame, and the sum of counts: their ratio is variance to mean."""
    both = where[1:] & where[:-1] & np.isfinite(count[1:]) & np.isfinite(count[:-1])
    return np.array([np.sum(np.diff(count, axis=0)[both] ** 2) / 2, np.sum(count[1:][both])])


def frame_table_rows(cases: Iterable[HasFrames], regions: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield one row per region over all cases."""
    all_cases = list(cases)
    for region in regions:
        sums = [case.frames[region] for case in all_cases]
        number = sum(each.number for each in sums)
        if not number:
            continue
        means = sum((each.counts for each in sums), np.zeros(3)) / number
        second = sum((each.second for each in sums), np.zeros((2, 2)))

        def rmse(value: str, which: str, sums: Sequence[Sums] = sums) -> str:
            pairs = [each.squares.get((value, which), (0.0, 0)) for each in sums]
            total = sum(n for _, n in pairs)
            digits = 3 if value == "occupancy" else 1
            return f"{math.sqrt(sum(s for s, _ in pairs) / total):.{digits}f}" if total else "-"

        yield (
            *(region, str(number), *(f"{mean:.2f}" for mean in means)),
            *(rmse("count", which) for which in ("planted", "twin", "other")),
            *(rmse(value, which) for value in ("speed", "occupancy") for which in ("planted", "twin")),
            *(f"{square / max(total, 1e-9):.2f}" for square, total in second),
        )
