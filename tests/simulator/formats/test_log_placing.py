"""Entries of a log on a corridor, by hand: which road, which way, where, when, and which lanes.

The corridor: 1600 m, three lanes, the last station with lanes 1 to 4; mileposts in kilometres from 40 on; a line of points along
the equator eastwards; its clock starts at noon, five hours west of Greenwich; the recording lasts ten hours.
"""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from scenarios.corridor import Corridor, Station
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import ALL_LANES, NO_LANE, UNKNOWN_LANES, Blocked, LaneClaim, LogEntry
from simulator.formats.log_placing import lanes_among, lanes_of, place, seconds
from simulator.recording.incident_log import RecordedIncident

STATIONS = (Station("a", 0.0, 3), Station("b", 700.0, 3), Station("c", 1200.0, 4, 1), Station("d", 1600.0, 4, 1))
CORRIDOR = Corridor("A 7", 30.0, STATIONS)
NOON = datetime(2025, 2, 3, 12, tzinfo=timezone(timedelta(hours=-5)))
ROAD = IncidentRoad.model_validate(
    {
        "road": ["US-7", "Main Street"],
        "direction": "EB",
        "zero": NOON.isoformat(),
        "milepost": 40.0,
        "milepost_m": 1000.0,
        "point": [
            {"position_m": 0, "latitude": 0, "longitude": 0},
            {"position_m": 1113.2, "latitude": 0, "longitude": 0.01},
        ],
    }
)
SPAN_S = 0.0, 36000.0
ENTRY = LogEntry("log, line 1", "1", "crash", "", "", NOON, None, UNKNOWN_LANES, 600.0, 60.0, 100.0, milepost=40.5)


def entry(**other: Any) -> LogEntry:
    """An entry half an hour into the recording at 500 m, with other values."""
    values = {name: getattr(ENTRY, name) for name in LogEntry.__dataclass_fields__}
    return LogEntry(**(values | {"starts": NOON + timedelta(minutes=30)} | other))


def placed(corridor: Corridor = CORRIDOR, road: IncidentRoad = ROAD, **other: Any) -> RecordedIncident | str:
    """The incident of an entry, or why it is left out."""
    found = place([entry(**other)], corridor, road, SPAN_S)
    return found.incidents[0].incident if found.incidents else found.left_out[0][0]


def position_m(**other: Any) -> float:
    found = placed(**other)
    assert isinstance(found, RecordedIncident), found
    return found.position_m


@pytest.mark.parametrize(
    "name",
    [
        "US-7",
        "us 7",
        "US7 E",
        "U.S. 7 EB",
        "US-7 eastbound",
        "State Route 7",
        "US Highway 7",
        "7",
        "Hwy 7 West",
        "main street",
    ],
)
def test_a_road_goes_by_many_names(name: str) -> None:
    assert place([entry(road=name)], CORRIDOR, ROAD, SPAN_S).incidents, name


@pytest.mark.parametrize("name", ["US-70", "I-77", "Main Street North 2", "7th Street", "E"])
def test_another_road_is_another_road(name: str) -> None:
    assert dict(place([entry(road=name)], CORRIDOR, ROAD, SPAN_S).left_out) == {"on another road": 1}


@pytest.mark.parametrize("way", ["E", "eb", "East", "eastbound", "East-bound", ""])
def test_a_direction_goes_by_many_names(way: str) -> None:
    assert position_m(direction=way) == 500.0


@pytest.mark.parametrize("way", ["W", "wb", "West", "northbound", "both"])
def test_another_direction_is_left_out(way: str) -> None:
    assert placed(direction=way) == "in the other direction"


def test_a_road_without_a_direction_takes_all() -> None:
    found = place([entry(direction="wb")], CORRIDOR, ROAD.model_copy(update={"direction": ""}), SPAN_S)
    assert len(found.incidents) == 1


@pytest.mark.parametrize(
    ("heading_deg", "ours"), [(90, True), (179, True), (1, True), (181, False), (270, False), (359, False)]
)
def test_a_heading_by_more_than_a_right_angle_is_the_other_carriageways(heading_deg: float, ours: bool) -> None:
    found = placed(milepost=math.nan, point=(0.0, 0.005), heading_deg=float(heading_deg))
    assert (found != "in the other direction") == ours


def test_a_heading_is_compared_around_north() -> None:
    # Theory: a road to the north-north-west heads 350 degrees; 10 degrees are 20 away from it, not 340.
    north = [
        {"position_m": 0, "latitude": 0, "longitude": 0},
        {"position_m": 1130, "latitude": 0.01, "longitude": -0.00176},
    ]
    road = IncidentRoad.model_validate({"zero": NOON.isoformat(), "point": north})
    found = place([entry(milepost=math.nan, point=(0.005, -0.00088), heading_deg=10.0)], CORRIDOR, road, SPAN_S)
    assert len(found.incidents) == 1


def test_a_milepost_comes_before_coordinates_and_these_where_there_is_none() -> None:
    assert position_m(point=(0.0, 0.0)) == 500.0
    assert position_m(milepost=math.nan, point=(0.0, 0.005)) == pytest.approx(556.6)


