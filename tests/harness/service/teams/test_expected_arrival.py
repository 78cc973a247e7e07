import pytest

from harness.service.incidents.incident import Incident
from harness.service.teams.expected_arrival import AROUND, AROUND_MPS, Arrival, expected_arrival
from harness.service.teams.team import Home, Team
from harness.service.teams.travel_time import road_speeds
from tests.harness.service.response.response_cases import ROAD, opened_incident
from tests.harness.service.teams.made_teams import TRAFFIC, frame_of, team


def arrival(of: Team, incident: Incident, *entries_m: float, slow: dict[int, float] | None = None) -> Arrival:
    """How soon the team is there, on a road at 20 m/s but for slow stations."""
    found = expected_arrival(of, incident, {ROAD.name: road_speeds(ROAD, frame_of(slow))}, {ROAD.name: entries_m}, 8.0)
    assert found is not None
    return found


def test_a_team_drives_from_its_depot_to_its_entry_and_down_the_road() -> None:
    assert arrival(team("a", home_m=1000.0, approach_s=90.0), opened_incident(position_m=3000.0)).values() == {
        "eta_s": 190.0,
        "entry_m": 1000.0,
        "approach_s": 90.0,
        "around_s": 0.0,
        "road_s": 100.0,
    }


def test_a_team_whose_entry_is_downstream_goes_round_to_one_upstream() -> None:
    found = arrival(team("a", home_m=4000.0), opened_incident(position_m=3000.0), 0.0, 2500.0)
    assert found.entry_m == 2500.0
    assert found.around_s == pytest.approx(AROUND * 1500 / AROUND_MPS)


def test_a_queue_is_driven_around_where_that_is_quicker() -> None:
    incident = opened_incident(position_m=4900.0)
    assert arrival(team("a"), incident, 0.0, 4600.0).entry_m == 0.0
    assert arrival(team("a"), incident, 0.0, 4600.0, slow={2: 1.0, 3: 1.0}).entry_m == 4600.0


def test_who_drives_past_a_queue_needs_not_go_around_it() -> None:
    slow = {2: 1.0, 3: 1.0}
    found = arrival(team("a", shoulder=True), opened_incident(position_m=4900.0), 0.0, 4600.0, slow=slow)
    assert found.entry_m == 0.0
    assert found.road_s == pytest.approx(2900 / 20 + 2000 / 8)


def test_of_two_homes_the_quicker_one_counts() -> None:
    both = Team("a", TRAFFIC, (Home(ROAD.name, 0.0, 60.0), Home(ROAD.name, 2000.0, 100.0)))
    assert arrival(both, opened_incident(position_m=3000.0)).entry_m == 2000.0


def test_a_team_of_another_corridor_and_one_without_an_entry_upstream_cannot_come() -> None:
    roads = {ROAD.name: road_speeds(ROAD, frame_of())}
    elsewhere = Team("a", TRAFFIC, (Home("B1", 0.0),))
    assert expected_arrival(elsewhere, opened_incident(), roads, {}) is None
    assert expected_arrival(team("a", home_m=4000.0), opened_incident(position_m=3000.0), roads, {}) is None
