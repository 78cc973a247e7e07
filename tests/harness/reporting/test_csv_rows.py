"""Rows of a CSV file."""

import math

from harness.reporting.csv_rows import csv_cell, csv_rows


def test_what_is_undefined_is_an_empty_field() -> None:
    assert [csv_cell(value) for value in (None, math.nan, math.inf, ())] == ["", "", "", ""]


def test_a_table_without_rows_keeps_its_header() -> None:
    assert csv_rows([], ("run", "lane")) == [["run", "lane"]]


def test_columns_are_those_of_the_first_row() -> None:
    assert csv_rows([{"run": "one", "lane": 2}, {"lane": 0.1234567}]) == [
        ["run", "lane"],
        ["one", "2"],
        ["", "0.123457"],
    ]