def test_a_place_that_is_not_on_the_line_or_not_told_is_left_out() -> None:
    assert placed(milepost=math.nan, point=(0.1, 0.005)) == "off the corridor"
    assert placed(milepost=math.nan) == "without a place that the road's file can tell"
    lineless = ROAD.model_copy(update={"point": ()})
    assert (
        placed(road=lineless, milepost=math.nan, point=(0.0, 0.005)) == "without a place that the road's file can tell"
    )


@pytest.mark.parametrize(
    ("milepost", "at_m"), [(39.901, 0.0), (40.0, 0.0), (41.6, 1600.0), (41.699, 1600.0), (39.899, None), (41.701, None)]
)
def test_a_place_beyond_the_stations_by_its_tolerance_is_at_the_end_station(
    milepost: float, at_m: float | None
) -> None:
    if at_m is None:
        assert placed(milepost=milepost) == "off the corridor"
    else:
        assert position_m(milepost=milepost) == at_m


def at_s(onset_s: float, clearance_s: float | None = None) -> dict[str, datetime | None]:
    return {
        "starts": NOON + timedelta(seconds=onset_s),
        "ends": None if clearance_s is None else NOON + timedelta(seconds=clearance_s),
    }


@pytest.mark.parametrize(
    ("times", "why"),
    [
        (at_s(100.0, 100.0), "over before it began"),
        (at_s(-900.0, 0.0), "outside the recording's time"),
        (at_s(-900.0, 1.0), ""),
        (at_s(-61.0), "outside the recording's time"),
        (at_s(-60.0), ""),
        (at_s(36600.0), "outside the recording's time"),
        (at_s(36599.0), ""),  # it may have begun ten minutes earlier
    ],
)
def test_what_may_have_lasted_into_the_recording_is_kept(times: dict[str, Any], why: str) -> None:
    found = placed(**times)
    assert (found if isinstance(found, str) else "") == why


def test_a_time_without_a_zone_is_on_the_roads_clock() -> None:
    assert seconds(datetime(2025, 2, 3, 12, 0, 30), ROAD) == 30.0
    assert seconds(datetime(2025, 2, 3, 17, 0, 30, tzinfo=UTC), ROAD) == 30.0
    with pytest.raises(ValueError, match="no zero"):
        seconds(NOON, IncidentRoad())


def test_incidents_are_in_order_of_onset_and_then_of_place() -> None:
    entries = [
        *(entry(**at_s(900.0), milepost=41.0), entry(**at_s(60.0), milepost=41.5), entry(**at_s(60.0), milepost=40.5)),
    ]
    found = place(entries, CORRIDOR, ROAD, SPAN_S).incidents
    assert [(each.incident.onset_s, each.incident.position_m) for each in found] == [
        *((60.0, 500.0), (60.0, 1500.0), (900.0, 1000.0)),
    ]


def claim(**sides: Any) -> LaneClaim:
    return LaneClaim(Blocked.LANES, **sides)


@pytest.mark.parametrize(
    ("said", "lanes"),
    [
        (claim(from_right=(1,)), (1,)),
        (claim(from_left=(1, 2)), (3, 4)),
        (claim(from_right=(2,), from_left=(1,)), (2, 4)),
        (claim(from_right=(5,)), ()),
        (claim(from_left=(1, 5)), ()),
        (claim(from_left=(1,), of=4), (4,)),
        (claim(from_left=(1,), of=3), ()),
        (claim(middle=True), ()),
        (ALL_LANES, (1, 2, 3, 4)),
        (NO_LANE, ()),
        (UNKNOWN_LANES, ()),
    ],
)
def test_lanes_are_those_of_the_carriageways_own_numbers(said: LaneClaim, lanes: tuple[int, ...]) -> None:
    assert lanes_among(said, range(1, 5)) == lanes


def test_the_middle_lane_is_the_middle_one_of_an_odd_number() -> None:
    assert lanes_among(claim(middle=True), range(2, 5)) == (3,)
    assert lanes_among(claim(middle=True, from_right=(1,)), range(3)) == (0, 1)


def test_where_traffic_keeps_left_lane_0_is_the_leftmost() -> None:
    assert lanes_among(claim(from_left=(1,)), range(3), keeps_left=True) == (0,)
    assert lanes_among(claim(from_right=(1,)), range(3), keeps_left=True) == (2,)


def test_lanes_are_those_of_the_station_upstream_of_the_place() -> None:
    right = claim(from_right=(1,))
    assert [lanes_of(right, CORRIDOR, at_m) for at_m in (100.0, 1199.0, 1200.0, 1600.0)] == [(0,), (0,), (1,), (1,)]


def test_what_was_kept_and_left_out_is_one_line() -> None:
    found = place([entry(), entry(direction="W"), entry(direction="W"), entry(road="I-1")], CORRIDOR, ROAD, SPAN_S)
    assert found.text == "1 incidents; left out: 2 in the other direction, 1 on another road"
    assert place([entry()], CORRIDOR, ROAD, SPAN_S).text == "1 incidents; left out: none"
