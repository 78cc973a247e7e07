"""How strange speeds and occupancies are."""

import numpy as np

from harness.studies.strange_hours.hour_values import HourValues
from harness.studies.strange_hours.measure import Measure
from harness.studies.strange_hours.usual import usual_of
from simulator.frame import Array

SPEED_FLOOR_MPS = 1.5
"""Spread of an hour's mean speed from day to day, at least. Chosen: 5 km/h, wind, rain and trucks."""
OCCUPANCY_FLOOR = 0.02
"""Spread of the difference of occupancies of two neighbours, at least. Chosen: what differently tuned loops differ by."""
_KMH = 3.6


def speed_drop(hours: HourValues) -> Measure:
    """Return how far the mean speed of each station is below the usual."""
    speed = _mean(hours.speed, np.nan_to_num(hours.vehicles))
    usual = usual_of(speed, hours.hour, by_day=False)
    z = -usual.z(speed, SPEED_FLOOR_MPS)

    def tell(hour: int, station: int, lane: int) -> str:
        own, middle = float(speed[hour, station]), float(usual.middle[hour, station])
        return f"speed {_KMH * own:.0f} km/h, {_KMH * middle:.0f} are usual ({100 * (1 - own / middle):.0f} % less)"

    return Measure("speed", z[..., np.newaxis], tell)


def occupancy_jump(hours: HourValues) -> Measure:
    """Return how far the difference of occupancies of each station and the next one downstream is from the usual."""
    occupancy = _mean(hours.occupancy, np.isfinite(hours.occupancy).astype(float))
    jump = np.full(occupancy.shape, np.nan)
    jump[:, :-1] = occupancy[:, 1:] - occupancy[:, :-1]
    usual = usual_of(jump, hours.hour, by_day=False)
    z = np.abs(usual.z(jump, OCCUPANCY_FLOOR))

    def tell(hour: int, station: int, lane: int) -> str:
        upper, lower = (100 * float(occupancy[hour, k]) for k in (station, station + 1))
        middle = 100 * float(usual.middle[hour, station])
        return (
            f"occupancy {upper:.0f} %, and {lower:.0f} % at the next station (a difference of {middle:+.0f} is usual)"
        )

    return Measure("occupancy", z[..., np.newaxis], tell, width=2)


def _mean(values: Array, weight: Array) -> Array:
    """The mean over lanes (H, S), weighted; NaN where none is known."""
    weight = np.where(np.isfinite(values), weight, 0.0)
    total = weight.sum(axis=2)
    summed = (weight * np.nan_to_num(values)).sum(axis=2)
    return np.asarray(np.divide(summed, total, out=np.full(total.shape, np.nan), where=total > 0))
