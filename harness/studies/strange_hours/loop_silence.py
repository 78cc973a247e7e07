"""Loops that count nothing, or next to nothing, while traffic passes beside them.

The score is the signed root of the Poisson deviance (McCullagh and Nelder 1989, "Generalized linear models", section 2.4.3)

.. math:: z = \\sqrt{2 (\\mu - n + n \\ln (n / \\mu))}

of n, the vehicles counted (0 where the loop gave no reading), and mu, the vehicles expected: those of the station's other lanes
times p / (1 - p), where p is the share that this lane has at the median of the stations with these lanes, in the same hour.
"""

import numpy as np

from harness.studies.strange_hours.hour_values import HourValues
from harness.studies.strange_hours.measure import Measure
from harness.studies.strange_hours.usual import quantile
from simulator.frame import Array, Flags, lanes_there

SILENT_SHARE = 0.1
"""Share of the expected vehicles below which a loop is silent. Chosen: no open lane carries so few of what it carries elsewhere."""
LEAST_EXPECTED = 20.0
"""Vehicles expected in an hour. Chosen: fewer are absent by chance, and at night fast lanes are empty."""
ALONE_SHARE = 0.25
"""Of an equal share, where no other station has the same lanes. Chosen: fast lanes at night carry less than their share."""
LEAST_STATIONS = 3


def silence(hours: HourValues) -> tuple[Measure, Flags]:
    """Return how strange silent loops are, and (H, S, L) flags of them: what they count says nothing of traffic."""
    expected = expected_vehicles(hours)
    counted = np.nan_to_num(hours.vehicles)
    silent = (expected >= LEAST_EXPECTED) & (counted < SILENT_SHARE * expected) & lanes_there(hours.corridor)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(counted > 0, counted * np.log(counted / expected), 0.0)
        z = np.where(silent, np.sqrt(2 * np.maximum(expected - counted + own, 0)), np.nan)

    def tell(hour: int, station: int, lane: int) -> str:
        about = f"where about {expected[hour, station, lane]:,.0f} are expected from the loops beside it"
        if np.isnan(hours.vehicles[hour, station, lane]):
            return f"loop dead: no reading {about}"
        number = f"{counted[hour, station, lane]:,.0f}"
        return f"loop dead or lane closed: {number} {'vehicle' if number == '1' else 'vehicles'} an hour {about}"

    return Measure("loop", z, tell, by_lane=True, lasts=True), silent


def expected_vehicles(hours: HourValues) -> Array:
    """Return (H, S, L) the vehicles that each loop should have counted."""
    counted = np.nan_to_num(hours.vehicles)
    total = counted.sum(axis=2, keepdims=True)
    share = _usual_shares(counted, lanes_there(hours.corridor))
    with np.errstate(divide="ignore", invalid="ignore"):
        from_lanes = np.where(share < 1, (total - counted) * share / (1 - share), 0.0)
    # A station of which all lanes are silent passes half of what the lesser of its neighbours counts, or more.
    beside = np.stack([np.roll(total, 1, axis=1), np.roll(total, -1, axis=1)])
    beside[0, :, 0], beside[1, :, -1] = np.inf, np.inf
    return np.asarray(np.maximum(from_lanes, share * beside.min(axis=0) / 2))


def _usual_shares(counted: Array, there: Flags) -> Array:
    """(H, S, L) the share of a station's vehicles that a lane has at the median of the stations with the same lanes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counted / counted.sum(axis=2, keepdims=True)
    usual = np.zeros(counted.shape)
    for lanes in np.unique(there, axis=0):
        alike = (there == lanes).all(axis=1)
        own = np.where(lanes, shares[:, alike], np.nan)
        enough = np.isfinite(own).sum(axis=1) >= LEAST_STATIONS
        even = np.where(lanes, (ALONE_SHARE if lanes.sum() > 1 else 1.0) / lanes.sum(), 0.0)
        middle = np.nan_to_num(quantile(np.sort(own.swapaxes(0, 1), axis=0), 0.5))
        usual[:, alike] = np.where(enough, middle, even)[:, np.newaxis]
    return usual
