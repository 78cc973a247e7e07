"""Planned works from a WZDx feed."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.service.incidents.planned_works import read_works
from scenarios.errors import MissingFileError, UserError

TABLE = """
[[wzdx]]
file = "zones.geojson"
road = "I-24"
direction = "westbound"
corridor = "i24"
milepost = 67.3
falling = true
"""


def zone(**changes: Any) -> dict[str, Any]:
    """A feature of a feed: one mile of I-24 West, one night."""
    core = {"road_names": ["I-24"], "direction": "westbound", "event_type": "work-zone", "description": "Paving"}
    own = {
        "core_details": core,
        "start_date": "2026-03-01T21:00:00-06:00",
        "end_date": "2026-03-02T11:00:00Z",
        "beginning_milepost": 66.3,
        "ending_milepost": 65.3,
        **changes,
    }
    return {"type": "Feature", "id": "z1", "properties": own, "geometry": None}


def written(folder: Path, *features: Any) -> Path:
    feed = {"type": "FeatureCollection", "features": list(features)}
    (folder / "zones.geojson").write_text(json.dumps(feed), encoding="utf-8")
    path = folder / "works.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_zone_is_placed_by_its_mileposts(tmp_path: Path) -> None:
    (work,) = read_works(written(tmp_path, zone()))
    assert (work.name, work.corridor) == ("Paving (z1)", "i24")
    assert [work.from_m, work.to_m] == pytest.approx([1609.344, 2 * 1609.344])
    assert work.ends_s - work.starts_s == 8 * 3600.0


def test_zones_of_other_roads_and_those_that_are_over_or_without_mileposts_silence_nothing(tmp_path: Path) -> None:
    other = zone()
    other["properties"]["core_details"]["direction"] = "eastbound"
    left_out = (other, zone(event_status="cancelled"), zone(beginning_milepost=None))
    assert read_works(written(tmp_path, *left_out)) == ()


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ({"id": "z1"}, r"zones\.geojson: features\[0\]: no work zone of WZDx 4: KeyError: 'properties'"),
        (5, r"features\[0\]: no work zone"),
        (zone(start_date="tomorrow"), r"features\[0\]: no work zone of WZDx 4: ValueError"),
        (zone(end_date="2026-03-01T11:00:00Z"), r"Paving \(z1\): .*ends: wanted after starts"),
        (zone(start_date="2026-03-01T21:00:00"), r"Paving \(z1\): .*wanted a time with its offset"),
    ],
)
def test_a_broken_zone_is_named(tmp_path: Path, feature: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        read_works(written(tmp_path, feature))


def test_a_feed_that_is_none_is_named(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "zones.geojson").write_text("[]", encoding="utf-8")
    with pytest.raises(UserError, match=r"zones\.geojson: wanted a WZDx feed"):
        read_works(path)


def test_a_feed_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "zones.geojson").unlink()
    with pytest.raises(MissingFileError, match=r"zones\.geojson"):
        read_works(path)
