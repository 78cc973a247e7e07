"""Trade-off curves of all sensors: their statistics on healthy days, and on the same days with one faulty sensor at a time.

A day is cut into windows as long as a fault. In each, at five magnitudes across the study's range, one sensor at a time is
faulty, starting from its healthy sums at the window's start. Only its own value changes, so its prediction is the same.
Time is faulty where the fault changes the value: a conditional undercount does not in light traffic. A sensor whose values
never change is treated as healthy.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from detectors.faults.cusum_sums import Sums, standardised, sums_of
from detectors.faults.gaussian_process import Prediction
from harness.studies.route_loss.trade_off_curve import TradeOff, trade_off
from simulator.faults.fault_kinds import overcounted, undercounted
from simulator.frame import Array

KINDS = ("undercount", "overcount")
STRENGTHS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Values and their predictions, all (D, P, S): days, periods, sensors."""

    values: Array
    predicted: Prediction

    def z(self, values: Array | None = None) -> Array:
        """Return standardised residuals of the values, or of `values` in their place."""
        return standardised(self.values if values is None else values, *self.predicted)


def with_fault(values: Array, kind: str, share: float, level: Array) -> Array:
    """Return the values (D, P, S) under a fault of this kind and share; `level` (S,) of undercounts."""
    return overcounted(values, share) if kind == "overcount" else undercounted(values, share, level)


def trade_off_curves(
    train: Residuals, slack: float, magnitude: tuple[float, float], level: float, fault_periods: int
) -> Mapping[str, tuple[TradeOff, ...]]:
    """Return each sensor's trade-off curve by kind of fault; `level`: a quantile of training values."""
    healthy = sums_of(train.z().swapaxes(0, 1), slack)
    calm = healthy.statistic
    levels = np.nanquantile(train.values, level, axis=(0, 1))
    length = min(fault_periods, len(calm))
    first = np.arange(0, len(calm) - length + 1, length)
    start = Sums(*(np.where(first[:, np.newaxis, np.newaxis] > 0, each[first - 1], 0.0) for each in healthy))
    found = {}
    for kind in KINDS:
        faulty = []
        for share in np.linspace(*magnitude, STRENGTHS):
            disturbed = with_fault(train.values, kind, float(share), levels)
            z, changed = (each.swapaxes(0, 1) for each in (train.z(disturbed), disturbed != train.values))
            windows = first + np.arange(length)[:, np.newaxis]  # (periods of a window, windows)
            during = sums_of(z[windows], slack, start).statistic
            faulty.append(np.where(changed[windows], during, np.nan))
        wrong = np.stack(faulty)
        shown = np.isfinite(wrong).any(axis=tuple(range(wrong.ndim - 1)))
        found[kind] = tuple(
            trade_off(calm[..., s], wrong[..., s] if shown[s] else calm[..., s]) for s in range(calm.shape[-1])
        )
    return found
