import json
from dataclasses import replace

import pytest

from harness.service.feeds.feed_incident import feed_incident
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.geojson_features import geojson_text
from harness.service.feeds.incident_lines import lines_text
from harness.service.feeds.wzdx_events import wzdx_text
from harness.service.incidents.incident_event import EventKind
from harness.service.incidents.wzdx_feed import WzdxRoad
from tests.harness.service.feeds.made_feeds import ROAD, timeline, told
from tests.harness.service.opened_incident import BEGAN_S

SETTINGS = FeedSettings()


def test_a_feature_is_a_point_longitude_first() -> None:
    (feature,) = json.loads(geojson_text([told()], SETTINGS, BEGAN_S))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [4.07, 50.035]}
    assert feature["properties"]["position_m"] == 3500.0


def test_without_coordinates_the_geometry_is_null_and_the_road_is_named() -> None:
    content = json.loads(geojson_text([told(coordinates=())], SETTINGS, BEGAN_S))
    assert (content["features"][0]["geometry"], content["without_coordinates"]) == (None, [ROAD.name])


def test_what_is_not_known_is_null() -> None:
    properties = json.loads(geojson_text([told(confidence=None)], SETTINGS, BEGAN_S))["features"][0]["properties"]
    assert (properties["confidence"], properties["ended"], properties["onset"]) == (None, None, "2026-03-04T04:52:50Z")


def test_json_lines_hold_one_incident_a_line_and_nothing_of_people() -> None:
    text = lines_text([told(EventKind.ACKNOWLEDGED), told(coordinates=())], SETTINGS, BEGAN_S)
    first, second = (json.loads(line) for line in text.splitlines())
    assert (first["state"], first["latitude"], second["latitude"]) == ("acknowledged", 50.035, None)
    assert "kim" not in text.lower()


def test_a_wzdx_event_is_the_line_of_its_queue_through_the_stations() -> None:
    (feature,) = json.loads(wzdx_text([told()], SETTINGS, BEGAN_S))["features"]
    assert feature["geometry"] == {
        "type": "LineString",
        "coordinates": [[4.045, 50.0225], [4.06, 50.03], [4.07, 50.035]],
    }


def test_wzdx_counts_lanes_from_the_left() -> None:
    (feature,) = json.loads(wzdx_text([told(lanes=[0])], SETTINGS, BEGAN_S))["features"]
    lanes = [(each["order"], each["status"]) for each in feature["properties"]["lanes"]]
    assert lanes == [(1, "open"), (2, "open"), (3, "closed")]


def test_wzdx_mileposts_are_those_that_our_reader_places() -> None:
    (feature,) = json.loads(wzdx_text([told()], SETTINGS, BEGAN_S))["features"]
    road = WzdxRoad(file="x", road=ROAD.name, direction="unknown", corridor=ROAD.name, milepost=0.0)
    own = feature["properties"]
    ends_m = [road.position_m(own[name]) for name in ("beginning_milepost", "ending_milepost")]
    assert ends_m == [pytest.approx(2250.0, abs=0.1), pytest.approx(3500.0, abs=0.1)]


@pytest.mark.parametrize(
    ("kinds", "status", "impact"),
    [
        ((), "active", "some-lanes-closed"),
        ((EventKind.CLEARED,), "completed", "all-lanes-open"),
        ((EventKind.RESOLVED,), "completed", "all-lanes-open"),
        ((EventKind.FALSE_ALARM,), "cancelled", "all-lanes-open"),
    ],
)
def test_wzdx_tells_how_it_stands(kinds: tuple[EventKind, ...], status: str, impact: str) -> None:
    (feature,) = json.loads(wzdx_text([told(*kinds)], SETTINGS, BEGAN_S))["features"]
    assert (feature["properties"]["event_status"], feature["properties"]["vehicle_impact"]) == (status, impact)


def test_wzdx_holds_no_sensor_faults_geojson_does() -> None:
    fault = told(kind="sensor fault")
    assert json.loads(wzdx_text([fault], SETTINGS, BEGAN_S))["features"] == []
    (feature,) = json.loads(geojson_text([fault], SETTINGS, BEGAN_S))["features"]
    assert feature["properties"]["over"] is True


def test_wzdx_counts_lanes_from_the_left_where_traffic_keeps_left_too() -> None:
    left = feed_incident(timeline(lanes=[0]), replace(ROAD, keeps_left=True), ())
    (feature,) = json.loads(wzdx_text([left], SETTINGS, BEGAN_S))["features"]
    lanes = [(each["order"], each["status"]) for each in feature["properties"]["lanes"]]
    assert lanes == [(1, "closed"), (2, "open"), (3, "open")]


def test_lane_0_is_the_leftmost_where_traffic_keeps_left() -> None:
    left = feed_incident(timeline(lanes=[0]), replace(ROAD, keeps_left=True), ())
    (line,) = lines_text([left], SETTINGS, BEGAN_S).splitlines()
    assert json.loads(line)["lanes_words"] == "lane 0 (0 is the leftmost of 3)"
