"""Field data converted day by day: what is finished is kept, and read again only where its files have changed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness.running.day_conversion import RECORD, convert_days
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.estimated_speeds import SpeedAssumption
from simulator.formats.field_recordings import FieldDay, FieldRecordings
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, read_recording

CORRIDOR = Corridor("I-9", 60.0, (Station("A", 0.0, 1), Station("B", 900.0, 1)))


class Archive:
    """Files of days whose content is one count; it notes which days were read."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.read = folder, list[str]()

    def write(self, day: str, count: str) -> None:
        (self.folder / day).write_text(count)

    def days(self) -> list[FieldDay]:
        return [FieldDay(path.name, (path,), self._reader(path)) for path in sorted(self.folder.glob("day*"))]

    def _reader(self, path: Path) -> Callable[[], FieldRecordings]:
        def reading() -> FieldRecordings:
            self.read.append(path.name)
            text = path.read_text()
            if not text.isdecimal():
                raise UserError(f"{path}, line 1: wanted a number, got {text!r}")
            values = np.full((2, 1), float(text))
            frame = LoopFrame(60.0, values, values, values / 100)
            return FieldRecordings([(path.name, Recording(CORRIDOR, (frame,), None))], "nothing left out")

        return reading


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Two days."""
    (tmp_path / "files").mkdir()
    found = Archive(tmp_path / "files")
    found.write("day1", "1")
    found.write("day2", "2")
    return found


def converted(archive: Archive, out: Path) -> tuple[str, list[str], list[str]]:
    """Summary, what was told, and which days were read."""
    told: list[str] = []
    archive.read.clear()
    found = convert_days("made", archive.days(), out, lambda done, total, text: told.append(f"{done}/{total} {text}"))
    return found.text, told, list(archive.read)


def count_of(folder: Path) -> float:
    return float(read_recording(folder).frames[0].count[0, 0])


def test_a_day_that_comes_later_is_read_alone(archive: Archive, tmp_path: Path) -> None:
    assert converted(archive, tmp_path / "out")[2] == ["day1", "day2"]
    archive.write("day3", "3")
    text, told, read = converted(archive, tmp_path / "out")
    assert read == ["day3"]
    assert text == "3 days (2 as they were: their files have not changed), 3 recordings"
    assert told[0] == "1/3 day1: kept"
    assert [count_of(tmp_path / "out" / f"day{k}") for k in (1, 2, 3)] == [1.0, 2.0, 3.0]


def test_a_day_whose_files_changed_is_converted_again_and_told(archive: Archive, tmp_path: Path) -> None:
    converted(archive, tmp_path / "out")
    archive.write("day1", "7")
    os.utime(archive.folder / "day1", ns=(0, 5))
    _, told, read = converted(archive, tmp_path / "out")
    assert read == ["day1"]
    assert "its files have changed, converted again" in told[0]
    assert count_of(tmp_path / "out" / "day1") == 7.0


def test_a_recording_that_a_changed_day_no_longer_makes_is_told(archive: Archive, tmp_path: Path) -> None:
    converted(archive, tmp_path / "out")
    path = tmp_path / "out" / RECORD
    record = json.loads(path.read_text())
    record["days"]["day1"]["recordings"] = ["day1", "day2"]
    path.write_text(json.dumps(record))
    archive.write("day1", "17")
    assert "no longer made of its files, and left as it was: day2" in converted(archive, tmp_path / "out")[1][0]


def test_a_day_whose_recording_was_removed_is_converted_again(archive: Archive, tmp_path: Path) -> None:
    converted(archive, tmp_path / "out")
    (tmp_path / "out" / "day2" / "corridor.toml").unlink()
    assert converted(archive, tmp_path / "out")[2] == ["day2"]


def test_days_before_a_refused_one_are_kept(archive: Archive, tmp_path: Path) -> None:
    archive.write("day2", "x")
    with pytest.raises(
        UserError, match=r"day2, line 1: wanted a number, got 'x' \(1 of 2 days are converted, and kept\)"
    ):
        converted(archive, tmp_path / "out")
    archive.write("day2", "22")
    assert converted(archive, tmp_path / "out")[2] == ["day2"]


def test_an_interrupted_day_leaves_nothing_half_written(archive: Archive, tmp_path: Path) -> None:
    def stopped() -> FieldRecordings:
        frames = (LoopFrame(60.0 * k, np.ones((2, 1)), np.ones((2, 1)), np.ones((2, 1))) for k in (1, 2))

        def interrupted() -> tuple[LoopFrame, ...]:
            class Frames(tuple[LoopFrame, ...]):
                def __iter__(self):  # type: ignore[no-untyped-def]
                    yield next(frames)
                    raise KeyboardInterrupt

            return Frames()

        return FieldRecordings([("day2", Recording(CORRIDOR, interrupted(), None))], "")

    first, second = archive.days()
    with pytest.raises(KeyboardInterrupt):
        convert_days("made", [first, FieldDay("day2", second.files, stopped)], tmp_path / "out", lambda *told: None)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [RECORD, "day1"]
    assert converted(archive, tmp_path / "out")[2] == ["day2"]


def test_a_folder_converted_from_another_format_is_refused(archive: Archive, tmp_path: Path) -> None:
    converted(archive, tmp_path / "out")
    with pytest.raises(UserError, match="got one from 'made'"):
        convert_days("pems", archive.days(), tmp_path / "out", lambda *told: None)


def test_days_are_converted_again_where_speeds_are_assumed_otherwise(archive: Archive, tmp_path: Path) -> None:
    def read(assumed: SpeedAssumption | None) -> tuple[list[str], list[str]]:
        told: list[str] = []
        archive.read.clear()
        convert_days("made", archive.days(), tmp_path / "out", lambda done, total, text: told.append(text), assumed)
        return list(archive.read), told

    long, short = SpeedAssumption(length_m=9.0), SpeedAssumption(length_m=6.0)
    assert read(None)[0] == ["day1", "day2"]
    days, told = read(long)
    assert days == ["day1", "day2"]
    assert told[0].startswith("day1: its speeds are assumed otherwise, converted again: ")
    assert read(long)[0] == []
    assert read(short)[0] == ["day1", "day2"]
    assert read(None)[0] == ["day1", "day2"]
