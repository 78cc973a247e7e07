from pathlib import Path

import pytest

from harness.service.feeds.road_points import Point
from harness.service.site.service_file import read_service_file
from simulator.recording.corridor_file import write_corridor
from tests.harness.made_traffic import ROAD

STATIONS = len(ROAD.stations)


def mistakes(folder: Path, coordinates: str, feeds: str = "") -> list[str]:
    """The mistakes of a file with these coordinates, without the file's name."""
    write_corridor(folder, ROAD)
    path = folder / "site.toml"
    path.write_text(f"{feeds}\n[[corridor]]\nfolder = '.'\ncoordinates = {coordinates}\n", encoding="utf-8")
    described, found = read_service_file(path)
    assert (described is None) is bool(found)
    return [each.removeprefix(f"{path}:") for each in found]


def test_coordinates_and_the_publisher_reach_the_feeds(tmp_path: Path) -> None:
    write_corridor(tmp_path, ROAD)
    places = [[50.0 + 0.01 * place, 4.5] for place in range(STATIONS)]
    path = tmp_path / "site.toml"
    text = f"[feeds]\nsender = 'tmc.example.org'\ncountry = 'be'\n[[corridor]]\nfolder = '.'\ncoordinates = {places}\n"
    path.write_text(text, encoding="utf-8")
    described, _ = read_service_file(path)
    assert described is not None
    feeds = described.web.feeds
    assert (feeds.sender, feeds.country) == ("tmc.example.org", "be")
    assert feeds.coordinates[ROAD.name] == tuple(Point(*each) for each in places)


def test_coordinates_of_some_stations_alone_are_refused(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, "[[50.0, 4.0]]")
    assert mistake == (
        f"4: corridor[0].coordinates: wanted [latitude, longitude] of each of its {STATIONS} stations, got 1"
    )


def test_a_latitude_over_90_degrees_is_refused(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, str([[117.7, 33.8]] * STATIONS))[:1]
    assert "coordinates" in mistake
    assert "90" in mistake


@pytest.mark.parametrize("feeds", ["sender = 'two words'", "sender = 'a,b'", "country = 'USA'"])
def test_a_publisher_that_cap_or_datex_cannot_hold_is_refused(tmp_path: Path, feeds: str) -> None:
    (mistake,) = mistakes(tmp_path, "[]", f"[feeds]\n{feeds}")
    assert mistake.startswith("2: feeds.")
