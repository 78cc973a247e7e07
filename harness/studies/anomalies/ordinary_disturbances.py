"""What disturbs every normal day and is no anomaly: slow vehicles, stops on the shoulder, a busy on-ramp at peak hours.

Each is drawn from the run's random stream whether or not it is used; near an anomaly that it could be taken for, it is not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.studies.anomalies.day_demand import Steps, demand_on
from scenarios.anomaly import ANOMALY_KINDS, PlannedAnomaly
from scenarios.errors import UserError
from scenarios.files.anomaly_study_file import RampPeak
from scenarios.incident import ShoulderStop
from scenarios.scenario import Scenario
from scenarios.sight import LOOK_END_M, LOOK_START_M, check_sight_on_site
from scenarios.site import Site

QUIET_S = 1800.0
"""Time before and after an anomaly in the traffic without disturbances, s. Chosen: a slow vehicle takes 20 minutes to leave
SR-91; shorter, and its queue is taken for the anomaly's."""
BESIDE_FAULT_S = 600.0
"""The same for a loop's fault, s. Chosen: about the time that a queue takes over a section."""
SLOW_MPS = (11.0, 15.0)
STOP_S = (600.0, 1500.0)
LOOK_MPS = 14.0
"""Speeds of slow vehicles, durations of stops, and the speed of those who look. Chosen: as on the days of `calibration`."""
LEAST_VPHPL = 300.0
"""Demand in which a driver stops on the shoulder, veh/h/lane. Chosen: in less, none may be in lane 0 for ten minutes."""
BRAKING_M = 150.0
"""Way to a stop without a ramp's beginning or end, or those of the zone where drivers look at another stop, m. Chosen: the vehicle
that stops is chosen on the stop's own edge, and brakes from 30 m/s within 100 m."""
ATTEMPTS = 100
"""Places tried for a stop on the shoulder. Chosen: on SR-91 half of all places have room for one."""

Table = dict[str, Any]


def ramp_peaks(
    peaks: Sequence[RampPeak], site: Site, rng: np.random.Generator, from_s: float, until_s: float
) -> list[Table]:
    """Return the surges of one on-ramp, which is drawn, in seconds of the day; none on a site without on-ramps."""
    ramps = [ramp.name for ramp in site.ramp if ramp.kind == "on"]
    if not ramps:
        return []
    ramp, surges = ramps[int(rng.integers(len(ramps)))], []
    for peak in peaks:
        start_s, end_s = max(peak.time_s, from_s), min(peak.time_s + peak.duration_s, until_s)
        if end_s > start_s:
            surges.append({"ramp": ramp, "time_s": start_s, "duration_s": end_s - start_s, "factor": peak.factor})
    return surges


def slow_vehicles(number: int, site: Site, rng: np.random.Generator, from_s: float, until_s: float) -> list[Table]:
    """Return groups of slow vehicles, two side by side where the road has three lanes or more, in seconds of the day."""
    found = []
    for _ in range(number):
        lane = int(rng.integers(max(site.lanes - 1, 1)))
        time_s, speed_mps = round(float(rng.uniform(from_s, until_s))), round(float(rng.uniform(*SLOW_MPS)), 1)
        found.append(
            {"time_s": time_s, "speed_mps": speed_mps, "lanes": [lane] if site.lanes < 3 else [lane, lane + 1]}
        )
    return found


def shoulder_stops(number: int, site: Site, rng: np.random.Generator, from_s: float, until_s: float) -> list[Table]:
    """Return stops on the shoulder, where the road has room for one, in seconds of the day. Raises UserError where it has none."""
    first_m, last_m = site.station[0].position_m, site.station[-1].position_m
    found: list[Table] = []
    for _ in range(number):
        onset_s, duration_s = float(rng.uniform(from_s, until_s)), float(rng.uniform(*STOP_S))
        stop = {"onset_s": float(round(onset_s)), "duration_s": float(round(duration_s)), "rubbernecking_mps": LOOK_MPS}
        places = [round(position_m, 1) for position_m in rng.uniform(first_m, last_m, ATTEMPTS).tolist()]
        fit = next((place for place in places if _has_room([*found, {**stop, "position_m": place}], site)), None)
        if fit is None:
            raise UserError(f"shoulder_stops: site {site.name!r} has no room for {number}, wanted fewer")
        found.append({**stop, "position_m": fit})
    return found


def in_traffic(stop: Table, steps: Steps) -> bool:
    """Return whether enough traffic flows by for a driver to make a stop, by the day's demand `steps`.

    >>> in_traffic({"onset_s": 600.0, "duration_s": 900.0}, [(0, 500.0), (1200, 80.0)])
    False
    """
    end_s = stop["onset_s"] + stop["duration_s"]
    within = [demand for start_s, demand in steps if stop["onset_s"] < start_s < end_s]
    return min([demand_on(steps, stop["onset_s"]), *within]) >= LEAST_VPHPL


def _has_room(stops: Sequence[Mapping[str, Any]], site: Site) -> bool:
    edges_m = [edge_m for ramp in site.ramp for edge_m in (ramp.start_m, ramp.end_m)]
    edges_m += [stop["position_m"] + way_m for stop in stops for way_m in (LOOK_START_M, LOOK_END_M)]
    if any(0 <= stop["position_m"] - edge_m < BRAKING_M for stop in stops for edge_m in edges_m):
        return False
    events = tuple(ShoulderStop(**{**stop, "onset_s": 1.0}) for stop in stops)
    try:
        check_sight_on_site(Scenario(name="room", seed=0, end_s=1e5, shoulder_stops=events), site)
    except UserError:
        return False
    return True


def apart(day_s: float, anomalies: Sequence[PlannedAnomaly], period_s: float) -> bool:
    """Return whether a disturbance at a second of the day is far from all anomalies that it could be taken for.

    A spike is one frame of one loop, so a disturbance is not taken for it.
    """
    for each in anomalies:
        if each.kind == "spike":
            continue
        margin_s = BESIDE_FAULT_S if ANOMALY_KINDS[each.kind].made_by == "loops" else QUIET_S
        if each.onset_s - margin_s <= day_s <= each.end_s(period_s) + margin_s:
            return False
    return True
