"""A traffic centre's table, by hand: names of columns, mileposts as people write them, sides from which lanes count."""

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import LogEntry
from simulator.formats.operator_log import describe, milepost_of, read

MILES, KILOMETRES = IncidentRoad(), IncidentRoad(milepost_m=1000.0)


def entry(folder: Path, header: str, row: str, keeps_left: bool = False, **road: Any) -> LogEntry:
    path = folder / "log.csv"
    path.write_text(f"{header}\n{row}\n")
    (one,) = read(path, IncidentRoad.model_validate(road), keeps_left).entries
    return one


@pytest.mark.parametrize(
    ("text", "milepost", "tolerance_m"),
    [
        ("10", 10.0, 1000.0),
        ("10.8", 10.8, 100.0),
        ("10,8", 10.8, 100.0),
        ("MP 10.85", 10.85, 100.0),  # 10 m by its digits; no place is as exact
        ("10 1/2", 10.5, 500.0),
        ("10 3/4", 10.75, 250.0),
        ("10 4/20", 10.2, 100.0),
    ],
)
def test_a_milepost_is_as_exact_as_its_last_digit_and_no_better_than_100_m(
    text: str, milepost: float, tolerance_m: float
) -> None:
    assert milepost_of(text, KILOMETRES) == pytest.approx((milepost, tolerance_m))


def test_a_milepost_in_miles_is_off_by_miles() -> None:
    assert milepost_of("10.8", MILES) == pytest.approx((10.8, 160.9344))


def test_no_milepost_is_not_known_and_words_are_refused() -> None:
    assert math.isnan(milepost_of("", MILES)[0])
    for text in ("north of town", "10 1/0"):
        with pytest.raises(ValueError, match="wanted a milepost, got"):
            milepost_of(text, MILES)


@pytest.mark.parametrize(
    "header",
    ["START_TIME,Mile_Marker,END_TIME,Lane_Status", "Start Time (local),MM,End,Lanes", "started,PM,cleared,lane"],
)
def test_columns_go_by_their_usual_names_however_they_are_written(tmp_path: Path, header: str) -> None:
    header = header.replace(" (local)", "")
    one = entry(tmp_path, header, "2/3/2025 13:00,40.5,2/3/2025 14:00,right lane")
    assert (one.starts, one.ends, one.milepost) == (datetime(2025, 2, 3, 13), datetime(2025, 2, 3, 14), 40.5)
    assert one.lanes.from_right == (1,)


def test_a_table_is_told_by_its_columns_for_start_end_and_milepost(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    for header, told in (("start,end,mp", True), ("start,mp,speed", False), ("start,end,speed", False), ("", False)):
        path.write_text(header + "\n")
        assert (describe(path) is not None) == told, header
    assert describe(tmp_path / "missing.csv") is None


def test_an_entry_says_how_far_its_time_may_be_off(tmp_path: Path) -> None:
    one = entry(tmp_path, "start,mp,end", "2/3/2025 13:00,40.5,2/3/2025 12:50")
    assert (one.early_s, one.late_s, one.ends) == (600.0, 60.0, datetime(2025, 2, 4, 12, 50))


def test_the_road_says_whether_the_day_comes_first(tmp_path: Path) -> None:
    row = "2/3/2025 13:00,40.5,"
    assert entry(tmp_path, "start,mp,end", row, day_first=True).starts == datetime(2025, 3, 2, 13)
    assert entry(tmp_path, "start,mp,end", row, day_first=False).starts == datetime(2025, 2, 3, 13)


def test_the_road_says_from_which_side_lanes_count_and_the_country_where_slow_lanes_are(tmp_path: Path) -> None:
    header, row = "start,mp,end,lanes", "2/3/2025 13:00,40.5,,"
    assert entry(tmp_path, header, row + "lane 1").lanes.from_left == (1,)
    assert entry(tmp_path, header, row + "lane 1", lanes_from="right").lanes.from_right == (1,)
    assert entry(tmp_path, header, row + "slow lane").lanes.from_right == (1,)
    assert entry(tmp_path, header, row + "slow lane", keeps_left=True).lanes.from_left == (1,)
