"""Columns read by the block are those read row by row, with the same refusals; rows that are not plain change nothing."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.frame import Array
from simulator.recording import plain_tables
from simulator.recording.csv_columns import numbers, read_columns
from simulator.recording.number_columns import read_numbers

WANTED = ("time", "speed")
ROWS = [f"{k},{30 * k}.0,S{k % 7},{k % 90}.{k % 10}" for k in range(60)]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few rows, so that a small file has several."""
    monkeypatch.setattr(plain_tables.line_blocks, "__defaults__", (100,))


def file_of(folder: Path, *rows: str, header: str = ",time,station,speed", end: str = "\n") -> Path:
    path = folder / "table.csv"
    path.write_bytes("".join(f"{row}{end}" for row in (header, *rows)).encode("utf-8", "surrogateescape"))
    return path


def fast(path: Path) -> Array:
    return np.concatenate(list(read_numbers(path, WANTED, known=("time",))), axis=1)


def careful(path: Path) -> Array:
    table = read_columns(path, WANTED)
    time, speed = table.columns
    return np.array([numbers(time, table.lines, "time", path, known=True), numbers(speed, table.lines, "speed", path)])


SAME = {
    "plain": ROWS,
    "a number in quotes": [*ROWS[:30], '30,"900.0",S2,7', *ROWS[31:]],
    "a line break in quotes": [*ROWS[:30], '30,900.0,"S\n2",7', *ROWS[31:]],
    "blank lines": [*ROWS[:30], "", "", *ROWS[30:], "", ""],
    "empty fields": [*ROWS, "60,1800,S4,", "61,1830,S5,"],
    "numbers written otherwise": [*ROWS, "60,1.8e3,S4, 7", "61,1830,S5,65.80000000000001"],
    "a name that is not UTF-8": [*ROWS[:30], "30,900.0,S\udce9,7"],
    "no rows": [],
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", SAME)
def test_columns_are_those_read_row_by_row(name: str, end: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, *SAME[name], end=end)
    np.testing.assert_array_equal(fast(path), careful(path))


def test_a_last_line_without_end_is_read(tmp_path: Path) -> None:
    path = file_of(tmp_path, *ROWS)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert fast(path)[0, -1] == 1770


WRONG = {
    "a row cut off": [*ROWS, "60,1800"],
    "a field too many": [*ROWS[:40], "40,1200,S5,7,5", *ROWS[41:]],
    "a word": [*ROWS[:40], "40,1200,S5,fast", *ROWS[41:]],
    "an empty time": [*ROWS[:40], "40,,S5,7", *ROWS[41:]],
    "infinity": [*ROWS[:40], "40,1200,S5,inf", *ROWS[41:]],
    "bytes that are not UTF-8": [*ROWS[:40], "40,1200,S5,\udcb2", *ROWS[41:]],
    "a quotation mark never closed": [*ROWS[:40], '40,1200,"S5,7', *ROWS[41:]],
    "a line without end": ["0,0.0,S0," + "1" * 140_000],
}


@pytest.mark.parametrize("name", WRONG)
def test_refusals_are_those_of_reading_row_by_row(name: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, *WRONG[name])
    with pytest.raises(UserError) as expected:
        careful(path)
    with pytest.raises(UserError) as told:
        fast(path)
    assert str(told.value) == str(expected.value)
    assert "line" in str(told.value)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="missing speed"):
        fast(file_of(tmp_path, *ROWS, header=",time,station,pace"))


def test_a_packed_file_is_read_and_a_damaged_one_refused_with_its_line(tmp_path: Path) -> None:
    packed = gzip.compress(file_of(tmp_path, *ROWS).read_bytes())
    path = tmp_path / "table.csv.gz"
    path.write_bytes(packed)
    assert fast(path).shape == (2, 60)
    path.write_bytes(packed[:-9])
    with pytest.raises(UserError, match=r"after line \d+: the compressed data are damaged"):
        fast(path)
