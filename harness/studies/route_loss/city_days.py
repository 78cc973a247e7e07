"""The days of a route-loss study, simulated once and kept: arrays of training and of test days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.records.detector_code import simulation_code_digest
from harness.records.failure import add_path_to_errors
from harness.records.provenance import versions
from harness.studies.route_loss.travel_time_curve import TimeCurve
from scenarios.city import City
from scenarios.files.route_loss_study_file import FaultStudy
from simulator.frame import Array
from simulator.sumo.city_day import CityDay, play_day

HOUR_S = 3600.0
Show = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class CityDays:
    """Training or test days: `times_s` (P,) of the day, `occupancy`, `speed`, `flow` (D, P, S), `link_s` (D, H, E)."""

    times_s: Array
    occupancy: Array
    speed: Array
    flow: Array
    link_s: Array


def simulate_days(study: FaultStudy, city: City, folder: Path, show: Show) -> tuple[CityDays, CityDays]:
    """Return training and test days, simulated where `folder` does not hold them. Raises MachineError where SUMO fails."""
    days, total = [], study.train_days + study.test_days
    made_with = f"{simulation_code_digest()} SUMO {versions()['eclipse-sumo']}"
    for number in range(total):
        seed = study.seed + number
        with add_path_to_errors(folder):
            days.append(play_day(city, seed, folder / "work", folder / "days" / f"{seed}.npz", made_with))
        show(f"day {number + 1} ({'training' if number < study.train_days else 'test'})", number + 1, total)
    return _stacked(days[: study.train_days]), _stacked(days[study.train_days :])


def _stacked(days: Sequence[CityDay]) -> CityDays:
    stacked = (np.stack([getattr(day, name) for day in days]) for name in ("occupancy", "speed", "flow", "link_s"))
    return CityDays(days[0].times_s, *stacked)


def usual_times(city: City, train: CityDays, times_s: Array) -> Array:
    """Return (P, E) each link's mean time on training days in the hour of each period; its free time without vehicles."""
    free = np.array([link.free_s for link in city.links])
    known = np.isfinite(train.link_s)
    mean = np.where(known, train.link_s, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    mean = np.where(known.any(axis=0), mean, free)
    first = city.demand.hours[0]
    return np.asarray(mean[((times_s - 1.0) // HOUR_S).astype(int) - first])


def all_times(city: City, curve: TimeCurve, usual_s: Array, occupancy: Array) -> Array:
    """Return (D, P, E) each link's time: by its station's `occupancy` (D, P, S) where it has one, as usual (P, E) elsewhere."""
    times = np.repeat(usual_s[np.newaxis], len(occupancy), axis=0)
    times[..., list(city.stations)] = curve.times_s(occupancy)
    return times
