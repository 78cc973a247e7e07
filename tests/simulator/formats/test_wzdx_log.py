"""Work zones of a WZDx feed, by hand: place, length, dates, and lanes counted from the right."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scenarios.errors import UserError
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import ALL_LANES, NO_LANE, UNKNOWN_LANES, Blocked, LaneClaim, LogEntry
from simulator.formats.wzdx_log import lanes_of_zone, read

ROAD = IncidentRoad(road=("US-7", "Main St"), milepost_m=500.0)
CORE = {"event_type": "work-zone", "road_names": ["Old Road", "US-7"], "direction": "northbound"}


def entry(folder: Path, points: list[list[float]], core: dict[str, Any] | None = None, **own: Any) -> LogEntry:
    zone = {"core_details": CORE | (core or {}), "start_date": "2025-02-03T13:00:00Z"} | own
    feature = {"id": "z", "geometry": {"type": "LineString", "coordinates": points}, "properties": zone}
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    (one,) = read(path, ROAD, False).entries
    return one


LINE = [[10.0, 60.0], [10.01, 60.0], [10.02, 60.0]]
"""Theory: at 60 degrees north a degree of longitude is half as long as at the equator, 55,660 m."""


def test_a_zone_is_placed_in_its_middle_and_may_be_anywhere_in_it(tmp_path: Path) -> None:
    one = entry(tmp_path, LINE)
    assert one.point == pytest.approx((60.0, 10.01))
    assert one.tolerance_m == pytest.approx(0.02 * 55_660.0 / 2 + 100.0)
    north = entry(tmp_path, [[10.0, 0.0], [10.0, 0.01]])
    assert north.point == pytest.approx((0.005, 10.0))
    assert north.tolerance_m == pytest.approx(1113.2 / 2 + 100.0)


def test_mileposts_come_before_points_in_the_roads_unit(tmp_path: Path) -> None:
    one = entry(tmp_path, LINE, beginning_milepost=12.0, ending_milepost=11.0)
    assert (one.milepost, one.tolerance_m) == (11.5, 350.0)


def test_a_verified_start_is_exact_to_a_minute_and_a_planned_one_to_half_an_hour(tmp_path: Path) -> None:
    planned, verified = entry(tmp_path, LINE), entry(tmp_path, LINE, is_start_date_verified=True)
    assert (planned.early_s, planned.late_s) == (1800.0, 1800.0)
    assert (verified.early_s, verified.late_s) == (60.0, 60.0)


def test_dates_are_those_of_the_zone_and_an_end_may_be_open(tmp_path: Path) -> None:
    assert entry(tmp_path, LINE).ends is None
    one = entry(tmp_path, LINE, end_date="2025-02-03T15:00:00+01:00")
    assert (one.starts, one.ends) == (datetime(2025, 2, 3, 13, tzinfo=UTC), datetime(2025, 2, 3, 14, tzinfo=UTC))


@pytest.mark.parametrize(
    ("names", "wanted"), [(["Old Road", "US-7"], "US-7"), (["Main St", "US-7"], "Main St"), (["Elm", "Oak"], "Elm")]
)
def test_of_several_roads_that_of_the_corridor_is_taken_or_the_first(
    tmp_path: Path, names: list[str], wanted: str
) -> None:
    assert entry(tmp_path, LINE, {"road_names": names}).road == wanted


@pytest.mark.parametrize(
    ("told", "wanted"), [("northbound", "northbound"), ("unknown", ""), ("undefined", ""), (None, "")]
)
def test_a_direction_that_is_not_known_is_none(tmp_path: Path, told: str | None, wanted: str) -> None:
    assert entry(tmp_path, LINE, {"direction": told}).direction == wanted


def lanes(*told: tuple[int, str, str]) -> list[dict[str, Any]]:
    return [{"order": order, "type": kind, "status": status} for order, kind, status in told]


@pytest.mark.parametrize(
    ("told", "impact", "claim"),
    [
        (lanes((1, "general", "closed"), (2, "general", "open")), "", LaneClaim(Blocked.LANES, from_right=(2,), of=2)),
        (lanes((2, "general", "closed"), (1, "general", "open")), "", LaneClaim(Blocked.LANES, from_right=(1,), of=2)),
        (
            lanes((10, "general", "closed"), (9, "general", "open"), (1, "shoulder", "closed")),
            "some-lanes-closed",
            LaneClaim(Blocked.LANES, from_right=(1,), of=2),
        ),
        (
            lanes((1, "hov-lane", "closed"), (2, "toll-lane", "closed"), (3, "bike-lane", "closed")),
            "",
            LaneClaim(Blocked.LANES, from_right=(1, 2), of=2),
        ),
        (lanes((1, "general", "closed"), (2, "general", "open")), "all-lanes-closed", ALL_LANES),
        (lanes((1, "general", "open"), (2, "shoulder", "closed")), "unknown", NO_LANE),
        ([], "all-lanes-open-shift-left", NO_LANE),
        (lanes((1, "shoulder", "closed")), "unknown", UNKNOWN_LANES),
        ([], "some-lanes-closed", UNKNOWN_LANES),
    ],
)
def test_lanes_that_are_driven_in_count_from_the_right(
    told: list[dict[str, Any]], impact: str, claim: LaneClaim
) -> None:
    assert lanes_of_zone(told, impact) == claim


def test_a_lane_without_a_kind_is_a_lane() -> None:
    assert lanes_of_zone([{"order": 1, "status": "closed"}], "").from_right == (1,)


@pytest.mark.parametrize(
    "content",
    ['{"features": 3}', '{"features": [{"properties": {"core_details": {"road_names": []}}, "geometry": null}]}'],
)
def test_what_is_no_feed_of_zones_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "zones.geojson").write_text(content)
    with pytest.raises(UserError, match=r"features(\[0\])?: (wanted a list, got int|no work zone)"):
        read(tmp_path / "zones.geojson", ROAD, False)
