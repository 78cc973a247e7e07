import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.service.sources.folder_source import KEEP_S, FolderSource
from harness.service.sources.reading import ReadingBatch
from scenarios.errors import MissingFileError
from simulator.recording.corridor_file import write_corridor
from simulator.recording.loop_table import write_loops
from tests.harness.service.sources.played_recordings import CORRIDOR, bits, frames_of, made_recording

HEADER = "time_s,station,lane,count,occupancy,speed_mps\n"


def row(time_s: float, station: str = "S1", lane: int = 0) -> str:
    return f"{time_s:g},{station},{lane},3,0.1,20\n"


@contextmanager
def watched(
    folder: Path, after_s: float | None = None, **options: float
) -> Iterator[tuple[list[ReadingBatch], list[str]]]:
    """Watch a folder in a thread; what it gives and tells comes into two lists."""
    if not (folder / "corridor.toml").exists():
        write_corridor(folder, CORRIDOR)
    told: list[str] = []
    quick = {"look_every_s": 0.01, "settle_s": 0.05, "patience_s": 0.3, **options}
    source = FolderSource(folder, tell=told.append, **quick)  # type: ignore[arg-type]
    given: list[ReadingBatch] = []
    thread = threading.Thread(target=lambda: given.extend(source.batches(after_s)))
    # A batch is seen as soon as it is yielded: extend() appends one by one.
    thread.start()
    try:
        yield given, told
    finally:
        source.stop()
        thread.join(1.0)
        assert not thread.is_alive()


def wait_for(what: object, condition: object) -> None:
    until_s = time.monotonic() + 10
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until_s, what
        time.sleep(0.005)


def stamps(given: list[ReadingBatch]) -> list[float]:
    return [batch.readings[0].time_s for batch in given]


def test_files_that_appear_become_frames(tmp_path: Path) -> None:
    recording = made_recording(tmp_path / "made", frames=6)
    folder = tmp_path / "watched"
    folder.mkdir()
    with watched(folder) as (given, _):
        write_loops(folder / "1.csv", CORRIDOR, recording.frames[:2])
        wait_for(given, lambda: len(given) == 2)
        write_loops(folder / "2.csv.gz", CORRIDOR, recording.frames[2:])
        wait_for(given, lambda: len(given) == 6)
    assert bits(frames_of(given)) == bits(recording.frames)


def test_files_of_several_stations_are_given_in_order_of_time(tmp_path: Path) -> None:
    (tmp_path / "S1.csv").write_text(HEADER + row(30) + row(60) + row(90))
    (tmp_path / "S2.csv").write_text(HEADER + row(30, "S2") + row(60, "S2") + row(90, "S2"))
    with watched(tmp_path) as (given, _):
        wait_for(given, lambda: len(given) == 3)
    assert stamps(given) == [30.0, 60.0, 90.0]
    assert [len(batch.readings) for batch in given] == [2, 2, 2]  # a loop without a row is not in it


def test_e1_output_is_read(tmp_path: Path) -> None:
    interval = '<interval begin="0" end="30" id="S2_0" nVehContrib="3" occupancy="8.5" speed="20"/>'
    (tmp_path / "e1.xml").write_text(f"<detector>{interval}</detector>")
    with watched(tmp_path) as (given, _):
        wait_for(given, lambda: len(given) == 1)
    assert given[0].readings[0].occupancy == 0.085


def test_a_file_in_the_middle_of_being_written_is_waited_for(tmp_path: Path) -> None:
    with watched(tmp_path, patience_s=10.0) as (given, told), (tmp_path / "a.csv").open("w") as file:
        file.write(HEADER + row(30) + "60,S1,0,3,0.1,2")
        file.flush()
        time.sleep(0.3)  # the writer pauses for longer than files settle
        file.write("7.5\n")
        file.flush()
        wait_for(given, lambda: len(given) == 2)
    assert given[1].readings[0].speed_mps == 27.5
    assert told == []


def test_a_file_that_grows_is_read_again(tmp_path: Path) -> None:
    with watched(tmp_path) as (given, _), (tmp_path / "a.csv").open("w") as file:
        file.write(HEADER + row(30))
        file.flush()
        wait_for(given, lambda: len(given) == 1)
        file.write(row(60))
        file.flush()
        wait_for(given, lambda: len(given) == 3)
    assert stamps(given) == [30.0, 30.0, 60.0]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", (HEADER + row(30, "S7")).encode(), "line 2: unknown station 'S7'"),
        ("a.csv", (HEADER + row(30) + row(20)).encode(), "line 3: times must not go back"),
        ("a.csv", b"\xff\xfe\0", "a.csv"),
        ("a.csv", b"", "a.csv"),
        ("a.csv.gz", gzip.compress((HEADER + row(30)).encode(), mtime=0)[:-9], "gzip"),
        ("a.xml", b"<detector><interval", "this is no valid XML"),
    ],
)
def test_a_damaged_file_is_moved_aside_and_told(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with watched(tmp_path) as (given, told):
        wait_for(told, lambda: told)
        (tmp_path / "good.csv").write_text(HEADER + row(30))
        wait_for(given, lambda: given)
    assert (tmp_path / "damaged" / name).read_bytes() == content
    assert len(told) == 1
    assert why in told[0]
    assert told[0].endswith("moved to damaged/")


def test_files_with_old_readings_go_and_the_others_stay(tmp_path: Path) -> None:
    for k, time_s in enumerate((30.0, 3000.0, 60.0 + KEEP_S)):
        (tmp_path / f"{k}.csv").write_text(HEADER + row(time_s))
    with watched(tmp_path) as (given, _):
        wait_for(given, lambda: (tmp_path / "taken" / "0.csv").exists())
    assert (tmp_path / "1.csv").exists()
    with watched(tmp_path, after_s=3000.0) as (again, _):
        wait_for(again, lambda: again)
    assert stamps(given) == [30.0, 3000.0, 3660.0]
    assert stamps(again) == [3660.0]


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such folder"):
        FolderSource(tmp_path / "no")
    with pytest.raises(MissingFileError, match=r"corridor.toml"):
        FolderSource(tmp_path)
    assert FolderSource(tmp_path, CORRIDOR).corridors == ()
