"""Alerts of drivers, by hand: which are incidents, which lanes they mean, and which are one; the road leads east on the equator."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scenarios.errors import UserError
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import ALL_LANES, NO_LANE, UNKNOWN_LANES, LaneClaim, LogEntry, ReadLog
from simulator.formats.waze_log import read

DEGREE_M = 111_320.0
ROAD = IncidentRoad.model_validate(
    {
        "point": [
            {"position_m": 0, "latitude": 0, "longitude": 0},
            {"position_m": DEGREE_M / 10, "latitude": 0, "longitude": 0.1},
        ]
    }
)


def alert(name: str = "a", at_m: float = 500.0, second: float = 0.0, **other: Any) -> dict[str, Any]:
    """An alert `second` s after 13:00 UTC."""
    started = datetime(2025, 2, 3, 13, tzinfo=UTC).timestamp()
    place = {"x": at_m / DEGREE_M, "y": 0.0}
    return {"uuid": name, "type": "ACCIDENT", "location": place, "pubMillis": 1000 * (started + second)} | other


def log(folder: Path, *alerts: dict[str, Any]) -> ReadLog:
    path = folder / "alerts.json"
    path.write_text(json.dumps({"alerts": alerts}))
    return read(path, ROAD, False)


def entry(folder: Path, **other: Any) -> LogEntry:
    (one,) = log(folder, alert(**other)).entries
    return one


def names(folder: Path, *alerts: dict[str, Any]) -> list[str]:
    return [one.name for one in log(folder, *alerts).entries]


def test_an_entry_has_its_time_its_place_and_how_far_they_may_be_off(tmp_path: Path) -> None:
    one = entry(tmp_path, at_m=556.6, second=90.0, magvar=85, street="A9 N")
    assert one.starts == datetime(2025, 2, 3, 13, 1, 30, tzinfo=UTC)
    assert one.point == pytest.approx((0.0, 0.005))
    assert (one.early_s, one.late_s, one.tolerance_m, one.ends) == (600.0, 60.0, 500.0, None)
    assert (one.heading_deg, one.road, one.direction) == (85.0, "A9 N", "N")


@pytest.mark.parametrize(
    ("street", "way"), [("US-7 S", "S"), ("US-7 W", "W"), ("US-7 E", "E"), ("Main St", ""), (None, "")]
)
def test_the_last_letter_of_a_street_is_its_direction(tmp_path: Path, street: str | None, way: str) -> None:
    one = entry(tmp_path, street=street, magvar=None)
    assert one.direction == way
    assert math.isnan(one.heading_deg)


@pytest.mark.parametrize(
    ("kind", "subtype", "lanes"),
    [
        ("ACCIDENT", "ACCIDENT_MAJOR", UNKNOWN_LANES),
        ("HAZARD", "HAZARD_ON_SHOULDER_CAR_STOPPED", NO_LANE),
        ("HAZARD", "HAZARD_ON_ROAD_OBJECT", UNKNOWN_LANES),
        ("CONSTRUCTION", "", UNKNOWN_LANES),
        ("ROAD_CLOSED", "", ALL_LANES),
    ],
)
def test_a_shoulder_blocks_no_lane_and_a_closed_road_all(
    tmp_path: Path, kind: str, subtype: str, lanes: LaneClaim
) -> None:
    one = entry(tmp_path, type=kind, subtype=subtype)
    assert (one.lanes, one.kind) == (lanes, subtype or kind)


@pytest.mark.parametrize(
    ("kind", "subtype"), [("JAM", "JAM_STAND_STILL_TRAFFIC"), ("HAZARD", "HAZARD_WEATHER_FOG"), ("POLICE", "")]
)
def test_jams_weather_and_police_are_no_incidents(tmp_path: Path, kind: str, subtype: str) -> None:
    found = log(tmp_path, alert(type=kind, subtype=subtype))
    assert (found.entries, found.others) == ((), ("jams and weather, no incidents",))


@pytest.mark.parametrize(
    ("other", "one"),
    [
        ({"second": 1800.0}, True),
        ({"second": 1801.0}, False),
        ({"at_m": 1499.0}, True),
        ({"at_m": 1501.0}, False),
        ({"type": "HAZARD", "subtype": "HAZARD_ON_ROAD"}, False),
        ({"subtype": "ACCIDENT_MINOR"}, True),
        ({"street": "I-1"}, False),
        ({"street": "I-1", "at_m": 9000.0, "name": "a"}, True),  # the same alert, in a later snapshot
        ({"subtype": "ACCIDENT_ON_SHOULDER"}, False),
    ],
)
def test_alerts_of_one_type_and_road_within_1000_m_and_half_an_hour_are_one(
    tmp_path: Path, other: dict[str, Any], one: bool
) -> None:
    assert len(names(tmp_path, alert(), alert(**{"name": "b"} | other))) == (1 if one else 2)


def test_joined_alerts_have_the_first_ones_name_and_time_and_the_place_farthest_downstream(tmp_path: Path) -> None:
    alerts = alert("b", 900.0, 300.0), alert("c", 500.0, 0.0), alert("a", 700.0, 600.0)
    (one,) = log(tmp_path, *alerts).entries
    assert (one.name, one.starts.minute) == ("c", 0)
    assert one.point == pytest.approx((0.0, 900.0 / DEGREE_M))


@pytest.mark.parametrize("when", ["never", 1e30, None])
def test_a_time_that_is_none_is_told_with_the_alert(tmp_path: Path, when: object) -> None:
    with pytest.raises(UserError, match=r"alerts\[1\]: no alert of a Waze feed"):
        log(tmp_path, alert(), alert(pubMillis=when))


def test_alerts_that_are_no_list_are_refused(tmp_path: Path) -> None:
    (tmp_path / "alerts.json").write_text('{"alerts": {}}')
    with pytest.raises(UserError, match="alerts: wanted a list, got dict"):
        read(tmp_path / "alerts.json", ROAD, False)
