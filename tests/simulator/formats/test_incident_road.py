"""The road that a log's incidents are looked for on: from a TOML file, or from what a recording's files say."""

from pathlib import Path

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.incident_road import IncidentRoad, read_road

ZERO = 'zero = "2025-02-03T00:00:00-05:00"\n'


def corridor(name: str = "I-24 WB", first: str = "MM 70.1", last: str = "MM 69.1") -> Corridor:
    return Corridor(name, 30.0, (Station(first, 0.0, 3), Station(last, 1609.344, 3)))


def road(folder: Path, there: Corridor, table: str | None = None, recorded: str = ZERO) -> tuple[IncidentRoad, str]:
    (folder / "corridor.toml").write_text(recorded)
    path = None
    if table is not None:
        path = folder / "road.toml"
        path.write_text(table)
    found, assumed = read_road(folder, there, path)
    return found, "; ".join(assumed)


def test_falling_mileposts_of_station_names_are_taken_and_told(tmp_path: Path) -> None:
    found, assumed = road(tmp_path, corridor())
    assert found.position_of_milepost(69.6) == pytest.approx(804.672)
    assert "70.1 to 69.1" in assumed


def test_road_and_direction_of_a_corridors_name_are_taken_and_told(tmp_path: Path) -> None:
    found, assumed = road(tmp_path, corridor())
    assert (found.road, found.direction) == (("I-24",), "WB")
    assert "road I-24, direction WB are those of the corridor's name" in assumed


def test_a_road_without_a_name_takes_all_roads_and_says_so(tmp_path: Path) -> None:
    _, assumed = road(tmp_path, corridor("north loop", "a", "b"))
    assert "all roads and directions" in assumed


def test_posts_that_count_kilometres_are_placed_by_them(tmp_path: Path) -> None:
    found, assumed = road(tmp_path, corridor(), 'road = "A1"\ndirection = "N"\nmilepost = 12.0\nmilepost_m = 1000\n')
    assert found.position_of_milepost(12.5) == 500.0
    assert assumed == ""


@pytest.mark.parametrize(
    ("recorded", "table", "message"),
    [
        ("", None, "no zero: wanted the wall clock"),
        ('zero = "2025-02-03T00:00:00"', None, "zero: wanted a time zone"),
        (ZERO, 'rode = "I-24"', "road.toml: rode: Extra inputs"),
        (ZERO, "milepost = -3", "road.toml: milepost: "),
    ],
)
def test_a_table_that_does_not_fit_is_told(tmp_path: Path, recorded: str, table: str | None, message: str) -> None:
    with pytest.raises(UserError, match=message):
        road(tmp_path, corridor(), table, recorded)
