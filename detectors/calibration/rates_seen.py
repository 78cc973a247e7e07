"""How sure a threshold is: the false alarms that it raises on the runs it was chosen on, with the exact interval of their rate.

    threshold for 0.1 a corridor-day, 0 false alarms in 1.46 corridor-days --> at most 2.5 a corridor-day (95 %)

No false alarm in a time T shows a rate below 3.7 / T, two-sided (one-sided 3.0 / T: the rule of three of Hanley and
Lippman-Hand, JAMA 249, 1983). So a threshold for a rate is known only where the runs hold many times 1 / rate; otherwise it is
extrapolated (`thresholds`), and the runs cannot say whether the rate holds. The runs are those that the threshold was chosen on:
on others the rate is rather higher.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.incident_free import CalibrationRun, calibration_sample
from detectors.calibration.outcome import Scoring, outcome_at, outcome_of
from simulator.frame import Array

LEVEL = 0.95
"""Confidence level of intervals, two-sided."""
RATES = "rates_seen"
"""Key of the provenance that holds these texts."""
BETWEEN = " | "
"""What stands between two rates in the text."""


def exact_rate(count: int, exposure: float, level: float = LEVEL) -> tuple[float, float]:
    r"""Return the ends of the exact interval of a rate: `count` events in `exposure` (Garwood, Biometrika 28, 1936).

    .. math:: \left[\tfrac12 \chi^2_{\alpha/2;\,2k},\ \tfrac12 \chi^2_{1-\alpha/2;\,2k+2}\right] / \text{exposure}

    with k = `count` and alpha = 1 - `level`, the lower end 0 for k = 0. (Half a chi-square quantile of 2k degrees of freedom is
    the quantile of a gamma distribution of shape k.) NaN for no exposure. Raises ValueError for one below 0.

    >>> [round(end, 3) for end in exact_rate(0, 1.0)]
    [0.0, 3.689]
    """
    from scipy.special import gammaincinv  # here, because importing it takes longer than scoring a run

    if count < 0 or exposure < 0:
        raise ValueError(f"a count and its exposure are 0 or more, got {count} in {exposure}")
    if exposure == 0:
        return nan, nan
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(gammaincinv(count, tail))
    return low / exposure, float(gammaincinv(count + 1, 1 - tail)) / exposure


@dataclass(frozen=True, slots=True)
class RateSeen:
    """The threshold for `aim` false alarms per `unit` raised `false_alarms` in `exposure` such units on its own runs."""

    aim: float
    false_alarms: int
    exposure: float
    unit: str = "corridor-day"

    @property
    def shown(self) -> bool:
        """Whether the interval of the rate ends at or below the aim: the runs show that the aim is kept."""
        return exact_rate(self.false_alarms, self.exposure)[1] <= self.aim

    @property
    def text(self) -> str:
        """The rate aimed at, what was seen, and what that shows.

        >>> RateSeen(1.0, 0, 0.5).text
        '1 per corridor-day: none in 0.5 corridor-days, so at most 7.4 (95 %); 3.7 corridor-days without one would show it'
        >>> RateSeen(10.0, 4, 0.5).text
        '10 per corridor-day: 4 in 0.5 corridor-days, so 2.2 to 20 (95 %)'
        """
        low, high = exact_rate(self.false_alarms, self.exposure)
        per, time = f"{self.aim:g} per {self.unit}", f"{_short(self.exposure)} {self.unit}s"
        if self.false_alarms:
            return f"{per}: {self.false_alarms} in {time}, so {_short(low)} to {_short(high)} (95 %)"
        seen = f"{per}: none in {time}, so at most {_short(high)} (95 %)"
        if self.shown or not self.aim:
            return seen
        return f"{seen}; {_short(exact_rate(0, 1.0)[1] / self.aim)} {self.unit}s without one would show it"


def _short(value: float) -> str:
    """A number with two figures, or all those before the point.

    >>> [_short(value) for value in (0.123, 12.3, 99.6, 1234.5)]
    ['0.12', '12', '100', '1234']
    """
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"


def rates_seen(
    thresholds: Mapping[float, float],
    runs: Sequence[CalibrationRun],
    scores: Sequence[Array],
    scoring: Scoring = outcome_of,
) -> list[RateSeen]:
    """Return what the threshold of each aim raises on these runs, whose scores (T, N) are those it was chosen on."""
    sample = calibration_sample(runs, Aim().recovery_s)
    found = {aim: outcome_at(thresholds[aim], sample, scores, Aim(aim), scoring) for aim in AIMS if aim in thresholds}
    return [RateSeen(aim, each.false_alarms, each.corridor_days) for aim, each in found.items()]


def rates_text(rates: Sequence[RateSeen]) -> dict[str, str]:
    """Return the rates as an entry of provenance; `rates_lines` reads it."""
    return {RATES: BETWEEN.join(rate.text for rate in rates)}


def rates_lines(provenance: Mapping[str, str]) -> list[str]:
    """Return the lines in a file's provenance that say how sure its thresholds are; none where it has none.

    >>> rates_lines(rates_text([RateSeen(10.0, 4, 0.5)])), rates_lines({"method": "grid"})
    (['10 per corridor-day: 4 in 0.5 corridor-days, so 2.2 to 20 (95 %)'], [])
    """
    return provenance[RATES].split(BETWEEN) if provenance.get(RATES) else []
