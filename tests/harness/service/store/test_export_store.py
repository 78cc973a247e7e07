"""A store as files."""

import csv
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from harness.service.incidents.incident_event import Event, EventKind
from harness.service.store.export_store import Exported, Span, export_store
from harness.service.store.export_table import TableFormat
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor, Station
from simulator.recording.recording_folder import read_recording
from tests.harness.service.store.made_events import by_person, changed, frame, opened

NORTH = Corridor("north/../=1", 30.0, (Station("a", 0.0, 2), Station("=b()", 500.5, 2), Station("c", 1000.0, 2)))


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    store.keep_corridor(NORTH)
    store.commit_frame(NORTH.name, frame(30.0), [opened("i", 30.0, evidence="=cmd()")])
    store.commit_frame(NORTH.name, frame(60.0), [changed("i", 60.0, queue_veh=1 / 3)])
    store.commit_frame(NORTH.name, frame(90.0), [Event("n", NORTH.name, 90.0, EventKind.SOURCE_SILENT)])
    store.append([by_person("i", EventKind.NOTE, "note", note='=HYPERLINK("http://x")\nsecond line')])
    return store


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_events_are_written_in_order_with_cells_that_are_no_formulas(filled: SqlStore, tmp_path: Path) -> None:
    assert export_store(filled, tmp_path, TableFormat.CSV, Span()) == Exported(4, 1, 3, ())
    written = rows(tmp_path / "events.csv")
    assert [row["number"] for row in written] == ["1", "2", "3", "4"]
    assert (written[3]["note"], written[3]["actor"]) == ('\'=HYPERLINK("http://x")\nsecond line', "ann")
    assert json.loads(written[1]["data"]) == {"queue_veh": 1 / 3}
    assert (written[0]["time_s"], written[0]["wall_s"]) == ("30", "1000")


def test_incidents_are_written_as_their_events_have_made_them(filled: SqlStore, tmp_path: Path) -> None:
    export_store(filled, tmp_path, TableFormat.CSV, Span())
    (row,) = rows(tmp_path / "incidents.csv")
    assert (row["id"], row["state"], row["version"], row["lanes"], row["exercise"]) == ("i", "active", "3", "0;1", "0")
    assert (row["queue_veh"], row["tail_m"], row["closed_s"], row["evidence"]) == (repr(1 / 3), "", "", "'=cmd()")


@pytest.mark.parametrize("format", TableFormat)
def test_frames_are_recordings_that_read_back_to_the_bit(filled: SqlStore, tmp_path: Path, format: TableFormat) -> None:
    export_store(filled, tmp_path, format, Span())
    (folder,) = (tmp_path / "frames").iterdir()
    assert folder.name == "01-north-1"
    recording = read_recording(folder)
    assert recording.corridor == NORTH
    for made, back in zip((frame(30.0), frame(60.0), frame(90.0)), recording.frames, strict=True):
        assert (back.time_s, back.speed.tobytes()) == (made.time_s, made.speed.tobytes())


def test_parquet_holds_the_same_with_types(filled: SqlStore, tmp_path: Path) -> None:
    export_store(filled, tmp_path, TableFormat.PARQUET, Span())
    events = pyarrow.parquet.read_table(tmp_path / "events.parquet").to_pylist()
    assert [(each["number"], each["time_s"], each["kind"]) for each in events][:2] == [
        (1, 30.0, "opened"),
        (2, 60.0, "changed"),
    ]
    (incident,) = pyarrow.parquet.read_table(tmp_path / "incidents.parquet").to_pylist()
    assert (incident["queue_veh"], incident["tail_m"], incident["exercise"]) == (1 / 3, None, False)


def test_a_span_holds_both_of_its_ends(filled: SqlStore, tmp_path: Path) -> None:
    done = export_store(filled, tmp_path, TableFormat.CSV, Span(60.0, 60.0))
    assert (done.events, done.incidents, done.frames) == (2, 1, 1)
    assert [row["time_s"] for row in rows(tmp_path / "events.csv")] == ["60", "60"]


def test_what_ended_before_the_span_is_not_in_it(filled: SqlStore, tmp_path: Path) -> None:
    done = export_store(filled, tmp_path, TableFormat.CSV, Span(since_s=1000.0))
    assert (done.events, done.incidents, done.frames) == (0, 0, 0)


def test_an_export_takes_the_place_of_an_earlier_one(filled: SqlStore, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    export_store(filled, tmp_path, TableFormat.PARQUET, Span())
    export_store(filled, tmp_path, TableFormat.CSV, Span())
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    frames = {f"frames/01-north-1/{name}" for name in ("corridor.toml", "loops.csv.gz")}
    assert left == {".lock", "mine.txt", "events.csv", "incidents.csv", *frames}


def test_frames_of_other_stations_than_now_are_left_out_and_told(filled: SqlStore, tmp_path: Path) -> None:
    filled.commit_frame(NORTH.name, frame(120.0, stations=5), [])
    filled.commit_frame("south", frame(30.0), [])
    done = export_store(filled, tmp_path, TableFormat.CSV, Span())
    assert done.frames == 3
    assert done.left_out == (
        "1 frames of north/../=1: they are of other stations than it has now",
        "frames of south: its stations are not stored",
    )
