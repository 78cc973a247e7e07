import numpy as np
import pytest

from harness.service.web.api_json import lane_mean_speeds
from simulator.frame import LoopFrame
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import ROAD, free_frame


@pytest.fixture
def hour(served: Served) -> Served:
    """A service with frames of over an hour."""
    for number in range(1, 151):
        served.service.frame(free_frame(30.0 * number, {(4, 1): 3.0} if number == 150 else None))
    return served


def test_the_mean_over_lanes_is_by_vehicles_and_leaves_out_what_is_not_known() -> None:
    count = np.array([[1.0, 3.0], [np.nan, 2.0], [0.0, 0.0]])
    speed = np.array([[10.0, 20.0], [30.0, 15.0], [np.nan, np.nan]])
    mean = lane_mean_speeds(LoopFrame(30.0, count, speed, np.zeros((3, 2))))
    assert mean[:2].tolist() == [17.5, 15.0]
    assert np.isnan(mean[2])


def test_frames_are_those_of_the_last_hour(hour: Served) -> None:
    frames = hour.client.get("/api/frames", params={"corridor": ROAD}).json()
    assert (len(frames["time_s"]), frames["time_s"][0], frames["time_s"][-1]) == (120, 930.0, 4500.0)
    assert frames["speed_mps"][-1][4] == 21.0  # 3, 30 and 30 m/s, with as many vehicles in each lane


def test_frames_of_some_stations_and_every_lane(hour: Served) -> None:
    query: dict[str, str | float] = {
        "corridor": ROAD,
        "after_s": 4470.0,
        "first_station": 4,
        "last_station": 5,
        "lanes": "each",
    }
    frames = hour.client.get("/api/frames", params=query).json()
    assert frames["speed_mps"] == [[[30.0, 3.0, 30.0], [30.0, 30.0, 30.0]]]
    assert [each["name"] for each in frames["stations"]] == ["km 3.2", "km 4.0"]


def test_too_many_values_are_refused(hour: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.service.web.road_api.MOST_VALUES", 1000)
    answer = hour.client.get("/api/frames", params={"corridor": ROAD})
    assert (answer.status_code, "shorter time" in answer.json()["detail"]) == (413, True)


def test_another_road_is_not_known(served: Served) -> None:
    assert served.client.get("/api/frames?corridor=A5").status_code == 404


def test_a_service_without_frames_answers_with_none(served: Served) -> None:
    assert served.client.get("/api/frames", params={"corridor": ROAD}).json()["time_s"] == []


def test_corridors_are_told_with_their_stations(served: Served) -> None:
    (road,) = served.client.get("/api/corridors").json()
    assert (road["name"], road["period_s"], len(road["stations"])) == (ROAD, 30.0, 10)


def test_the_status_is_json_whatever_the_service_says(served: Served) -> None:
    served.service.told = {"behind_s": float("nan"), "blind_since_s": 30.0}
    status = served.client.get("/api/status").json()
    assert status["corridors"][ROAD]["behind_s"] is None
    assert status["conditions"][0]["state"] == "blind"
