"""Logs become incidents of a recording: placed, timed, counted where they are left out.

The road: three lanes, stations at 0, 700 and 1600 m, mileposts from 40 on, along the equator eastwards; its clock
starts at noon UTC.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.incident_logs import read_logs, recognised, write_log
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_placing import PlacedLog
from simulator.recording.incident_log import RecordedIncident, read_incidents

CORRIDOR = Corridor("A 7", 30.0, (Station("a", 0.0, 3), Station("b", 700.0, 3), Station("c", 1600.0, 3)))
ROAD = IncidentRoad.model_validate(
    {
        "road": "US-7",
        "direction": "EB",
        "zero": "2025-02-03T12:00:00+00:00",
        "milepost": 40.0,
        "point": [
            {"position_m": 0, "latitude": 0, "longitude": 0},
            {"position_m": 1113.2, "latitude": 0, "longitude": 0.01},
        ],
    }
)
SPAN_S = 0.0, 36000.0
HEADER = "ID,Route,Direction,Milepost,Start Time,End Time,Type,Lanes Blocked\n"


def found(path: Path, corridor: Corridor = CORRIDOR, road: IncidentRoad = ROAD) -> PlacedLog:
    return read_logs([path], "auto", corridor, road, SPAN_S)


def operator(folder: Path, *rows: str, header: str = HEADER) -> PlacedLog:
    path = folder / "log.csv"
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return found(path)


def only(log: PlacedLog) -> RecordedIncident:
    (one,) = log.incidents
    return one.incident


def test_a_row_becomes_an_incident_with_tolerances(tmp_path: Path) -> None:
    one = only(operator(tmp_path, "7,US 7,E,40.5,2/3/2025 1:10 PM,2/3/2025 1:40 PM,Crash,right lane"))
    assert (one.onset_s, one.clearance_s, one.position_m, one.lanes) == (4200.0, 6000.0, 804.7, (0,))
    assert (one.onset_early_s, one.onset_late_s) == (600.0, 60.0)
    assert one.position_tolerance_m == pytest.approx(160.9, abs=0.1)


def test_an_event_in_two_rows_is_one_with_the_last_end_and_the_lanes_known_before(tmp_path: Path) -> None:
    log = operator(
        tmp_path,
        "7,US 7,E,40.5,2/3/2025 13:10,2/3/2025 13:40,Crash,lane 3 of 3",
        "7,US 7,E,40.5,2/3/2025 13:12,2/3/2025 13:55,Crash,",
    )
    assert (only(log).onset_s, only(log).clearance_s, only(log).lanes) == (4200.0, 6900.0, (0,))
    assert dict(log.left_out) == {"rows that amend another one": 1}


def test_an_end_before_its_start_is_the_next_days(tmp_path: Path) -> None:
    one = only(operator(tmp_path, "1,7,EB,40.2,2/3/2025 9:50 PM,2/3/2025 12:20 AM,Crash,2 left lanes"))
    assert (one.onset_s, one.clearance_s, one.lanes) == (35400.0, 44400.0, (1, 2))


def test_rows_of_elsewhere_are_left_out_and_counted(tmp_path: Path) -> None:
    times = "2/3/2025 1:10 PM,2/3/2025 1:40 PM,Crash,all lanes"
    log = operator(
        tmp_path,
        f"1,US-7,WB,40.5,{times}",
        f"2,US-7,EB,55.0,{times}",
        f"3,I-70,EB,40.5,{times}",
        f"4,US-7,EB,,{times}",
        "5,US-7,EB,40.5,2/5/2025 1:10 PM,2/5/2025 1:40 PM,Crash,",
        "6,US-7,EB,40.5,yesterday,,Crash,",
        f"7,US-7,EB,40.5,{times}",
    )
    assert only(log).lanes == (0, 1, 2)
    assert dict(log.left_out) == {
        "in the other direction": 1,
        "off the corridor": 1,
        "on another road": 1,
        "without a place that the road's file can tell": 1,
        "outside the recording's time": 1,
        "rows that cannot be read": 1,
    }


def test_an_open_end_and_unknown_lanes_stay_open_and_read_back(tmp_path: Path) -> None:
    log = operator(
        tmp_path,
        "1,US-7,EB,40 2/10,2/3/2025 13:10,,Debris,unknown",
        "2,US-7,EB,40.9,2/3/2025 14:10,2/3/2025 14:20,Stall,RS",
    )
    write_log(tmp_path / "incidents.csv", log.incidents)
    text = (tmp_path / "incidents.csv").read_text()
    assert [line.split(",")[3] for line in text.splitlines()] == ["lanes", "", "shoulder"]
    assert [each.incident.no_lane for each in log.incidents] == [False, True]
    back = read_incidents(tmp_path, CORRIDOR)
    assert back is not None
    assert [one.lanes for one in back.incidents] == [(), ()]
    assert math.isnan(back.incidents[0].clearance_s)
    assert back.incidents[0].position_m == pytest.approx(321.9, abs=0.1)


def test_lanes_of_a_road_with_another_number_of_lanes_are_unknown(tmp_path: Path) -> None:
    assert only(operator(tmp_path, "1,US-7,EB,40.5,2/3/2025 13:10,,Crash,lane 4 of 4")).lanes == ()


def test_a_day_that_can_only_come_first_does(tmp_path: Path) -> None:
    row = "1;US-7;EB;40,5;03.02.2025 13:10;;Unfall;right lane"
    other = "2;US-7;EB;40,5;23.02.2025 13:10;;Unfall;right lane"
    assert only(operator(tmp_path, row, other, header=HEADER.replace(",", ";"))).onset_s == 4200.0


CHP = "88,LA,x,02/03/2025 13:10:20,{kind},US7 E,X,,,0,0,7,1,,7,E,R1.0,40.60,,{minutes}\n"


def test_a_log_of_the_highway_patrol_takes_lanes_from_its_details(tmp_path: Path) -> None:
    path = tmp_path / "all_text_chp_incident_day_2025_02_03.txt"
    path.write_text(CHP.format(kind="1183-Trfc Collision", minutes=12))
    details = tmp_path / "all_text_chp_incident_det_day_2025_02_03.txt"
    details.write_text("88,1,02/03/2025 13:10:20,[1] VEH BLKG #3 LN\n88,2,02/03/2025 13:20:00,[2] RDWY CLR\n")
    one = only(read_logs([path, details], "auto", CORRIDOR, ROAD, SPAN_S))
    assert (one.onset_s, one.clearance_s, one.position_m, one.lanes) == (4220.0, 4940.0, 965.6, (0,))


def test_a_duration_of_nothing_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "all_text_chp_incident_day_2025_02_03.txt"
    path.write_text(CHP.format(kind="1125-Traffic Hazard", minutes=0))
    one = only(found(path))
    assert math.isnan(one.clearance_s)
    assert one.lanes == ()


def alert(uuid: str, kind: str, longitude: float, minute: int, **other: Any) -> dict[str, Any]:
    return {
        "uuid": uuid,
        "type": kind,
        "subtype": "",
        "street": "US-7 E",
        "magvar": 85,
        "location": {"x": longitude, "y": 0.0005},
        "pubMillis": 1738584000000 + 60000 * minute,
    } | other


def waze(folder: Path, alerts: Sequence[dict[str, Any]]) -> PlacedLog:
    path = folder / "alerts.json"
    path.write_text(json.dumps({"alerts": alerts}))
    return found(path)


def test_two_drivers_who_report_one_crash_are_one_incident_at_the_place_downstream(tmp_path: Path) -> None:
    log = waze(
        tmp_path, [alert("b", "ACCIDENT", 0.006, 14), alert("a", "ACCIDENT", 0.009, 11), alert("c", "JAM", 0.004, 15)]
    )
    assert only(log).onset_s == 660.0
    assert only(log).position_m == pytest.approx(1001.9, abs=0.1)
    assert dict(log.left_out) == {"alerts of an incident that is there": 1, "jams and weather, no incidents": 1}


def test_an_alert_of_the_other_carriageway_is_told_by_its_heading(tmp_path: Path) -> None:
    log = waze(tmp_path, [alert("a", "ACCIDENT", 0.006, 14, magvar=265, street="US-7")])
    assert dict(log.left_out) == {"in the other direction": 1}


def zone(**other: Any) -> dict[str, Any]:
    own = {
        "core_details": {"event_type": "work-zone", "road_names": ["Main St", "US-7"], "direction": "eastbound"},
        "beginning_milepost": 40.2,
        "ending_milepost": 40.4,
        "start_date": "2025-02-03T13:00:00Z",
        "end_date": "2025-02-03T15:00:00Z",
        "vehicle_impact": "some-lanes-closed",
    }
    return {
        "id": "z",
        "geometry": {"type": "LineString", "coordinates": [[0.1, 5], [0.2, 5]]},
        "properties": own | other,
    }


def wzdx(folder: Path, feature: dict[str, Any]) -> PlacedLog:
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return found(path)


def test_lanes_of_a_zone_count_from_the_left_without_its_shoulders(tmp_path: Path) -> None:
    kinds = [("shoulder", "closed"), ("general", "closed"), ("general", "closed"), ("general", "open")]
    lanes = [{"order": k + 1, "type": kind, "status": status} for k, (kind, status) in enumerate(kinds)]
    one = only(wzdx(tmp_path, zone(lanes=lanes)))
    assert (one.onset_s, one.clearance_s, one.lanes) == (3600.0, 10800.0, (1, 2))
    assert one.position_m == pytest.approx(0.3 * 1609.344, abs=0.1)


def test_a_zone_that_is_cancelled_is_left_out(tmp_path: Path) -> None:
    assert dict(wzdx(tmp_path, zone(event_status="cancelled")).left_out) == {"cancelled zones": 1}


RECORD = """<situationRecord xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="{kind}" id="{name}" version="{version}">
<overallStartTime>2025-02-03T13:00:00Z</overallStartTime><overallEndTime>{end}</overallEndTime>{lanes}
<bearing>90</bearing><pointCoordinates><latitude>0</latitude><longitude>0.005</longitude></pointCoordinates></situationRecord>"""


def datex(folder: Path, *records: str) -> PlacedLog:
    path = folder / "situations.xml"
    path.write_text(f'<d2LogicalModel xmlns="urn:x"><situation>{"".join(records)}</situation></d2LogicalModel>')
    return found(path)


def record(
    lanes: str = "", version: int = 1, kind: str = "Accident", name: str = "r", end: str = "2025-02-03T13:30:00Z"
) -> str:
    return RECORD.format(kind=kind, name=name, version=version, lanes=lanes, end=end)


@pytest.mark.parametrize(
    ("words", "lanes"),
    [
        ("<lane>rightLane</lane>", (0,)),
        ("<lane>lane2</lane><lane>hardShoulder</lane>", (1,)),
        ("<lane>lane1</lane><lane>leftLane</lane>", (0, 2)),
        ("<numberOfLanesRestricted>1</numberOfLanesRestricted><originalNumberOfLanes>3</originalNumberOfLanes>", ()),
        (
            "<numberOfLanesRestricted>3</numberOfLanesRestricted><originalNumberOfLanes>3</originalNumberOfLanes>",
            (0, 1, 2),
        ),
    ],
)
def test_a_situation_says_which_lanes_or_how_many(tmp_path: Path, words: str, lanes: tuple[int, ...]) -> None:
    one = only(datex(tmp_path, record(words)))
    assert (one.onset_s, one.clearance_s, one.position_m, one.lanes) == (3600.0, 5400.0, 556.6, lanes)


def test_the_last_version_of_a_record_counts_and_what_is_no_incident_is_counted(tmp_path: Path) -> None:
    later = record(version=2, end="2025-02-03T13:45:00Z")
    log = datex(tmp_path, later, record(), record(kind="AbnormalTraffic", name="s"))
    assert only(log).clearance_s == 6300.0
    assert dict(log.left_out) == {
        "older versions of a record": 1,
        "records of traffic, weather or signs, no incidents": 1,
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04\0\0\0\0", "got binary data"),
        (b"station,speed\nA,3\n", "wanted columns for starts .*; milepost"),
        (HEADER.encode() + b"1,US-7,EB,north of town,no time,,,\n", "no row can be read"),
        (b'{"alerts": [{"pubMillis": 3}]}', r"alerts\[0\]: no alert"),
        (b'{"alerts": [{"pubMillis": 3', "is it cut off"),
        (
            b'{"type": "FeatureCollection", "features": [{"properties": {"core_details": 1}}]}',
            r"features\[0\]: no work zone",
        ),
        (b"<d2LogicalModel><situationRecord>", "no valid XML"),
        (b"<d2LogicalModel><SituationPublication/></d2LogicalModel>", "got no situationRecord"),
        (b'"never closed\n1,2\n', "wanted columns"),
        (b"\x1f\x8b\x08broken", "compressed data are damaged"),
    ],
)
def test_a_broken_log_is_told_in_one_message(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        found(path)


def test_a_file_is_recognised_by_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(json.dumps({"alerts": [alert("a", "ACCIDENT", 0.006, 14)]}))
    (tmp_path / "b").write_text(CHP.format(kind="x", minutes=1))
    (tmp_path / "c").write_text(HEADER)
    assert [recognised(tmp_path / name) for name in "abc"] == ["waze", "chp", "operator"]


@pytest.mark.parametrize(("text", "kind"), [("<html><body>404</body></html>", "XML or HTML"), ("[3]", "JSON")])
def test_markup_of_another_kind_is_not_taken_for_a_table(tmp_path: Path, text: str, kind: str) -> None:
    (tmp_path / "log.txt").write_text(text)
    with pytest.raises(UserError, match=f"log.txt: wanted a log of incidents .*, got {kind} that is none"):
        recognised(tmp_path / "log.txt")
