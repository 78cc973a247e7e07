"""Any format's recordings are written the same way: a folder each, the hours summed, what is left out said."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from simulator.formats.field_recordings import FieldRecordings, joined_recordings, write_all
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, read_recording

CORRIDOR = Corridor("field", 60.0, tuple(Station(f"S{k}", 1000.0 * k, 1) for k in range(3)))


def recording(frames: int) -> Recording:
    values = [np.full((3, 1), value) for value in (5.0, 20.0, 0.1)]
    return Recording(CORRIDOR, tuple(LoopFrame(60.0 * (k + 1), *values) for k in range(frames)), None)


def two(source: Path) -> FieldRecordings:
    return FieldRecordings(
        [("monday", recording(60)), ("tuesday", recording(30))], f"nothing of {source.name} left out"
    )


def test_each_recording_becomes_a_folder_of_its_name(tmp_path: Path) -> None:
    done = write_all(two(tmp_path / "download"), tmp_path / "out")
    assert done.folders == (tmp_path / "out" / "monday", tmp_path / "out" / "tuesday")
    assert len(read_recording(done.folders[1]).frames) == 30


def test_hours_are_summed_over_corridors_and_over_sections(tmp_path: Path) -> None:
    # 60 and 30 frames of a minute are 1.5 h, on two sections 3 section-hours.
    done = write_all(two(tmp_path / "download"), tmp_path / "out")
    assert (done.corridor_hours, done.section_hours) == (1.5, 3.0)
    assert done.text == "2 recordings, 1.5 corridor-hours, 3.0 section-hours; nothing of download left out"


def test_a_recording_is_made_after_the_one_before_it_is_written(tmp_path: Path) -> None:
    def lazily() -> Iterator[tuple[str, Recording]]:
        yield "first", recording(2)
        assert (tmp_path / "out" / "first" / "loops.csv.gz").exists()
        yield "second", recording(2)

    assert len(write_all(FieldRecordings(lazily(), ""), tmp_path / "out").folders) == 2


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"wanted letters, digits, .* got '\.\./outside'"):
        write_all(FieldRecordings([("../outside", recording(2))], ""), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_recordings_of_several_sources_are_written_together(tmp_path: Path) -> None:
    found = [FieldRecordings([(name, recording(2))], "nights left out") for name in ("monday", "tuesday")]
    done = write_all(joined_recordings(found), tmp_path / "out")
    assert [folder.name for folder in done.folders] == ["monday", "tuesday"]
    assert done.left_out == "nights left out"


def test_a_name_that_two_sources_give_is_refused(tmp_path: Path) -> None:
    found = [FieldRecordings([("monday", recording(2))], "") for _ in range(2)]
    with pytest.raises(ValueError, match="recording monday: two of the files hold one of this name"):
        write_all(joined_recordings(found), tmp_path / "out")
