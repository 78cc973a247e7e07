"""Rows of flat dataclasses go through a CSV file unchanged."""

import math
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.recording.row_file import read_rows, write_rows


@dataclass(frozen=True, slots=True)
class Row:
    """One of each."""

    value: float
    number: int
    flag: bool
    text: str


ROWS = st.builds(
    Row,
    st.floats(allow_nan=False),
    st.integers(-(2**53), 2**53),
    st.booleans(),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")),
)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(ROWS, max_size=5))
def test_any_rows_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows.csv.gz"
    write_rows(path, Row, rows)
    assert read_rows(path, Row) == tuple(rows)


def test_nan_is_an_empty_field(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.csv", Row, [Row(math.nan, 1, True, "a;b")])
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == "value,number,flag,text\n,1,1,a;b\n"
    assert math.isnan(read_rows(tmp_path / "rows.csv", Row)[0].value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,1.5,1,a", r"line 2: number is a whole number, got '1.5'"),
        ("1,,1,a", r"line 2: number needs a finite number, got an empty field"),
        ("1,1,2,a", r"line 2: flag is 0 or 1, got '2'"),
        ("x,1,1,a", r"line 2: value needs a finite number, got 'x'"),
        ("1,1,1", r"line 2: wanted 4 fields, got 3"),
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "rows.csv").write_text(f"value,number,flag,text\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"rows.csv, {message}"):
        read_rows(tmp_path / "rows.csv", Row)
