"""The evidence of one section, frame by frame, that pictures of a detector's reasons are drawn from.

Conventions: T frames, P parts; a value that is not known is NaN.
"""

from dataclasses import dataclass
from math import nan

from simulator.frame import Array


@dataclass(frozen=True, slots=True, eq=False)
class ChartLines:
    """The lines of a control chart, arrays (T,): `detectors.charts.chart_evidence` defines them.

    `lower`: the statistic of values too low, in multiples of the limit, as the score is that of values too high. `value`,
    `mean`, `action`, `warning`: the charted series and its limits, in deviations; NaN where the chart has none. `limit`: the
    name of its first limit; `logarithmic`: multiples are of that limit's log probability.
    """

    lower: Array
    value: Array
    mean: Array
    action: Array
    warning: Array
    limit: str
    logarithmic: bool


@dataclass(frozen=True, slots=True, eq=False)
class EvidencePath:
    """The evidence of one section at frame ends `times_s` (T,).

    `score` (T,): the detector's score, an alarm above `threshold`, NaN where it has none; `parts` (T, P): the quantities `names`
    behind it in `unit`. `chart` is None for a detector that is no chart.
    """

    section: int
    times_s: Array
    score: Array
    names: tuple[str, ...]
    parts: Array
    unit: str
    threshold: float = nan
    chart: ChartLines | None = None
