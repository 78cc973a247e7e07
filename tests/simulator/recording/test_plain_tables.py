"""Blocks of plain rows as columns; whatever another reader could read otherwise is no table."""

import io
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.recording.bounded_text import LONGEST_ROW
from simulator.recording.plain_tables import Kind, line_blocks, plain_table, read_tables

pytest.importorskip("pyarrow", reason="the extra parquet")

KINDS = {0: Kind.NUMBER, 1: Kind.KNOWN, 2: Kind.TEXT}


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_are_those_of_float_to_the_bit(values: list[float]) -> None:
    table = plain_table("".join(f"{value!r},1\n" for value in values).encode(), ",", 2, {0: Kind.KNOWN})
    assert table is not None
    assert table.numbers(0).tobytes() == np.array(values).tobytes()


def test_an_empty_number_is_not_known_and_a_texts_values_are_numbered_as_they_come() -> None:
    table = plain_table(b"1.5,0,b,x\n,7,a,x\n2,8,b,x\n", ",", 4, KINDS, first_line=5)
    assert table is not None
    assert (len(table), table.first_line) == (3, 5)
    np.testing.assert_array_equal(table.numbers(0), [1.5, np.nan, 2.0])
    assert table.coded(0)[0] == [1.5, 2.0, None]
    assert table.coded(0)[1].tolist() == [0, 2, 1]
    values, places = table.coded(2)
    assert (values, places.tolist()) == (["b", "a"], [0, 1, 0])
    assert table.texts(1, {"known": 1, "text": 2}) == ["7.0", "a"]


def test_line_ends_of_windows_are_line_ends() -> None:
    table = plain_table(b"1,2,a\r\n3,4,b\r\n", ",", 3, KINDS)
    assert table is not None
    assert table.coded(2)[0] == ["a", "b"]


NOT_PLAIN = {
    "no end": b"1,2,a\n3,4,b",
    "an empty line": b"1,2,a\n\n3,4,b\n",
    "nothing but an empty line": b"\n",
    "another width": b"1,2,a\n3,4\n",
    "a quotation mark": b'1,2,"a"\n',
    "a carriage return alone": b"1,2,a\r3,4,b\n",
    "a carriage return and an empty line": b"1,2,a\r3,4,b\n\n",
    "beyond ASCII": "1,2,\u00e4\n".encode(),
    "a zero byte": b"1,2,\0\n",
    "an empty field of a known column": b"1,,a\n",
    "a word": b"one,2,a\n",
    "not a number": b"1,nan,a\n",
    "infinity": b"-inf,2,a\n",
    "beyond what doubles hold": b"1e999,2,a\n",
    "a row that is too long": b"1,2," + b"a" * LONGEST_ROW + b"\n",
}


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_not_plain_is_no_table(name: str) -> None:
    assert plain_table(NOT_PLAIN[name], ",", 3, KINDS) is None


def test_whole_numbers_have_no_decimals() -> None:
    assert plain_table(b"1;2\n", ";", 2, {0: Kind.WHOLE, 1: Kind.WHOLE}) is not None
    assert plain_table(b"1;2.0\n", ";", 2, {0: Kind.WHOLE, 1: Kind.WHOLE}) is None


def test_without_pyarrow_there_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert plain_table(b"1,2,a\n", ",", 3, KINDS) is None


def test_each_block_knows_its_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_blocks, "__defaults__", (8,))
    tables = list(read_tables(io.BytesIO(b"1,2\n" * 5 + b"\n\n"), ",", 2, {0: Kind.KNOWN}, 2))
    assert [(table.first_line, len(table)) for table in tables if table is not None] == [(2, 2), (4, 2), (6, 1)]
