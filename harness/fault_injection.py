"""Trade-off curves of all sensors: their statistics in healthy days, and in the same days with a fault put on one at a time.

A fault lasts a day and begins with it, as do the sums: at five strengths across the study's range, every sensor on every training
day. Only the sensor's own value changes, so its prediction stays. Faulty time is when the fault changes the value: a
conditional undercount is none while little drives.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from detectors.faults.cusum import standardised, sums_of
from detectors.faults.gaussian_process import Prediction
from harness.trade_off import TradeOff, trade_off
from simulator.fault_kinds import overcounted, undercounted
from simulator.frame import Array

KINDS = ("undercount", "overcount")
STRENGTHS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Values and their predictions, all (D, P, S): days, periods, sensors."""

    values: Array
    predicted: Prediction

    def z(self, values: Array | None = None) -> Array:
        """Standardised residuals of the values, or of others in their place."""
        return standardised(self.values if values is None else values, *self.predicted)


def statistics(z: Array, slack: float) -> Array:
    """The larger sum at each time, (D, P, S), from residuals of that shape; it begins at 0 every day."""
    return np.asarray(sums_of(z.swapaxes(0, 1), slack).statistic.swapaxes(0, 1))


def with_fault(values: Array, kind: str, share: float, level: Array) -> Array:
    """The values (D, P, S) as sensors with a fault of this kind and share tell them; `level` (S,) of undercounts."""
    return overcounted(values, share) if kind == "overcount" else undercounted(values, share, level)


def curves(
    train: Residuals, slack: float, magnitude: tuple[float, float], level: float
) -> Mapping[str, tuple[TradeOff, ...]]:
    """Each sensor's curve, by kind of fault; `level` is a quantile of the sensor's training values."""
    healthy = statistics(train.z(), slack)
    levels = np.nanquantile(train.values, level, axis=(0, 1))
    found = {}
    for kind in KINDS:
        faulty = []
        for share in np.linspace(*magnitude, STRENGTHS):
            told = with_fault(train.values, kind, float(share), levels)
            faulty.append(np.where(told != train.values, statistics(train.z(told), slack), np.nan))
        wrong = np.stack(faulty)
        found[kind] = tuple(trade_off(healthy[..., s], wrong[..., s]) for s in range(healthy.shape[-1]))
    return found
