"""How strange counts are: lanes beside each other, stations beside their neighbours, the whole road."""

import numpy as np

from harness.studies.strange_hours.hour_values import HourValues
from harness.studies.strange_hours.measure import Measure
from harness.studies.strange_hours.usual import quantile, same_hour, usual_of
from simulator.frame import Array, Flags, lanes_there

LANE_FLOOR = 0.03
"""Spread of a lane's share of its station's vehicles from day to day, at least. Chosen; what chance does comes on top."""
RATIO_FLOOR = 0.1
"""Spread of the logarithm of a station's flow by its neighbours', at least. Chosen: ramps and counting errors, a tenth."""
LEAST_VEHICLES = 200.0
"""Vehicles of a station in an hour for its shares. Chosen: below, chance alone moves a share by 0.03."""


def lane_imbalance(hours: HourValues, silent: Flags) -> Measure:
    """Return how far each lane's share of its station's vehicles is from the usual; not where a loop is silent.

    The score is the lesser of two: the share's own, and that of its difference from the road, the median share in the same hour
    over stations with these lanes. So lanes that empty at night along the whole road are not strange.
    """
    vehicles = np.where(silent.any(axis=2, keepdims=True), np.nan, hours.vehicles)
    total = np.nansum(vehicles, axis=2, keepdims=True)
    share = np.divide(vehicles, total, out=np.full(vehicles.shape, np.nan), where=total >= LEAST_VEHICLES)
    usual = usual_of(share, hours.hour, by_day=False)
    off_road = share - _road_share(hours, share)
    usual_off_road = usual_of(off_road, hours.hour, by_day=False)
    chance = np.sqrt(share * (1 - share) / np.maximum(total, 1))
    floor = np.hypot(LANE_FLOOR, chance)
    z = np.minimum(np.abs(usual.z(share, floor)), np.abs(usual_off_road.z(off_road, floor)))

    def tell(hour: int, station: int, lane: int) -> str:
        own, other = (100 * float(each[hour, station, lane]) for each in (share, usual.middle))
        return f"{own:.0f} % of the vehicles are in lane {lane}, {other:.0f} % are usual"

    return Measure("lanes", z, tell, by_lane=True, lasts=True)


def _road_share(hours: HourValues, share: Array) -> Array:
    """(H, S, L) the median of shares over the stations with the same lanes; 0 where fewer than three tell."""
    there = lanes_there(hours.corridor)
    found = np.zeros(share.shape)
    for lanes in np.unique(there, axis=0):
        alike = (there == lanes).all(axis=1)
        ordered = np.sort(share[:, alike].swapaxes(0, 1), axis=0)
        found[:, alike] = np.nan_to_num(quantile(ordered, 0.5))[:, np.newaxis]
    return found


def beside_neighbours(hours: HourValues, silent: Flags) -> Measure:
    """Return how far each station's flow is from what is usual beside the mean of its neighbours'."""
    flow = _station_flow(hours, silent)
    enough = flow >= LEAST_VEHICLES
    flow = np.where(enough, flow, np.nan)
    beside = np.full((2, *flow.shape), np.nan)
    beside[0, :, 1:], beside[1, :, :-1] = flow[:, :-1], flow[:, 1:]
    known = np.isfinite(beside)
    mean = np.divide(
        np.where(known, beside, 0).sum(axis=0),
        known.sum(axis=0),
        out=np.full(flow.shape, np.nan),
        where=known.all(axis=0),
    )
    ratio = np.log(flow / mean)
    usual = usual_of(ratio, hours.hour, by_day=False)
    z = np.abs(usual.z(ratio, RATIO_FLOOR))

    def tell(hour: int, station: int, lane: int) -> str:
        wanted = float(mean[hour, station] * np.exp(usual.middle[hour, station]))
        return f"{flow[hour, station]:,.0f} veh/h, {wanted:,.0f} are usual beside its neighbours"

    return Measure("counts", z[..., np.newaxis], tell, lasts=True)


def road_flow(hours: HourValues, silent: Flags) -> Measure | None:
    """Return how far the whole road's flow is from the same hour of other days; None with less than a week of days."""
    if not same_hour(hours.hour):
        return None
    flow = _station_flow(hours, silent)
    known = np.isfinite(flow)
    mean = np.divide(
        np.where(known, flow, 0).sum(axis=1), known.sum(axis=1), out=np.full(len(flow), np.nan), where=known.any(axis=1)
    )
    level = np.log(mean + LEAST_VEHICLES)
    usual = usual_of(level, hours.hour, by_day=True)
    z = np.abs(usual.z(level, RATIO_FLOOR))

    def tell(hour: int, station: int, lane: int) -> str:
        wanted = float(np.exp(usual.middle[hour]) - LEAST_VEHICLES)
        return f"{mean[hour]:,.0f} vehicles pass a station in this hour, {wanted:,.0f} are usual"

    return Measure("road", z[:, np.newaxis, np.newaxis], tell)


def _station_flow(hours: HourValues, silent: Flags) -> Array:
    """(H, S) flow over all lanes [veh/h], NaN where a lane is silent or unknown."""
    there = np.isfinite(hours.flow) | ~np.isfinite(hours.flow).any(axis=0)
    total = np.nansum(hours.flow, axis=2)
    return np.asarray(
        np.where(there.all(axis=2) & ~silent.any(axis=2) & np.isfinite(hours.flow).any(axis=2), total, np.nan)
    )
