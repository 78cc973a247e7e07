import math
import threading
import time
from pathlib import Path

import pytest

from harness.service.sources.recording_source import RecordingSource
from scenarios.errors import MissingFileError, UserError
from tests.harness.service.sources.played_recordings import bits, frames_of, made_recording


def test_what_is_played_makes_the_recordings_frames_again(tmp_path: Path) -> None:
    recording = made_recording(tmp_path)
    source = RecordingSource(tmp_path, math.inf)
    assert source.corridors == (recording.corridor,)
    assert bits(frames_of(source.batches(None))) == bits(recording.frames)


def test_it_goes_on_after_a_time(tmp_path: Path) -> None:
    made_recording(tmp_path)
    batches = list(RecordingSource(tmp_path, math.inf).batches(60.0))
    assert [batch.readings[0].time_s for batch in batches] == [90.0, 120.0, 150.0]


def test_it_can_have_another_name_and_clock(tmp_path: Path) -> None:
    made_recording(tmp_path)
    source = RecordingSource(tmp_path, math.inf, corridor="mine", offset_s=1007.0)
    batch = next(source.batches(1040.0))
    assert (batch.corridor, source.corridors[0].name, batch.readings[0].time_s) == ("mine", "mine", 1067.0)
    assert source.grid_offset_s == 17.0


def test_a_stop_ends_it_in_the_middle_of_a_wait(tmp_path: Path) -> None:
    made_recording(tmp_path)
    source = RecordingSource(tmp_path, 1.0)
    threading.Timer(0.1, source.stop).start()
    started_s = time.monotonic()
    assert len(list(source.batches(None))) == 1
    assert time.monotonic() - started_s < 1


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such folder"):
        RecordingSource(tmp_path / "no")
    made_recording(tmp_path)
    with pytest.raises(UserError, match="pace: wanted"):
        RecordingSource(tmp_path, 0.0)


def test_a_damaged_row_is_told_when_it_is_reached(tmp_path: Path) -> None:
    made_recording(tmp_path)
    (tmp_path / "loops.csv.gz").unlink()
    (tmp_path / "loops.csv").write_text(
        "time_s,station,lane,count,occupancy,speed_mps\n30,S1,0,1,0.1,20\n60,S1,9,1,0.1,20\n"
    )
    with pytest.raises(UserError, match=r"loops.csv, line 3: lane is 0 to 1"):
        list(RecordingSource(tmp_path, math.inf).batches(None))
