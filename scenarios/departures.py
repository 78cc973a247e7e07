"""The vehicles of a run, drawn from the scenario's seed: time and place of entry, exit, and kind.

Headways are shifted exponential (Cowan 1975, model M2): with q the mean flow per lane [veh/s] and D the shortest
headway in a lane [s], the headway of the whole origin, in units of its mean, is

    h = s + (1 - s) E,   s = min(D q, 0.6),   E exponential of mean 1,

so light traffic arrives at random and dense traffic more evenly. All lanes of the mainline are one origin; SUMO
chooses the lane. Where demand changes in time, the sum of the h goes through the inverse of the cumulated demand:
vehicle n enters when the cumulated demand reaches h_1 + ... + h_n vehicles.

At each off-ramp downstream of its entry, a vehicle leaves with the probability of that ramp's share.

Each origin has random streams of its own, keyed by its name, so another ramp or an incident changes no vehicle. The
draws do not depend on demand: more demand only moves the same vehicles closer together.
"""

from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from scenarios.demand import Steps, mainline_rate, ramp_rate, ramp_share
from scenarios.scenario import Scenario
from scenarios.site import Ramp, Site

MAIN = "main"
SHORTEST_HEADWAY_S = 1.0
"""In a lane, front to front. Chosen: about the shortest that drivers keep for long on freeways."""
MOST_REGULAR = 0.6
"""Largest share of the mean headway that is not random. Chosen: dense traffic still varies."""
BLOCK = 1024
"""Headways drawn at once; the draws do not depend on it."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One vehicle, entering at `origin` ("main" or an on-ramp) and leaving at `destination` ("main" or an off-ramp).

    `lane` is the through lane it enters in, None where SUMO may choose. The slow vehicle in lane l of the scenario's
    `slow_vehicles[i]` is called `slow-i-l`.
    """

    time_s: float
    vehicle_id: str
    kind: Literal["car", "truck", "slow"]
    origin: str
    destination: str
    lane: int | None


def departures(scenario: Scenario, site: Site) -> tuple[Departure, ...]:
    """Return all vehicles that enter before `end_s`, in order of time, then id. The same seed gives the same vehicles."""
    vehicles = _slow(scenario)
    vehicles += _from(scenario, site, MAIN, mainline_rate(scenario, site), site.lanes, -site.feeder_m)
    for ramp in site.ramp:
        if ramp.kind == "on":
            vehicles += _from(scenario, site, ramp.name, ramp_rate(scenario, site, ramp), 1, ramp.start_m)
    return tuple(sorted(vehicles, key=lambda vehicle: (vehicle.time_s, vehicle.vehicle_id)))


def _from(scenario: Scenario, site: Site, origin: str, rate: Steps, lanes: int, start_m: float) -> list[Departure]:
    headways, ways, kinds = (
        np.random.default_rng(np.random.SeedSequence(scenario.seed, spawn_key=(crc32(origin.encode()), stream)))
        for stream in range(3)
    )
    times = arrival_times(rate, scenario.end_s, lanes, headways)
    exits = _exits_after(site, start_m)
    leaves = ways.random((len(times), max(len(exits), 1)))
    trucks = kinds.random(len(times)) < scenario.truck_share
    shares = [ramp_share(scenario, ramp) for ramp in exits]
    vehicles = []
    for index, time_s in enumerate(times):
        taken = (ramp.name for ramp, share, u in zip(exits, shares, leaves[index], strict=False) if u < share)
        vehicles.append(
            Departure(
                time_s=float(time_s),
                vehicle_id=f"{origin}-{index:06d}",
                kind="truck" if trucks[index] else "car",
                origin=origin,
                destination=next(taken, MAIN),
                lane=None,
            )
        )
    return vehicles


def arrival_times(rate: Steps, end_s: float, lanes: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the times [s] before `end_s`, to a hundredth, at which vehicles enter at an origin of `lanes` lanes.

    `rate` holds (time_s, veh/h) steps, the first at 0. The module's docstring defines the headways.
    """
    times = np.array([time_s for time_s, _ in rate] + [end_s])
    cumulated = np.concatenate([[0.0], np.cumsum(np.diff(times) * np.array([r for _, r in rate]) / 3600.0)])
    total = float(cumulated[-1])
    regular = min(SHORTEST_HEADWAY_S * total / end_s / lanes, MOST_REGULAR)
    summed = np.zeros(0)
    last = 0.0
    while last < total:
        block = regular + (1.0 - regular) * rng.standard_exponential(BLOCK)
        summed = np.concatenate([summed, last + np.cumsum(block)])
        last = float(summed[-1])
    arrivals = np.round(np.interp(summed[summed < total], cumulated, times), 2)
    return np.asarray(arrivals[arrivals < end_s], dtype=np.float64)


def _exits_after(site: Site, position_m: float) -> list[Ramp]:
    exits = [ramp for ramp in site.ramp if ramp.kind == "off" and ramp.start_m > position_m]
    return sorted(exits, key=lambda ramp: ramp.start_m)


def _slow(scenario: Scenario) -> list[Departure]:
    return [
        Departure(slow.time_s, f"slow-{index}-{lane}", "slow", MAIN, MAIN, lane)
        for index, slow in enumerate(scenario.slow_vehicles)
        for lane in slow.lanes
        if slow.time_s < scenario.end_s
    ]
