"""Records of DATEX II as entries of a log, by hand: kinds, versions, places, times and lanes."""

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.formats.datex_log import read
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import ALL_LANES, NO_LANE, UNKNOWN_LANES, Blocked, LaneClaim, LogEntry, ReadLog

STARTS = "<overallStartTime>2025-02-03T13:00:00Z</overallStartTime>"
POINT = "<pointCoordinates><latitude>{0}</latitude><longitude>{1}</longitude></pointCoordinates>"
ONE = datetime(2025, 2, 3, 13, tzinfo=UTC)


def record(inner: str = "", kind: str = "Accident", name: str = "r", version: str = "1", starts: str = STARTS) -> str:
    space = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    return f'<situationRecord {space} i:type="sit:{kind}" id="{name}" version="{version}">{starts}{inner}</situationRecord>'


def log(folder: Path, *records: str, keeps_left: bool = False) -> ReadLog:
    path = folder / "situations.xml"
    path.write_text(f"<messageContainer><situation>{''.join(records)}</situation></messageContainer>")
    return read(path, IncidentRoad(), keeps_left)


def entry(folder: Path, inner: str = "", keeps_left: bool = False) -> LogEntry:
    (one,) = log(folder, record(inner), keeps_left=keeps_left).entries
    return one


def test_an_entry_says_how_far_its_time_and_place_may_be_off(tmp_path: Path) -> None:
    one = entry(tmp_path, POINT.format(52.0, 5.0))
    assert (one.early_s, one.late_s, one.tolerance_m) == (600.0, 60.0, 250.0)
    assert (one.starts, one.ends, one.point) == (ONE, None, (52.0, 5.0))
    assert (one.where, one.name, one.kind) == ("situations.xml, situationRecord r", "r", "Accident")


def test_a_stretch_is_placed_in_its_middle_with_half_its_length_more_tolerance(tmp_path: Path) -> None:
    # Theory: at 60 degrees north a degree of longitude is half as long as at the equator, 55,660 m.
    one = entry(tmp_path, POINT.format(60.0, 5.0) + POINT.format(60.0, 5.02))
    assert one.point == pytest.approx((60.0, 5.01))
    assert one.tolerance_m == pytest.approx(250.0 + 0.02 * 55_660.0 / 2)
    north = entry(tmp_path, POINT.format(0.0, 5.0) + POINT.format(0.01, 5.0))
    assert north.tolerance_m == pytest.approx(250.0 + 1113.2 / 2)


def test_a_bearing_is_the_heading_and_none_is_not_known(tmp_path: Path) -> None:
    assert entry(tmp_path, "<bearing>270</bearing>").heading_deg == 270.0
    assert math.isnan(entry(tmp_path).heading_deg)


def test_without_a_start_the_records_creation_counts(tmp_path: Path) -> None:
    created = "<situationRecordCreationTime>2025-02-03T13:00:00Z</situationRecordCreationTime>"
    (one,) = log(tmp_path, record(starts=created)).entries
    assert one.starts == ONE
    (one,) = log(tmp_path, record(starts=created.replace("13:00", "13:09") + STARTS)).entries
    assert one.starts == ONE


@pytest.mark.parametrize(
    "kind",
    [
        *("Accident", "VehicleObstruction", "GeneralObstruction", "MaintenanceWorks", "ConstructionWorks"),
        *("RoadworksRecord", "RoadOrCarriagewayOrLaneManagement"),
    ],
)
def test_accidents_obstructions_works_and_closures_are_incidents(tmp_path: Path, kind: str) -> None:
    assert len(log(tmp_path, record(kind=kind)).entries) == 1


def test_a_risk_is_no_incident(tmp_path: Path) -> None:
    risk = "<probabilityOfOccurrence>{0}</probabilityOfOccurrence>"
    found = log(tmp_path, record(risk.format("riskOf")), record(risk.format("certain"), name="s"))
    assert ([one.name for one in found.entries], found.others) == (["s"], ("records of a risk only",))


def test_of_two_records_with_one_version_the_later_one_counts(tmp_path: Path) -> None:
    (one,) = log(tmp_path, record("<bearing>1</bearing>"), record("<bearing>2</bearing>")).entries
    assert one.heading_deg == 2.0


@pytest.mark.parametrize(
    ("words", "claim"),
    [
        (("lane1", "hardShoulder"), LaneClaim(Blocked.LANES, from_right=(1,))),
        (("rightLane", "leftLane"), LaneClaim(Blocked.LANES, (1,), (1,))),
        (("hardShoulder",), NO_LANE),
        (("emergencyLane", "verge"), NO_LANE),
        (("rightLane", "allLanesCompleteCarriageway"), ALL_LANES),
        (("tidalFlowLane",), UNKNOWN_LANES),
        ((), UNKNOWN_LANES),
    ],
)
def test_lanes_go_by_their_names(tmp_path: Path, words: tuple[str, ...], claim: LaneClaim) -> None:
    assert entry(tmp_path, "".join(f"<lane>{word}</lane>" for word in words)).lanes == claim


@pytest.mark.parametrize(
    ("restricted", "of", "words", "claim"),
    [
        (0, 3, "", NO_LANE),
        (2, 3, "", UNKNOWN_LANES),
        (3, 3, "", ALL_LANES),
        (4, 3, "", ALL_LANES),
        (1, 3, "<lane>lane2</lane>", LaneClaim(Blocked.LANES, from_right=(2,), of=3)),
        (1, 3, "<lane>hardShoulder</lane>", UNKNOWN_LANES),  # a lane besides the shoulder, and nobody says which
        (0, 3, "<lane>hardShoulder</lane>", NO_LANE),
    ],
)
def test_a_number_of_lanes_says_which_only_where_it_is_none_or_all(
    tmp_path: Path, restricted: int, of: int, words: str, claim: LaneClaim
) -> None:
    numbers = f"<numberOfLanesRestricted>{restricted}</numberOfLanesRestricted>"
    numbers += f"<originalNumberOfLanes>{of}</originalNumberOfLanes>"
    assert entry(tmp_path, numbers + words).lanes == claim


def test_lane_1_is_nearest_the_hard_shoulder_on_the_left_where_traffic_keeps_left(tmp_path: Path) -> None:
    assert entry(tmp_path, "<lane>lane1</lane>", keeps_left=True).lanes == LaneClaim(Blocked.LANES, from_left=(1,))
