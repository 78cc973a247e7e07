"""Why a chart's score is what it is: the chart, how far it is from its limit, and the quantity that moved it, section by
section."""

from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from detectors.explained_detector import MOST_NAMED, ReadOnlyCopies
from simulator.frame import Array


@dataclass(frozen=True, slots=True, eq=False)
class ChartedSeries(ReadOnlyCopies):
    """The series that a chart is of, in its own standard deviations, after a frame.

    `value` (N,): the newest value. `mean` (N,): what is held against limits, X-bar's newest mean of a subgroup or the ewma;
    `action` and `warning` (N,): its limits, both ways. NaN where a chart has none.
    """

    value: Array
    mean: Array
    action: Array
    warning: Array


@dataclass(frozen=True, slots=True, eq=False)
class ChartEvidence(ReadOnlyCopies):
    """A chart's state in each of N sections after the frame at `time_s`.

    `chart`: its name. `upper`, `lower` (N,): statistics of values too high and too low, in multiples of the chart's limit, NaN
    where nothing is known. `parts` (N, P): the newest residuals of the quantities `names` (P), in standard deviations, positive
    the way an incident moves them.

    `limits`: the names of the chart's limits; `limit` (N,): the place in it of the one that `upper`, or `lower` where that is
    larger, comes from. `threshold`: multiples of the limit above which the detector alarms, one or (N,) one
    for each section, NaN for a chart without a detector.
    `series`: what is charted, None where that is no series. `share` (N, P): what of `total` (N,), T2 of all parts, would be gone
    without each of them; None from charts of one series. With a `total`, multiples are of the limit's log probability.
    `signs` (P,): 1 where a positive part is a quantity above its normal, -1 where it is one below; None where that is not told.
    """

    time_s: float
    chart: str
    upper: Array
    lower: Array
    parts: Array
    names: tuple[str, ...]
    limits: tuple[str, ...] = ("limit",)
    limit: Array | None = None
    threshold: float | Array = nan
    series: ChartedSeries | None = None
    total: Array | None = None
    share: Array | None = None
    signs: Array | None = None

    def text(self, section: int) -> str:
        """Return the reason in words, "" where nothing is known.

        >>> ChartEvidence(30.0, "ewma", np.array([1.5]), np.array([-1.5]), np.array([[3.2, 1.0]]), ("flow", "speed")).text(0)
        'ewma at 1.5 times its limit: flow 3.2 sd, speed 1.0 sd'
        """
        if not np.isfinite(self.upper[section]):
            return ""
        side = "" if self.upper[section] >= self.lower[section] else "below, "
        statistic = max(self.upper[section], self.lower[section])
        name = self.limits[0 if self.limit is None else int(self.limit[section])]
        threshold = float(np.broadcast_to(self.threshold, len(self.upper))[section])
        alarms = f" (alarms above {threshold:.1f})" if isfinite(threshold) else ""
        of = f"its {name}" if self.total is None else f"the log probability of its {name}"
        return f"{self.chart} {side}at {statistic:.1f} times {of}{alarms}: {self._parts_text(section)}"

    def _parts_text(self, section: int) -> str:
        """The parts that weigh most, of those that are known."""
        parts = self.parts[section]
        weight = np.abs(parts) if self.share is None else self.share[section]
        known = np.isfinite(parts) & np.isfinite(weight)
        order = np.argsort(np.where(known, -weight, np.inf), kind="stable")[: min(MOST_NAMED, int(known.sum()))]
        if self.total is None or self.share is None:
            return ", ".join(f"{self.names[part]} {self._sd_text(section, part)}" for part in order)
        said = (
            f"{self.share[section, part]:.0f} {self.names[part]} ({self._sd_text(section, part)})" for part in order
        )
        return f"T2 {self.total[section]:.0f}, of which {', '.join(said)}"

    def _sd_text(self, section: int, part: int) -> str:
        """How far a quantity is from its normal, and on which side."""
        value = float(self.parts[section, part])
        if self.signs is None:
            return f"{value:.1f} sd"
        return f"{abs(value):.1f} sd {'high' if value * self.signs[part] >= 0.0 else 'low'}"
