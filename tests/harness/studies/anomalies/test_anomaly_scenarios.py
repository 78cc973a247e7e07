"""Scenarios of a study: what a planned anomaly becomes, on which clock, and what normal days have."""

import pytest

from harness.studies.anomalies.anomalies_apart import check_apart
from harness.studies.anomalies.anomaly_scenarios import study_battery, study_runs
from scenarios.errors import UserError
from scenarios.files.anomaly_study_file import anomaly_study_names, load_anomaly_study
from scenarios.files.site_file import load_site
from tests.harness.studies.anomalies.made_up_study import SITE, run_of, study

LOOP = {"station": "S2", "lane": 1}


def test_history_comes_first_then_threshold_days_then_runs_each_with_a_seed_of_its_own() -> None:
    runs = study_runs(study({"kind": "spike", "onset_s": 37000, **LOOP}, history_days=2))
    assert [(run.name, run.role, run.placed.scenario.seed) for run in runs] == [
        ("history-1", "history", 7),
        ("history-2", "history", 8),
        ("threshold-1", "threshold", 9),
        ("run", "test", 10),
    ]
    assert len(study_battery(study({"kind": "spike", "onset_s": 37000, **LOOP}), runs).scenarios) == 4


def test_the_same_study_gives_the_same_scenarios() -> None:
    surge = {"kind": "surge", "onset_s": 37000, "duration_s": 600, "factor": 1.5}
    assert study_runs(study(surge)) == study_runs(study(surge))


def test_a_surge_is_on_the_runs_clock() -> None:
    scenario = run_of(study({"kind": "surge", "onset_s": 36600, "duration_s": 600, "factor": 1.5})).placed.scenario
    assert [(one.time_s, one.duration_s, one.factor) for one in scenario.surges] == [(480 + 600, 600, 1.5)]
    assert scenario.end_s == 480 + 3600


def test_a_level_replaces_the_demand() -> None:
    scenario = run_of(study({"kind": "level", "onset_s": 36600, "duration_s": 600, "demand_vphpl": 50})).placed.scenario
    assert isinstance(scenario.demand_vphpl, tuple)
    (_, before), (onset_s, level), (end_s, after) = scenario.demand_vphpl
    assert (onset_s, level, end_s) == (1080, 50, 1680)
    assert before == after == pytest.approx(700, rel=0.2)


def test_a_spike_is_a_burst_of_one_frame_of_one_loop() -> None:
    (fault,) = run_of(study({"kind": "spike", "onset_s": 36600, **LOOP})).placed.scenario.faults
    assert (fault.kind, fault.strength, fault.station, fault.lane) == ("spikes", 1.0, "S2", 1)
    assert (fault.onset_s, fault.end_s) == (1080, 1110)


def test_a_closure_leaves_the_free_lane() -> None:
    planned = {"kind": "closure", "onset_s": 36600, "duration_s": 600, "section": 2, "place": 0.8, "free_lane": 0}
    (incident,) = run_of(study(planned)).placed.scenario.incidents
    assert incident.lanes == (1,)
    with pytest.raises(UserError, match=r"run run: free_lane: wanted a lane 0 to 1, got 5"):
        study_runs(study(planned | {"free_lane": 5}))


def test_rain_sets_in_when_planned_and_once() -> None:
    rain = {"kind": "rain", "onset_s": 36600, "duration_s": 900, "ramp_s": 600}
    found = run_of(study(rain)).placed.scenario.rain
    assert found is not None
    assert (found.onset_s, found.duration_s, found.ramp_s) == (1080, 900, 600)
    with pytest.raises(UserError, match="wanted one rain in a run, got two"):
        study_runs(study(rain, rain | {"onset_s": 38000}))


def test_normal_days_have_disturbances_and_none_is_near_an_anomaly() -> None:
    day = {
        "from_s": 0,
        "until_s": 86400,
        "demand_vphpl": ((0, 500),),
        "slow_vehicles": 80,
        "shoulder_stops": 3,
        "ramp_peaks": ({"time_s": 25000, "duration_s": 1200, "factor": 2.0},),
    }
    surge = {"kind": "surge", "onset_s": 36600, "duration_s": 600, "factor": 1.5}
    made = study(surge, day=day, runs=({"name": "run", "anomalies": (surge,)},))
    normal, test = study_runs(made)[0].placed.scenario, run_of(made).placed.scenario
    assert (len(normal.slow_vehicles), len(normal.shoulder_stops), len(normal.surges)) == (80, 3, 1)
    assert normal.surges[0].ramp == "on-1"
    assert all(not 36600 + 480 - 1800 <= slow.time_s <= 37200 + 480 + 1800 for slow in test.slow_vehicles)
    assert 60 < len(test.slow_vehicles) < 80


def test_nobody_stops_on_the_shoulder_of_an_empty_road() -> None:
    day = {"from_s": 0, "until_s": 86400, "demand_vphpl": ((0, 200),), "shoulder_stops": 3}
    quiet = study_runs(study(day=day, runs=({"name": "run"},)))[0].placed.scenario
    assert quiet.shoulder_stops == ()


def test_stops_on_the_shoulder_leave_room_to_brake_behind_a_ramp() -> None:
    day = {"from_s": 0, "until_s": 86400, "demand_vphpl": ((0, 500),), "shoulder_stops": 2}
    runs = study_runs(study(day=day, history_days=30, runs=({"name": "run"},)))
    edges_m = [edge_m for ramp in load_site(SITE).ramp for edge_m in (ramp.start_m, ramp.end_m)]
    places_m = [stop.position_m for run in runs for stop in run.placed.scenario.shoulder_stops]
    assert len(places_m) > 50
    assert min(place - edge for place in places_m for edge in edges_m if place >= edge) >= 150


def test_a_run_with_an_incident_has_no_stop_on_the_shoulder_so_its_twin_is_exact() -> None:
    day = {"from_s": 0, "until_s": 86400, "demand_vphpl": ((0, 300),), "shoulder_stops": 3}
    planned = {"kind": "incident", "onset_s": 36600, "duration_s": 600, "section": 2, "place": 0.8, "lanes": (0,)}
    made = study(day=day, runs=({"name": "run", "anomalies": (planned,)},))
    assert not run_of(made).placed.scenario.shoulder_stops


def test_a_place_without_room_is_told_of_with_the_run() -> None:
    planned = {"kind": "incident", "onset_s": 36600, "duration_s": 600, "section": 9, "place": 0.8, "lanes": (0,)}
    with pytest.raises(UserError, match=r"study 'made-up', run run: incidents\[0\].section: wanted a section 0 to 3"):
        study_runs(study(planned))


@pytest.mark.parametrize("name", anomaly_study_names())
def test_runs_of_shipped_studies_are_possible_and_their_anomalies_are_apart(name: str) -> None:
    loaded = load_anomaly_study(name)
    for run in study_runs(loaded):
        check_apart(loaded, run)
