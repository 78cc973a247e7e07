r"""Trips of one day in a city, drawn from its demand and the day's seed.

Trips from zone i to zone j in hour h are Poisson with mean

.. math:: N\, d\, u_i\, w_{ih}\, (s_h\, g_{ij} + r_h\, g_{ji}), \qquad g_{ij} \propto a_i\, b_j\, e^{-D_{ij} / R}

with N trips a day, homes a, jobs b, distance D, reach R, and s, r the hour's shares of trips to jobs and back; d, u, w are
the log-normal factors (mean 1) of the day, of the zone on that day and of the zone in that hour. Through traffic, between
freeway ends, has a fixed share of the trips.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.city import City

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle: desired departure [s of the day], origin and destination junction."""

    time_s: float
    origin: str
    destination: str


def pair_weights(city: City) -> NDArray[np.float64]:
    """Return (Z, Z) shares of the trips from homes (rows) to jobs (columns); their sum is 1."""
    place = {junction.name: (junction.x_m, junction.y_m) for junction in city.junctions}
    at = np.array([place[zone.origin] for zone in city.zones])
    distance_m = np.hypot(*(at[:, np.newaxis] - at).transpose(2, 0, 1))
    homes, jobs = (np.array([getattr(zone, name) for zone in city.zones]) for name in ("homes", "jobs"))
    beyond = np.array([zone.beyond for zone in city.zones])
    weights = homes[:, np.newaxis] * jobs * np.exp(-distance_m / city.demand.reach_m)
    np.fill_diagonal(weights, 0.0)
    through = np.outer(beyond, beyond)
    share = city.demand.through_share
    passing = np.where(through, np.outer(homes, jobs), 0.0)  # these do not depend on distance
    np.fill_diagonal(passing, 0.0)
    local = np.where(through, 0.0, weights)
    if not passing.sum():
        return np.asarray(local / local.sum())
    return np.asarray(share * passing / passing.sum() + (1 - share) * local / local.sum())


def draw_trips(city: City, seed: int) -> list[Trip]:
    """Return a day's trips in order of departure."""
    rng, demand, zones = np.random.default_rng(seed), city.demand, len(city.zones)
    weights = pair_weights(city)
    day = _factor(rng, demand.day_deviation, 1)[0]
    zone_day = _factor(rng, demand.zone_day_deviation, zones)
    trips = []
    for (hour, to_jobs), (_, to_homes) in zip(demand.to_jobs, demand.to_homes, strict=True):
        factor = day * zone_day * _factor(rng, demand.zone_hour_deviation, zones)
        mean = demand.trips_per_day * factor[:, np.newaxis] * (to_jobs * weights + to_homes * weights.T)
        drawn = rng.poisson(mean)
        origins, destinations = np.nonzero(drawn)
        for origin, destination in zip(origins.tolist(), destinations.tolist(), strict=True):
            start, end = city.zones[origin].origin, city.zones[destination].destination
            times = (hour + rng.random(drawn[origin, destination])) * HOUR_S
            trips += [Trip(float(time_s), start, end) for time_s in times]
    return sorted(trips, key=lambda trip: (trip.time_s, trip.origin, trip.destination))


def _factor(rng: np.random.Generator, deviation: float, size: int) -> NDArray[np.float64]:
    """Log-normal factors of mean 1."""
    return np.asarray(np.exp(rng.normal(-(deviation**2) / 2, deviation, size)))
