from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.service.incidents.incident_event import EventKind
from harness.service.incidents.life_cycle import apply
from harness.service.teams.travel_time import FREE_MPS, QUEUE_MPS, STANDING_MPS, road_speeds, travel_time_s
from simulator.frame import LoopFrame
from tests.harness.service.response.response_cases import ROAD, incident_event, opened_incident
from tests.harness.service.teams.made_teams import frame_of


def test_a_free_road_takes_its_length_over_its_speed() -> None:
    assert travel_time_s(road_speeds(ROAD, frame_of()), 0.0, 4000.0) == pytest.approx(200.0)


def test_the_speed_of_a_station_holds_for_half_of_the_way_to_its_neighbours() -> None:
    road = road_speeds(ROAD, frame_of({2: 5.0}))
    assert travel_time_s(road, 0.0, 5000.0) == pytest.approx(4000 / 20 + 1000 / 5)
    assert travel_time_s(road, 2500.0, 5000.0) == pytest.approx(2500 / 20)


def test_a_queue_between_two_stations_counts() -> None:
    incident = opened_incident(position_m=2800.0, tail_m=2600.0)
    road = road_speeds(ROAD, frame_of(), [incident])
    assert travel_time_s(road, 2000.0, 2800.0) == pytest.approx(600 / 20 + 200 / QUEUE_MPS)


def test_the_queue_of_an_incident_that_is_cleared_is_none() -> None:
    incident = apply(
        opened_incident(position_m=2800.0, tail_m=2600.0), incident_event("A4/1", EventKind.CLEARED, 900.0)
    )
    assert road_speeds(ROAD, frame_of(), [incident]).queues == ()


def test_past_a_queue_on_the_shoulder_its_speed_does_not_count() -> None:
    road = road_speeds(ROAD, frame_of({2: 2.0}))
    assert travel_time_s(road, 1500.0, 2500.0, past_queues_mps=8.0) == pytest.approx(1000 / 8)


def test_a_station_without_a_vehicle_has_the_mean_of_its_neighbours() -> None:
    assert road_speeds(ROAD, frame_of({1: 10.0, 2: nan, 3: 20.0})).speed_mps[2] == pytest.approx(15.0)


def test_a_station_on_which_vehicles_stand_is_no_free_one() -> None:
    frame = frame_of({2: nan})
    occupancy = np.where(np.isnan(frame.speed), 0.9, frame.occupancy)
    standing = LoopFrame(frame.time_s, frame.count, frame.speed, occupancy)
    assert road_speeds(ROAD, standing).speed_mps[2] == STANDING_MPS


@pytest.mark.parametrize("frame", [None, frame_of(dict.fromkeys(range(6), nan))], ids=["no frame", "no vehicle"])
def test_where_nothing_is_measured_traffic_is_free(frame: LoopFrame | None) -> None:
    assert travel_time_s(road_speeds(ROAD, frame), 0.0, 5000.0) == pytest.approx(5000 / FREE_MPS)


def test_nobody_drives_upstream() -> None:
    with pytest.raises(ValueError, match="leads downstream"):
        travel_time_s(road_speeds(ROAD, None), 100.0, 99.0)


@given(st.lists(st.floats(0.0, 40.0), min_size=6, max_size=6), st.lists(st.floats(0, 5000), min_size=3, max_size=3))
def test_a_drive_takes_as_long_as_its_parts(speeds: list[float], places_m: list[float]) -> None:
    road = road_speeds(ROAD, frame_of(dict(enumerate(speeds))))
    start_m, middle_m, end_m = sorted(places_m)
    parts_s = travel_time_s(road, start_m, middle_m) + travel_time_s(road, middle_m, end_m)
    assert travel_time_s(road, start_m, end_m) == pytest.approx(parts_s)
