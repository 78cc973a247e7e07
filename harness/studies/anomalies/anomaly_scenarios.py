"""The scenarios of a study of anomalies: history, threshold days and test runs, each drawn from a seed of its own.

    study + site --> history-1 ... threshold-1 ... and the study's runs --> a battery

A run's clock is the simulation's: second `t` of the day is `t - from_s + warm_up_s` there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from harness.studies.anomalies.day_demand import cut_to_run, drawn_day, with_level
from harness.studies.anomalies.ordinary_disturbances import apart, in_traffic, ramp_peaks, shoulder_stops, slow_vehicles
from scenarios.anomaly import ANOMALY_KINDS, DAY_S, PlannedAnomaly
from scenarios.errors import UserError, at
from scenarios.files.anomaly_study_file import AnomalyStudy, PlannedRun
from scenarios.files.battery_file import Battery
from scenarios.files.scenario_file import scenario_on
from scenarios.files.site_file import load_site
from scenarios.placed_scenario import PlacedScenario
from scenarios.site import Site

Role = Literal["history", "threshold", "test"]


@dataclass(frozen=True, slots=True)
class StudyRun:
    """One run of a study: its part, the second of the day it begins at, and what was planned; None on a normal day."""

    role: Role
    placed: PlacedScenario
    from_s: float
    planned: PlannedRun | None

    @property
    def name(self) -> str:
        """The run's name."""
        return self.placed.scenario.name

    def run_clock_s(self, day_s: float) -> float:
        """Return a second of the day on the run's clock."""
        return day_s - self.from_s + self.placed.scenario.warm_up_s


def study_runs(study: AnomalyStudy) -> tuple[StudyRun, ...]:
    """Return all runs of a study, in order. Raises UserError naming the run that the site cannot have."""
    site = load_site(study.site)
    planned: list[tuple[Role, str, PlannedRun | None]] = [
        *(("history", f"history-{number}", None) for number in range(1, study.history_days + 1)),
        *(("threshold", f"threshold-{number}", None) for number in range(1, study.threshold_days + 1)),
        *(("test", run.name, run) for run in study.runs),
    ]
    runs = []
    for number, (role, name, run) in enumerate(planned):
        try:
            placed = _placed(study, site, name, number, run)
        except UserError as error:
            raise at(f"study {study.name!r}, run {name}", error) from None
        runs.append(StudyRun(role, placed, study.span_s(run)[0], run))
    return tuple(runs)


def study_battery(study: AnomalyStudy, runs: Sequence[StudyRun]) -> Battery:
    """Return the runs as a battery, which is simulated as any other."""
    scenarios = tuple(run.placed.scenario for run in runs)
    return Battery(f"anomalies-{study.name}", study.description, scenarios, (runs[0].placed.corridor,))


def _placed(study: AnomalyStudy, site: Site, name: str, number: int, run: PlannedRun | None) -> PlacedScenario:
    rng = np.random.default_rng([study.seed, number])
    (from_s, until_s), day = study.span_s(run), study.day
    anomalies = () if run is None else run.anomalies
    holiday = study.holiday if run is not None and run.holiday else None
    shift_s = study.warm_up_s - from_s
    share = (until_s - from_s) / DAY_S

    steps = drawn_day((holiday or day).demand_vphpl, day.level_sd, day.step_sd, rng)
    for each in anomalies:
        if each.kind == "level" and each.demand_vphpl is not None:
            steps = with_level(steps, each.onset_s, each.end_s(study.period_s), each.demand_vphpl)
    peaks = ramp_peaks(day.ramp_peaks, site, rng, from_s, until_s)
    slow = slow_vehicles(round(day.slow_vehicles * share), site, rng, from_s, until_s)
    stops = shoulder_stops(round(day.shoulder_stops * share), site, rng, from_s, until_s)
    events = anomaly_tables(anomalies, site.lanes, study.period_s)
    tables: dict[str, Any] = {
        "name": name,
        "seed": study.seed + number,
        "site": study.site,
        "period_s": study.period_s,
        "warm_up_s": study.warm_up_s,
        "end_s": until_s + shift_s,
        "demand_vphpl": cut_to_run(steps, from_s, until_s, study.warm_up_s),
        "surges": _moved([*([] if holiday else peaks), *events.pop("surges", ())], "time_s", shift_s),
        "slow_vehicles": _moved(
            [one for one in slow if apart(one["time_s"], anomalies, study.period_s)], "time_s", shift_s
        ),
    }
    if "incidents" not in events:  # a stop on the shoulder makes a twin inexact
        stops = [one for one in stops if apart(one["onset_s"], anomalies, study.period_s) and in_traffic(one, steps)]
        tables["shoulder_stops"] = _moved(stops, "onset_s", shift_s)
    if "rain" in events:
        tables["rain"] = _moved(events.pop("rain"), "onset_s", shift_s)[0]
    for key, entries in events.items():
        tables[key] = _moved(entries, "onset_s", shift_s)
    return scenario_on(site, study.period_s, tables)


def _moved(events: Sequence[dict[str, Any]], key: str, shift_s: float) -> list[dict[str, Any]]:
    """Return events of seconds of the day on the run's clock."""
    ends = [{"end_s": event["end_s"] + shift_s} if "end_s" in event else {} for event in events]
    return [{**event, key: event[key] + shift_s, **end} for event, end in zip(events, ends, strict=True)]


def anomaly_tables(anomalies: Sequence[PlannedAnomaly], lanes: int, period_s: float) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a scenario by key, in seconds of the day; a level is no table, it is the demand's. Raises UserError."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in anomalies:
        given = {name: value for name, value in each.model_dump(exclude_none=True).items() if name != "kind"}
        if each.kind == "surge":
            found.setdefault("surges", []).append({"time_s": given.pop("onset_s"), **given})
        elif each.kind == "rain":
            if "rain" in found:
                raise UserError("anomalies: wanted one rain in a run, got two")
            found["rain"] = [given]
        elif each.kind in ("incident", "closure"):
            free = given.pop("free_lane", None)
            if each.kind == "closure":
                if not 0 <= free < lanes:
                    raise UserError(f"free_lane: wanted a lane 0 to {lanes - 1}, got {free}")
                given["lanes"] = [lane for lane in range(lanes) if lane != free]
            found.setdefault("incidents", []).append(given)
        elif ANOMALY_KINDS[each.kind].made_by == "loops":
            spike = each.kind == "spike"
            given.pop("duration_s", None)
            kind = {"kind": "spikes", "magnitude": 1.0} if spike else {"kind": given.pop("fault")}
            found.setdefault("faults", []).append({**given, **kind, "end_s": each.end_s(period_s)})
    return found
