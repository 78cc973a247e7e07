"""Cells of CSV files: no text is a formula, numbers stay numbers, and every text comes back."""

import pytest

from scenarios.spreadsheet_cells import plain_cell, safe_cell

FORMULAS = ["=cmd|' /C calc'!A0", "+1+2", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-", "-9.6 m", "-123_0"]
NUMBERS = ["-9.6", "+3", "-1e-05", "-.5", "-12."]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", [*NUMBERS, "", "S0", "a=b", "nan", " =1", "'S0'"])
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, *NUMBERS, "S0", "'=1", "''=1", "'", "'S0", ""])
def test_every_text_comes_back(text: str) -> None:
    assert plain_cell(safe_cell(text)) == text
