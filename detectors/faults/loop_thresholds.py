"""Thresholds of a fault detector for false alarms per loop-month, and how sure they are.

They follow the rule of every calibration (`detectors.calibration.thresholds.least_threshold`) on healthy days, on which every
alarm is false. A loop-month is 30 loop-days of loops with data.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from detectors.calibration.aims import DAY_S
from detectors.calibration.exponential_tail import block_peaks, blocks_of
from detectors.calibration.outcome import alarm_starts
from detectors.calibration.rates_seen import BETWEEN, RateSeen
from detectors.calibration.thresholds import least_threshold, monotone
from detectors.faults.healthy_loop_rates import MONTH_DAYS
from detectors.threshold_detector import alarms, frames_in
from scenarios.errors import UserError
from simulator.frame import Array

AIMS_PER_LOOP_MONTH = (0.1, 1.0, 10.0)
"""False alarms per loop-month that thresholds are made for. Chosen: one a month, and ten times fewer and more."""
BLOCK_S = 6 * 3600.0
"""A peak is a loop's largest score in this time, s. Chosen: sums stay correlated for hours."""
LEAST_THRESHOLD = 1e-6
"""Least threshold of a sum, in deviations. Chosen, so that a sum of 0, a loop that never deviated, is no alarm."""


@dataclass(frozen=True, slots=True)
class LoopThresholds:
    """A threshold for each of AIMS_PER_LOOP_MONTH, the `extrapolated` aims, and what each threshold raised: `seen`."""

    thresholds: dict[float, float]
    extrapolated: tuple[float, ...]
    seen: tuple[RateSeen, ...]

    @property
    def sources(self) -> str:
        """What was seen, for the sources of a fitted detector."""
        return f"; false alarms of the thresholds on these recordings: {BETWEEN.join(each.text for each in self.seen)}"

    def tell(self, show: Callable[[str], None]) -> None:
        """Say how sure the thresholds are, a line for each aim."""
        show("False alarms of the thresholds on these recordings:")
        for each in self.seen:
            show(f"  {each.text}")


def thresholds_per_loop_month(scores: Sequence[Array], period_s: float) -> LoopThresholds:
    """Return thresholds from the scores (T, N) of healthy runs. Raises UserError where no score is a number."""
    months = sum(float(np.isfinite(each).sum()) for each in scores) * period_s / DAY_S / MONTH_DAYS
    filled = [np.where(np.isfinite(each), each, -inf) for each in scores]
    peaks = block_peaks(block for each in filled for block in blocks_of(each, frames_in(BLOCK_S, period_s)))
    if not len(peaks):
        raise UserError("calibration needs scores of loops, got none that is a number")

    def false_alarms(threshold: float) -> int:
        return sum(int(alarm_starts(alarms(each, threshold, period_s)).sum()) for each in scores)

    found = {aim: least_threshold(peaks, aim * months, false_alarms) for aim in AIMS_PER_LOOP_MONTH}
    thresholds = monotone({aim: max(threshold, LEAST_THRESHOLD) for aim, (threshold, _) in found.items()})
    seen = tuple(RateSeen(aim, false_alarms(threshold), months, "loop-month") for aim, threshold in thresholds.items())
    return LoopThresholds(thresholds, tuple(aim for aim, (_, beyond) in found.items() if beyond), seen)
