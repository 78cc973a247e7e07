"""Recordings spoilt at random are read, or refused with one message that names the file."""

import gzip
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.loop_table import write_loops
from simulator.recording.recording_folder import read_recording
from tests.simulator.recording.short_recording import CORRIDOR, HEADER, ROWS, TOML


def read_or_refused(folder: Path, name: str) -> None:
    frames: Sequence[LoopFrame] = ()
    message = ""
    try:
        frames = read_recording(folder).frames
    except ValueError as error:
        message = str(error)
    assert bool(frames) != bool(message)
    if message:
        assert {name, "corridor.toml"} & set(re.findall(r"[\w.]+", message))
    assert "\n" not in message
    assert len(message) < 600
    assert all(np.nan_to_num(frame.occupancy).max() <= 1 for frame in frames)


VALID = ("\n".join([HEADER, *ROWS]) + "\n").encode()


SPLICES = st.tuples(
    st.integers(0, len(VALID)),
    st.integers(0, 12),
    st.one_of(
        st.binary(max_size=6),
        st.sampled_from(
            [b"nan", b"-1", b"14", b"1e999", b"\n", b"\r", b",", b'"', b"\x00", b";", b"\xff\xfe", "٣".encode(), b"1_0"]
        ),
    ),
)


@settings(max_examples=300, deadline=None)
@given(splices=st.lists(SPLICES, min_size=1, max_size=3))
def test_a_corrupted_loops_file_is_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, splices: list[tuple[int, int, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("corrupted")
    write_corridor(folder, CORRIDOR)
    content = VALID
    for start, length, inserted in splices:
        content = content[:start] + inserted + content[start + length :]
    (folder / "loops.csv").write_bytes(content)
    read_or_refused(folder, "loops.csv")


FIELDS = st.one_of(
    st.text(max_size=6),
    st.floats().map(repr),
    st.integers(-3, 200).map(str),
    st.sampled_from(["", "north", "south", "30", "60", " 60 ", "6O", "0x1", "1e400"]),
)


@settings(max_examples=300, deadline=None)
@given(row=st.integers(0, len(ROWS) - 1), column=st.integers(0, 5), field=FIELDS)
def test_a_corrupted_field_is_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, row: int, column: int, field: str
) -> None:
    folder = tmp_path_factory.mktemp("corrupted")
    write_corridor(folder, CORRIDOR)
    rows = [line.split(",") for line in ROWS]
    rows[row][column] = field
    content = "\n".join([HEADER, *(",".join(line) for line in rows)])
    (folder / "loops.csv").write_bytes(content.encode("utf-8", errors="surrogatepass"))
    read_or_refused(folder, "loops.csv")


@settings(max_examples=200, deadline=None)
@given(splices=st.lists(SPLICES, min_size=1, max_size=3))
def test_a_corrupted_corridor_or_compressed_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, splices: list[tuple[int, int, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("corrupted")
    toml, packed = TOML.encode(), gzip.compress(VALID, mtime=0)
    for start, length, inserted in splices:
        at = start % len(toml)
        toml = toml[:at] + inserted + toml[at + length :]
        at = start % len(packed)
        packed = packed[:at] + inserted + packed[at + length :]
    (folder / "corridor.toml").write_bytes(toml)
    (folder / "loops.csv.gz").write_bytes(packed)
    read_or_refused(folder, "loops.csv.gz")
    write_corridor(folder, CORRIDOR)
    read_or_refused(folder, "loops.csv.gz")


def test_damaged_parquet_files_are_read_or_refused_by_name(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    frames = read_recording(folder).frames
    (folder / "loops.csv").unlink()
    write_loops(folder / "loops.parquet", CORRIDOR, frames)
    whole = (folder / "loops.parquet").read_bytes()
    rng = np.random.default_rng(1)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[rng.integers(len(whole))] = rng.integers(256)
        (folder / "loops.parquet").write_bytes(damaged)
        read_or_refused(folder, "loops.parquet")
