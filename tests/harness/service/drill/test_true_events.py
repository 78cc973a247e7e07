"""What else was on the road in a simulated run."""

from typing import Any

import pytest

from harness.service.drill.true_events import true_events, true_kind
from scenarios.files.place_file import placed
from scenarios.scenario import Scenario

BASE: dict[str, Any] = {"name": "free", "seed": 1, "site": "sr91", "warm_up_s": 480, "end_s": 14400}


def scenario_with(**events: Any) -> Scenario:
    """A run without incident, with these events."""
    return Scenario(**BASE, **events)


def kind_at(scenario: Scenario, opened_s: float, position_m: float) -> str:
    return true_kind(true_events(scenario, placed(scenario).corridor), opened_s, position_m)


def test_nothing_explains_an_incident_on_a_road_without_events() -> None:
    assert kind_at(Scenario(**BASE), 3600.0, 4000.0) == "nothing"


@pytest.mark.parametrize(
    ("opened_s", "position_m", "kind"),
    [
        (3600.0, 4000.0, "congestion"),
        (3599.0, 1500.0, "nothing"),
        (3700.0, 1500.0, "congestion"),
        (3700.0, 900.0, "nothing"),
        (3700.0, 4600.0, "nothing"),
        (5399.0, 4000.0, "congestion"),
        (5500.0, 4000.0, "nothing"),
    ],
)
def test_a_stop_on_the_shoulder_explains_what_it_slows(opened_s: float, position_m: float, kind: str) -> None:
    stop = {"onset_s": 3599.5, "duration_s": 900.0, "position_m": 4000.0}
    assert kind_at(scenario_with(shoulder_stops=[stop]), opened_s, position_m) == kind


def test_a_slow_vehicle_explains_what_it_passes_on_its_way() -> None:
    slow = {"time_s": 3600.0, "speed_mps": 10.0, "lanes": [0]}  # enters 5000 m upstream of the first station
    scenario = scenario_with(slow_vehicles=[slow])
    assert kind_at(scenario, 4300.0, 2000.0) == "slow vehicle"
    assert kind_at(scenario, 4300.0, 6000.0) == "nothing"
    assert kind_at(scenario, 3700.0, 2000.0) == "nothing"


def test_a_surge_explains_congestion_everywhere_while_it_lasts() -> None:
    scenario = scenario_with(surges=[{"time_s": 3600.0, "duration_s": 900.0, "factor": 1.5}])
    assert [kind_at(scenario, opened_s, 100.0) for opened_s in (3600.0, 3660.0, 5401.0)] == [
        "nothing",
        "congestion",
        "nothing",
    ]


def test_a_faulty_loop_explains_incidents_of_its_two_sections() -> None:
    fault = {"station": "S4", "lane": 1, "kind": "stuck", "onset_s": 3600.0, "end_s": 7200.0}
    scenario = scenario_with(faults=[fault])  # between S3 at 1802.5 m and S5 at 4329.1 m
    assert [kind_at(scenario, 3700.0, each) for each in (1700.0, 1900.0, 4300.0, 4400.0)] == [
        "nothing",
        "sensor fault",
        "sensor fault",
        "nothing",
    ]
