"""Recordings of two made roads: two days of one, with an incident in the second, and one day of another, incidents not known."""

from pathlib import Path

import pytest

from harness.studies.real_roads.real_roads_study import RealRoads, compare_on_roads
from harness.studies.real_roads.road_recordings import roads_of
from scenarios.corridor import Corridor
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.made_traffic import ROAD, frames_of, free_traffic, with_empty_lane, with_queue

LOGGED = RecordedIncident(3300.0, 4500.0, 2900.0, (), 600.0, 0.0, 250.0)
NAMES = ("california7", "snd", "coin")


@pytest.fixture(scope="session")
def made_recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of recordings: day-2, day-10 and elsewhere."""
    folder = tmp_path_factory.mktemp("recordings")
    count, speed = free_traffic(2)
    write_recording(folder / "day-2", Recording(ROAD, frames_of(count, speed), ()))
    count, speed = free_traffic(3)
    queue = with_queue(speed, 2900.0, 3000.0, 4200.0)
    emptied = with_empty_lane(count, 1, 4, 3000.0, 4200.0)
    write_recording(folder / "day-10", Recording(ROAD, frames_of(emptied, queue), (LOGGED,)))
    other = Corridor("other <road>", 30.0, ROAD.stations[:-1])
    count, speed = free_traffic(4)
    count[:, 2, 0] = 0
    write_recording(folder / "elsewhere", Recording(other, frames_of(count[:, :-1], speed[:, :-1]), None))
    return folder


@pytest.fixture(scope="session")
def real_roads(made_recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> RealRoads:
    """A comparison on them."""
    out = tmp_path_factory.mktemp("compared")
    return compare_on_roads(roads_of([made_recordings]), NAMES, out, 1, 1.0, lambda what, done, of: None)
