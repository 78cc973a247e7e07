"""Files that never end, or whose rows never do, are refused in bounded memory, with one message."""

import gzip
import os
import tracemalloc
from pathlib import Path

import pytest

from scenarios.errors import UserError
from simulator.recording.bounded_text import BLOCK, LONGEST_ROW
from simulator.recording.csv_columns import read_columns

HEADER, WANTED = b"a,b\n", ("a", "b")
MB = 1 << 20


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"x" * 8 * MB, 1),
        (HEADER + b"1,2\n" + b"x" * 8 * MB, 3),
        (HEADER + b"1,2\n" + b"," * 8 * MB, 3),
        (HEADER + b'1,"' + b'\n","' * 2 * MB, 2),
        (b"\0" * 8 * MB, 1),
    ],
    ids=["no line at all", "one endless field", "endless fields", "endless fields of two lines", "zero bytes"],
)
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_row_that_does_not_end_is_refused_in_bounded_memory(
    tmp_path: Path, content: bytes, line: int, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(content, 1) if name.endswith(".gz") else content)
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=rf"{name}, line {line}: wanted a row of at most 131,072 bytes, got more"):
            read_columns(path, WANTED)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60 * MB


def test_a_long_row_is_read_wherever_it_stands(tmp_path: Path) -> None:
    note = "n" * (LONGEST_ROW - 100)
    rows = [f"{k},{note}" for k in range(3 * BLOCK // LONGEST_ROW)]
    (tmp_path / "a.csv").write_text("\n".join(["a,b", *rows]), encoding="utf-8")
    read = read_columns(tmp_path / "a.csv", ("a",))
    assert read.columns[0] == tuple(str(k) for k in range(len(rows)))
    assert read.lines == tuple(range(2, len(rows) + 2))


def test_a_block_of_blank_lines_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(HEADER + b"\n" * (BLOCK + 10_000))
    with pytest.raises(UserError, match=r"a.csv, line \d+: wanted rows, got 2,097,152 bytes of blank lines or more"):
        read_columns(tmp_path / "a.csv", WANTED)


def test_more_rows_than_wanted_are_refused_by_the_first_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(HEADER + b"1,2\n" * 11)
    assert len(read_columns(tmp_path / "a.csv", WANTED, 11).lines) == 11
    with pytest.raises(UserError, match=r"a.csv, line 12: wanted at most 10 rows, got more \(is it another file\?\)"):
        read_columns(tmp_path / "a.csv", WANTED, 10)


def test_a_pipe_and_a_device_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    for name, got in (("pipe.csv", "a pipe"), ("zero.csv", "a device")):
        with pytest.raises(UserError, match=f"{name}: wanted a file, got {got}"):
            read_columns(tmp_path / name, WANTED)


def test_a_gzip_file_that_expands_too_far_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as packed:
        packed.write(HEADER)
        for _ in range(1100):
            packed.write(b"1," + b"2" * (MB // 16) + b"\n")
    with pytest.raises(UserError, match=r"a.csv.gz: expands to more than \d+ MB"):
        read_columns(path, WANTED)
