"""A chart of each section's series as a scorer: its upper side is the score, and its evidence says what moved it.

    frame -> section's series (N,) -> a chart's two sides (N,), in multiples of its limit -> score: the upper one

Charts are two-sided, and `evidence` tells of both; an incident is looked for on the upper side alone, because a section that is
freer than its normal holds none.
"""

from typing import NamedTuple, Protocol

import numpy as np

from detectors.calibration.hourly_normal import HourlyNormal
from detectors.charts.chart_evidence import ChartedSeries, ChartEvidence
from detectors.charts.section_series import PARTS, SIGNS, SectionSeries
from detectors.site_memory import Memory
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


class Sides(NamedTuple):
    """A chart's statistics of values too high, `upper`, and too low, `lower`, in multiples of its limit; NaN where not known.

    `limit`: the place, in the chart's `limits`, of the limit that the larger side comes from; None where it has one limit.
    `mean`, `action`, `warning`: what is held against limits, and these limits, in deviations of a value (`ChartedSeries`).
    """

    upper: Array
    lower: Array
    limit: Array | None = None
    mean: Array | None = None
    action: Array | None = None
    warning: Array | None = None


class Chart(Protocol):
    """A control chart of many independent series; `limits` names its limits."""

    @property
    def limits(self) -> tuple[str, ...]: ...  # noqa: D102

    def step(self, white: Array) -> Sides:
        """Return both sides after one more value of each series; one that is not known changes nothing."""
        ...


class SeriesParameters(Protocol):
    """What of a chart's parameters its series are made with."""

    @property
    def memory_s(self) -> float: ...  # noqa: D102
    @property
    def flow_upstream(self) -> float: ...  # noqa: D102
    @property
    def downstream(self) -> float: ...  # noqa: D102
    @property
    def most(self) -> float: ...  # noqa: D102


def series_of(corridor: Corridor, parameters: SeriesParameters, normal: HourlyNormal | None = None) -> SectionSeries:
    """Return the series of a corridor's sections, as a chart's parameters have them; `normal` is the site's where it is known."""
    return SectionSeries(
        corridor, parameters.memory_s, parameters.flow_upstream, parameters.downstream, parameters.most, normal
    )


class SectionChart:
    """A section's score from a chart of its series."""

    def __init__(self, name: str, series: SectionSeries, chart: Chart, corridor: Corridor) -> None:
        self._series, self._chart = series, chart
        self._unknown = np.full(corridor.sections, np.nan)
        parts = np.full((corridor.sections, len(PARTS)), np.nan)
        self._evidence = ChartEvidence(np.nan, name, self._unknown, self._unknown, parts, PARTS)

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) the chart's upper side in multiples of its limit; NaN where nothing is known."""
        values = self._series.step(frame)
        sides = self._chart.step(values.white)
        mean, action, warning = (
            self._unknown if each is None else each for each in (sides.mean, sides.action, sides.warning)
        )
        self._evidence = ChartEvidence(
            time_s=frame.time_s,
            chart=self._evidence.chart,
            upper=sides.upper,
            lower=sides.lower,
            parts=values.parts,
            names=PARTS,
            limits=self._chart.limits,
            limit=sides.limit,
            signs=SIGNS,
            series=ChartedSeries(values.white, mean, action, warning),
        )
        return sides.upper

    def memory(self) -> dict[str, Array]:
        """Return what the series has learned of the site; the chart itself begins anew."""
        return self._series.memory()

    def recall(self, memory: Memory) -> None:
        """Begin with what the series had learned."""
        self._series.recall(memory)

    @property
    def evidence(self) -> ChartEvidence:
        """Why the score of the last frame is what it is."""
        return self._evidence
