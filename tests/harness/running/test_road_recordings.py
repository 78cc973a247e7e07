"""Which recordings are one road, and in which order they are watched."""

import shutil
from pathlib import Path

import pytest

from harness.running.road_recordings import roads_of
from scenarios.errors import MissingFileError, UserError


def test_recordings_of_equal_stations_are_one_road_in_order_of_their_names(made_recordings: Path) -> None:
    first, second = roads_of([made_recordings])
    assert (first.name, [folder.name for folder in first.folders]) == ("made road", ["day-2", "day-10"])
    assert (second.name, [folder.name for folder in second.folders]) == ("other <road>", ["elsewhere"])


def test_order_given_does_not_matter_within_a_road(made_recordings: Path) -> None:
    (road,) = roads_of([made_recordings / "day-10", made_recordings / "day-2"])
    assert [folder.name for folder in road.folders] == ["day-2", "day-10"]


def test_two_roads_of_one_name_are_told_apart(made_recordings: Path, tmp_path: Path) -> None:
    shutil.copytree(made_recordings / "elsewhere", tmp_path / "same")
    toml = tmp_path / "same" / "corridor.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("other <road>", "made road"), encoding="utf-8")
    roads = roads_of([made_recordings / "day-2", tmp_path / "same"])
    assert [road.name for road in roads] == ["made road", "made road (2)"]


def test_two_recordings_of_one_name_have_no_order(made_recordings: Path, tmp_path: Path) -> None:
    shutil.copytree(made_recordings / "day-2", tmp_path / "day-2")
    with pytest.raises(
        UserError, match="two recordings of 'made road' are called 'day-2': their names order them in time"
    ):
        roads_of([made_recordings, tmp_path / "day-2"])


def test_folder_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such folder"):
        roads_of([tmp_path / "nowhere"])
    with pytest.raises(UserError, match="wanted a recording"):
        roads_of([tmp_path])
