"""Compressed and parquet files of a recording that are refused, by name and reason."""

import gzip
import sys
from pathlib import Path

import pytest

from simulator.recording.loop_table import write_loops
from simulator.recording.recording_folder import read_recording
from tests.simulator.recording.short_recording import CORRIDOR


def compress(folder: Path) -> bytes:
    packed = gzip.compress((folder / "loops.csv").read_bytes(), mtime=0)
    (folder / "loops.csv").unlink()
    return packed


def test_plain_and_compressed_loops_together_are_refused(folder: Path) -> None:
    write_loops(folder / "loops.csv.gz", CORRIDOR, [])
    with pytest.raises(ValueError, match=r"holds loops.csv and loops.csv.gz; a recording needs one of them"):
        read_recording(folder)


def test_a_cut_off_compressed_file_is_refused(folder: Path) -> None:
    packed = compress(folder)
    (folder / "loops.csv.gz").write_bytes(packed[:-20])
    with pytest.raises(ValueError, match=r"loops.csv.gz, after line \d+: the compressed data are damaged"):
        read_recording(folder)


def test_a_plain_file_that_calls_itself_compressed_is_refused(folder: Path) -> None:
    (folder / "loops.csv").rename(folder / "loops.csv.gz")
    with pytest.raises(ValueError, match=r"loops.csv.gz, after line 0: .*\(is it gzip at all\?\)"):
        read_recording(folder)


def test_damage_in_the_middle_of_a_compressed_file_is_refused(folder: Path) -> None:
    packed = bytearray(compress(folder))
    packed[len(packed) // 2] ^= 0xFF
    (folder / "loops.csv.gz").write_bytes(packed)
    with pytest.raises(ValueError, match=r"loops.csv.gz"):
        read_recording(folder)


def test_parquet_without_pyarrow_names_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "loops.csv").rename(folder / "loops.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ValueError, match=r"loops.parquet: parquet files need pyarrow .*laneblock\[parquet\]"):
        read_recording(folder)


def test_a_parquet_file_that_is_none_is_refused(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    (folder / "loops.csv").rename(folder / "loops.parquet")
    with pytest.raises(ValueError, match=r"loops.parquet: .*\(is it a whole parquet file"):
        read_recording(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"occupancy": [0.1, 14.0]}, r"row 2: occupancy is a share, 0 to 1, got 14 \(is it a percentage\?\)"),
        ({"station": ["north", None]}, r"row 2: unknown station ''"),
        ({"station": ["north", "soth"]}, r"row 2: unknown station 'soth' \(is it 'south'\?\)"),
        ({"lane": [0, None]}, r"row 2: lane needs a finite number, got nan"),
        ({"count": [1.0, float("inf")]}, r"row 2: count needs a finite number, got inf"),
        ({"count": ["one", "two"]}, r"is it a whole parquet file with numbers\?"),
        ({"count": None}, r"wanted the columns .*; missing count"),
    ],
)
def test_wrong_parquet_rows_are_refused(folder: Path, change: dict[str, list[object] | None], message: str) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns: dict[str, list[object] | None] = {
        "time_s": [30.0, 60.0],
        "station": ["north", "north"],
        "lane": [0, 0],
        "count": [1.0, 2.0],
        "occupancy": [0.1, 0.1],
        "speed_mps": [20.0, 20.0],
    }
    kept = {name: column for name, column in (columns | change).items() if column is not None}
    parquet.write_table(pyarrow.table(kept), folder / "loops.parquet")
    (folder / "loops.csv").unlink()
    with pytest.raises(ValueError, match=f"loops.parquet.*{message}"):
        read_recording(folder)


def test_parquet_columns_that_hold_other_data_are_refused_unread(folder: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"time_s": [30.0], "station": ["x" * 3_000_000], "lane": [0], "count": [1.0], "occupancy": [0.1]}
    parquet.write_table(pyarrow.table({**columns, "speed_mps": [20.0]}), folder / "loops.parquet")
    (folder / "loops.csv").unlink()
    with pytest.raises(ValueError, match=r"loops.parquet: 1 rows take 3 MB \(are there other data in a column\?\)"):
        read_recording(folder)
