"""A chart of each section's series as a scorer: its upper side is the score, and its evidence says what moved it.

    frame -> section's series (N,) -> a chart's two sides (N,), in multiples of its limit -> score: the upper one

Charts are two-sided, and `evidence` tells of both; an incident is looked for on the upper side alone, because a section that is
freer than its normal holds none.
"""

from typing import NamedTuple, Protocol

import numpy as np

from detectors.calibration.hourly_normal import HourlyNormal
from detectors.charts.chart_evidence import ChartEvidence
from detectors.charts.section_series import PARTS, SectionSeries
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


class Sides(NamedTuple):
    """A chart's statistics of values too high, `upper`, and too low, `lower`, in multiples of its limit; NaN where not known."""

    upper: Array
    lower: Array


class Chart(Protocol):
    """A control chart of many independent series."""

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
        unknown = np.full(corridor.sections, np.nan)
        self._evidence = ChartEvidence(
            np.nan, name, unknown, unknown, np.full((corridor.sections, len(PARTS)), np.nan), PARTS
        )

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) the chart's upper side in multiples of its limit; NaN where nothing is known."""
        values = self._series.step(frame)
        sides = self._chart.step(values.white)
        self._evidence = ChartEvidence(
            frame.time_s, self._evidence.chart, sides.upper, sides.lower, values.parts, PARTS
        )
        return sides.upper

    @property
    def evidence(self) -> ChartEvidence:
        """Why the score of the last frame is what it is."""
        return self._evidence
