"""A site's constants from its own recordings, where they show them; else the defaults, and the sources say which.

Capacity: free recordings rarely show it. The largest flow of a station over fifteen minutes is a lower bound of it; the default is
kept where that is smaller. Speed slope: speed against flow of five-minute means in free traffic, each loop on its own level.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenarios.corridor import Corridor
from simulator.frame import Array
from simulator.planting.loop_series import SMOOTH_S, LoopSeries, mean_speeds, smoothed
from simulator.planting.site_constants import CAPACITY_VPHPL, HOUR_S, SPEED_SLOPE_MPS, SiteConstants

CAPACITY_S = 900.0
"""Window of the largest flow, s: the Highway Capacity Manual's quarter of an hour."""
FREE_SHARE = 0.85
"""Speeds above this share of a loop's 80th percentile are free traffic. Chosen: below it queues begin."""
LEAST_SPREAD = 0.10
"""Standard deviation of flow / capacity from which on a slope is estimated. Chosen: less shows none."""
LEAST_VALUES = 500
LARGEST_SLOPE_MPS = 10.0


def estimated_constants(series: Sequence[tuple[Corridor, LoopSeries]]) -> SiteConstants:
    """Return the constants that the recordings show, the rest as by default; `sources` names each one's origin."""
    observed = max((_largest_flow(corridor, each) for corridor, each in series), default=0.0)
    capacity = max(CAPACITY_VPHPL, round(observed))
    sources = dict.fromkeys(("wave_mps", "exchange_s", "refill_per_m", "discharge_drop"), "default")
    sources["capacity_vphpl"] = (
        f"largest 15-min flow of a station: {observed:.0f} veh/h/lane"
        if observed > CAPACITY_VPHPL
        else f"default (the largest 15-min flow recorded is {observed:.0f} veh/h/lane, a lower bound)"
    )
    slope = _slope(series, capacity)
    sources["speed_slope_mps"] = "default (flows vary too little)" if slope is None else "regression of speed on flow"
    return SiteConstants(
        capacity_vphpl=capacity, speed_slope_mps=SPEED_SLOPE_MPS if slope is None else slope, sources=sources
    )


def given_constants(site: SiteConstants, given: dict[str, float]) -> SiteConstants:
    """Return the constants with those replaced that a user gave. Raises UserError for impossible ones."""
    sources = {**site.sources, **dict.fromkeys(given, "given")}
    return replace(site, **given, sources=sources)


def _largest_flow(corridor: Corridor, series: LoopSeries) -> float:
    """The largest flow per lane of any station over a quarter of an hour, veh/h."""
    frames = max(1, round(CAPACITY_S / corridor.period_s))
    if len(series.count) < frames:
        return 0.0
    best = 0.0
    for index, station in enumerate(corridor.stations):
        flow = smoothed(series.count[:, index, station.columns].mean(axis=1), frames)[frames // 2 : -frames // 2]
        if np.isfinite(flow).any():
            best = max(best, float(np.nanmax(flow)) * HOUR_S / corridor.period_s)
    return best


def _slope(series: Sequence[tuple[Corridor, LoopSeries]], capacity_vphpl: float) -> float | None:
    """Speed lost from an empty lane to capacity, m/s; None where the recordings do not show it."""
    loops: dict[tuple[Corridor, int, int], list[Array]] = {}
    for corridor, each in series:
        frames = max(1, round(SMOOTH_S / corridor.period_s))
        flow = smoothed(each.count, frames)[::frames] * HOUR_S / corridor.period_s / capacity_vphpl
        both = np.stack([flow, mean_speeds(each, frames)[::frames]])
        for station, lane in np.ndindex(*flow.shape[1:]):
            loops.setdefault((corridor, station, lane), []).append(both[:, :, station, lane])
    numerator = denominator = 0.0
    number = 0
    for parts in loops.values():
        load, speed = np.concatenate(parts, axis=1)
        known = np.isfinite(load) & np.isfinite(speed)
        if not known.any():
            continue
        free = known & (speed > FREE_SHARE * np.percentile(speed[known], 80))
        x, y = load[free], speed[free]
        numerator += float(np.sum((x - x.mean()) * (y - y.mean())))
        denominator += float(np.sum((x - x.mean()) ** 2))
        number += len(x)
    if number < LEAST_VALUES or denominator / number < LEAST_SPREAD**2:
        return None
    return float(np.clip(-numerator / denominator, 0.0, LARGEST_SLOPE_MPS))
