"""Why a chart's score is what it is: the chart, how far it is from its limit, and the quantity that moved it, section by
section."""

from dataclasses import dataclass

import numpy as np

from simulator.frame import Array


@dataclass(frozen=True, slots=True, eq=False)
class ChartEvidence:
    """A chart's state in each of N sections after the frame at `time_s`.

    `chart`: its name. `upper`, `lower` (N,): statistics of values too high and too low, in multiples of the chart's limit, NaN
    where nothing is known. `parts` (N, P): the newest residuals of the quantities `names` (P), in standard deviations, positive
    the way an incident moves them.
    """

    time_s: float
    chart: str
    upper: Array
    lower: Array
    parts: Array
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("upper", "lower", "parts"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def text(self, section: int) -> str:
        """Return the reason in words, "" where nothing is known.

        >>> ChartEvidence(30.0, "ewma", np.array([1.5]), np.array([-1.5]), np.array([[3.2, 1.0]]), ("flow", "speed")).text(0)
        'ewma at 1.5 times its limit: flow 3.2 sd, speed 1.0 sd'
        """
        if not np.isfinite(self.upper[section]):
            return ""
        parts = self.parts[section]
        order = np.argsort(np.where(np.isfinite(parts), -np.abs(parts), np.inf), kind="stable")
        far = ", ".join(f"{self.names[p]} {parts[p]:.1f} sd" for p in order if np.isfinite(parts[p]))
        side = "" if self.upper[section] >= self.lower[section] else "below, "
        statistic = max(self.upper[section], self.lower[section])
        return f"{self.chart} {side}at {statistic:.1f} times its limit: {far}"
