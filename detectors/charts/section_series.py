r"""One white series per section: how far its two stations are from their normal in the direction in which an incident moves them.

.. math:: w = \frac{1}{\sigma_w} [c(a_{k,up}) - c(a_{v,up}) - u\,c(a_{q,up}) - g\,c(a_{q,down}) - g\,c(a_{k,down})]

a: white residuals (`site_residuals`) of occupancy k, speed v and flow q at the upstream and the downstream station; u:
`flow_upstream`; g: `downstream`; c cuts at `most` deviations, so that no single reading weighs like an incident; sigma_w: root
mean square of the sum, learned on line. A chart of one linear combination is the best there is against a shift whose direction
is known (Healy 1987), and its run lengths are those of a single series. A residual that is not known counts as 0; w is NaN where
upstream or downstream nothing is.

The upstream flow is what tells an incident's queue from a wave of recurrent congestion: it falls in the one and not in the other.
The speed downstream is told and not counted: it rises at the head of both.
"""

from typing import NamedTuple

import numpy as np

from detectors.calibration.hourly_normal import HourlyNormal
from detectors.charts.forgetting_moments import ForgettingMoment, kept_share
from detectors.charts.site_residuals import CUT, RIDGE, SiteResiduals
from detectors.site_memory import Memory, part_of, prefixed
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

PARTS = (
    "occupancy upstream",
    "speed upstream",
    "flow upstream",
    "flow downstream",
    "occupancy downstream",
    "speed downstream",
)
SIGNS = np.array([1.0, -1.0, -1.0, -1.0, -1.0, 1.0])
"""The way an incident moves each part."""

SPREAD_MEMORY_S = 86400.0
"""Memory of the sum's root mean square, s. Chosen: a day, so that one breakdown does not widen it."""
SPREAD_PRIOR_FRAMES = 240.0
"""Frames that the root mean square of independent parts counts as. Chosen on the battery `calibration`: two hours of 30 s;
with ten, an incident in a recording's first hour widens its own limits."""


def section_parts(residuals: Array, most: float) -> Array:
    """Return (N, 6) the residuals (S, 3) of sections' two stations, positive the way an incident moves them, cut at `most`."""
    flow, speed, occupancy = residuals.T
    of_sections = np.column_stack([occupancy[:-1], speed[:-1], flow[:-1], flow[1:], occupancy[1:], speed[1:]])
    return np.asarray(SIGNS * np.clip(of_sections, -most, most))


class SectionValues(NamedTuple):
    """`white` (N,): the series' newest value; `parts` (N, 6): the residuals behind it (`section_parts`)."""

    white: Array
    parts: Array


class SectionSeries:
    """The series of a corridor's sections, frame by frame."""

    def __init__(
        self,
        corridor: Corridor,
        memory_s: float,
        flow_upstream: float,
        downstream: float,
        most: float,
        normal: HourlyNormal | None = None,
    ) -> None:
        self._residuals, self._most = SiteResiduals(corridor, memory_s, normal), most
        self._weights = np.array([1.0, 1.0, flow_upstream, downstream, downstream, 0.0])
        kept = kept_share(corridor.period_s, SPREAD_MEMORY_S)
        self._square = ForgettingMoment(np.full(corridor.sections, (self._weights**2).sum()), SPREAD_PRIOR_FRAMES, kept)

    def step(self, frame: LoopFrame) -> SectionValues:
        """Return the values after one more frame."""
        parts = section_parts(self._residuals.step(frame), self._most)
        known = np.isfinite(parts)
        total = np.where(known, parts, 0.0) @ self._weights
        total = np.where(known[:, :3].any(axis=1) & known[:, 3:].any(axis=1), total, np.nan)
        sd = np.sqrt(np.maximum(self._square.mean, RIDGE))
        self._square.add(np.clip(total, -CUT * sd, CUT * sd) ** 2)
        return SectionValues(total / sd, parts)

    def memory(self) -> dict[str, Array]:
        """Return what the residuals remember, and the mean square of the sum."""
        return {**self._residuals.memory(), **prefixed("square", self._square.memory())}

    def recall(self, memory: Memory) -> None:
        """Begin with what `memory` holds of the residuals and of the sum."""
        self._residuals.recall(memory)
        self._square.recall(part_of("square", memory))
