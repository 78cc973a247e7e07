from pathlib import Path

import pytest

from harness.records.known_truth import known_truth
from scenarios.corridor import Corridor, Station
from simulator.recording.recording_folder import Recording

CORRIDOR = Corridor("short", 30.0, (Station("north", 0.0, 2), Station("south", 800.0, 2)))


def test_a_recording_whose_incidents_are_not_known_has_no_truth(tmp_path: Path) -> None:
    assert known_truth(tmp_path, Recording(CORRIDOR, (), None)) is None


def test_a_truth_behind_a_link_to_itself_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "truth.json").symlink_to("truth.json")
    with pytest.raises(FileNotFoundError, match=r"truth.json: no such file"):
        known_truth(tmp_path, Recording(CORRIDOR, (), None))
