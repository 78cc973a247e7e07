"""Units found by physics: occupancy x period x speed / count is the length over which a loop sees a vehicle, 4 to 10 m.

Values without a unit are tried in every unit that is in use; those stay with which the length is one of a vehicle, the speed
one of a road, and the flow one that a lane carries. Without speed, count and occupancy together, sizes alone decide.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulator.formats.field_units import KMH_PER_MPS, MPS_PER_MPH
from simulator.frame import Array

SPEED_UNITS: Mapping[str, float] = {"m/s": 1.0, "km/h": 1 / KMH_PER_MPS, "mph": MPS_PER_MPH}
"""Metres per second of a unit."""
OCCUPANCY_UNITS: Mapping[str, float] = {"share": 1.0, "%": 0.01, "per mille": 0.001}
"""Share of a unit."""
VEHICLE_M = (4.0, 10.0)
"""Shortest and longest length of vehicle and loop, mean of many. Chosen: cars are 4 to 5 m, loops 2 m, trucks up to 25 m."""
USUAL_M = 6.5
"""Where several units fit, the one nearest to this. Chosen: a car over a loop of 2 m."""
_SPEED_MPS = (8.0, 42.0)
"""Bounds of a road's usual speed (its 85th percentile). Chosen: 30 km/h, a day in a jam, to 150 km/h."""
_MOST_MPS = 60.0
"""No road's usual speed is above: 216 km/h. Chosen; a unit that makes it so is ruled out, whatever the lengths."""
_LANE_PER_H = 2800.0
"""Most vehicles that a lane carries per hour, 95th percentile. Chosen: 2,400 is the capacity of the best lanes."""


@dataclass(frozen=True, slots=True)
class Units:
    """What a value is multiplied with to be a count per period, m/s, a share; `said` tells what was found, and from what."""

    count: float
    speed: float
    occupancy: float
    said: str


def flow_units(period_s: float) -> dict[str, float]:
    """Return the count per period of one unit of a flow.

    >>> flow_units(30.0)["per hour"] * 1200
    10.0
    """
    return {
        "per period": 1.0,
        "per hour": period_s / 3600,
        "per minute": period_s / 60,
        "per 15 min": period_s / 900,
    }


def vehicle_length_m(count: Array, speed_mps: Array, occupancy: Array, period_s: float) -> float:
    """Return the median length [m] over which loops see a vehicle; NaN where no period has all three above 0."""
    there = (count > 0) & (speed_mps > 0) & (occupancy > 0)
    if not there.any():
        return math.nan
    return float(np.median(occupancy[there] * period_s * speed_mps[there] / count[there]))


def find_units(count: Array, speed: Array, occupancy: Array, period_s: float, known: Mapping[str, str]) -> Units:
    """Return the units of equally shaped values, NaN where unknown; `known` has those that the file names, by kind.

    Every kind is tried per period and per hour, in km/h, mph and m/s, as share, per cent and per mille.
    """
    flows = flow_units(period_s)
    usual = {"count": _high(count, 95), "speed": _high(speed, 85), "occupancy": _high(occupancy, 100)}
    options = {
        "count": [known["count"]] if "count" in known else ["per period", "per hour"],
        "speed": [known["speed"]] if "speed" in known else list(SPEED_UNITS),
        "occupancy": [known["occupancy"]] if "occupancy" in known else list(OCCUPANCY_UNITS),
    }
    factors = {"count": flows, "speed": SPEED_UNITS, "occupancy": OCCUPANCY_UNITS}
    length_m = vehicle_length_m(count, speed, occupancy, period_s)
    ranked = []
    for chosen in itertools.product(*options.values()):
        by = dict(zip(options, chosen, strict=True))
        scale = {kind: factors[kind][unit] for kind, unit in by.items()}
        misfit = _misfit(by, {kind: usual[kind] * scale[kind] for kind in usual}, period_s, known)
        metres = length_m * scale["occupancy"] * scale["speed"] / scale["count"]
        if not math.isnan(metres):
            misfit += abs(math.log(metres / USUAL_M)) + 10 * (not VEHICLE_M[0] <= metres <= VEHICLE_M[1])
        ranked.append((misfit, metres, by, scale))
    _, metres, by, scale = min(ranked, key=lambda one: one[0])
    there = [kind for kind in usual if not math.isnan(usual[kind])]
    found = [f"{kind} {'' if kind == 'count' else 'in '}{by[kind]}" for kind in there if kind not in known]
    said = f"assumed: {', '.join(found)}" if found else ""
    if not math.isnan(metres) and (found or not VEHICLE_M[0] <= metres <= VEHICLE_M[1]):
        fits = "a vehicle" if VEHICLE_M[0] <= metres <= VEHICLE_M[1] else "no vehicle's length: are units wrong?"
        said += f"{' ' if said else ''}(loops see a vehicle over {metres:.1f} m, {fits})"
    return Units(scale["count"], scale["speed"], scale["occupancy"], said)


def _high(values: Array, percent: float) -> float:
    known = values[~np.isnan(values) & (values > 0)]
    return float(np.percentile(known, percent)) if known.size else math.nan


def _misfit(by: Mapping[str, str], usual: Mapping[str, float], period_s: float, known: Mapping[str, str]) -> float:
    """0 where sizes are those of traffic, or the file names the unit; larger the farther off they are."""
    wrong = 0.0
    speed, occupancy, per_hour = usual["speed"], usual["occupancy"], usual["count"] * 3600 / period_s
    if "speed" not in known and not math.isnan(speed):
        wrong += 5 * (not _SPEED_MPS[0] <= speed <= _SPEED_MPS[1]) + 0.5 * abs(math.log(speed / 28))
        wrong += 100 * (speed > _MOST_MPS)
    if "occupancy" not in known and not math.isnan(occupancy):
        wrong += 20 * (occupancy > 1) + 0.2 * abs(math.log(occupancy / 0.3))
    if "count" not in known and not math.isnan(per_hour):
        wrong += 8 * (per_hour > _LANE_PER_H) + 0.5 * (by["count"] != "per period") + 4 * (per_hour < 30)
    return wrong
