"""A small town with two freeways, and days in it made up by formula, without SUMO."""

import numpy as np

from harness.studies.route_loss.city_days import CityDays
from scenarios.city import City
from scenarios.files.route_loss_study_file import FaultStudy, Sweep
from simulator.frame import Array

TOWN = """
name = "town"
description = "two freeways from west to east, of nearly the same time"
[[freeway]]
name = "A"
lanes = 2
limit_mps = 25.0
points = [[0, 0], [2000, 0], [4000, 0]]
[[freeway]]
name = "C"
lanes = 2
limit_mps = 25.0
points = [[0, 0], [2000, 300], [4000, 0]]
[streets]
columns_m = [0, 4000]
rows_m = [-900]
lanes = 1
limit_mps = 12.0
[ramps]
length_m = 200
lanes = 1
limit_mps = 17.0
between = [["A", 0, "x0y0"], ["A", 2, "x1y0"], ["C", 0, "x0y0"], ["C", 2, "x1y0"]]
[connectors]
length_m = 300
lanes = 1
limit_mps = 20.0
between = [["A", 1, "C", 1]]
[demand]
trips_per_day = 1000
reach_m = 5000
elsewhere = [1.0, 1.0]
through_share = 0.0
to_jobs = [[7, 1.0], [8, 1.0]]
to_homes = [[7, 1.0], [8, 1.0]]
day_deviation = 0.1
zone_day_deviation = 0.1
zone_hour_deviation = 0.1
[demand.zones]
[demand.ends]
"""
STUDY = FaultStudy(
    name="town",
    description="made up",
    city="town",
    seed=1,
    train_days=3,
    test_days=2,
    queries_per_hour=240,
    closest=2,
    points=30,
    restarts=4,
    critical_s=0.1,
    fault_hours=0.5,
    fault_share=0.2,
    sweep=Sweep(fault_share=(0.5,)),
)


def made_up(city: City, days: int, rng: np.random.Generator) -> CityDays:
    """Occupancies that rise and fall together, with noise; speeds as the curve of `travel_times` has them."""
    sensors, periods = len(city.stations), 24
    rush = 0.12 + 0.08 * np.sin(np.arange(periods) / 4)[:, np.newaxis]
    occupancy = rush * rng.normal(1, 0.1, (days, periods, 1)) * rng.normal(1, 0.08, (days, periods, sensors))
    speed = 25 / (1 + (occupancy / 0.15) ** 2)
    times: Array = 7 * 3600 + 300.0 * np.arange(1.0, periods + 1.0)
    usual = np.array([link.free_s for link in city.links])
    return CityDays(times, occupancy, speed, occupancy, np.tile(usual, (days, 2, 1)))
