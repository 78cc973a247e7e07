"""Numbers as text."""

import math

from harness.reporting.number_text import minutes, number, percent, percent_with_interval, span, with_interval
from harness.reporting.report_document import DASH
from harness.scoring.intervals import Interval
from harness.scoring.rates import Proportion


def test_undefined_is_a_dash() -> None:
    undefined = Interval(math.nan, math.nan)
    assert (number(math.nan), percent(math.nan), span(undefined), minutes(math.inf)) == (DASH,) * 4
    assert with_interval(math.nan, undefined) == DASH


def test_a_number_stands_alone_where_its_interval_is_undefined() -> None:
    assert with_interval(68.0, Interval(math.nan, math.nan)) == "68.0"


def test_a_share_is_printed_in_percent_with_its_wilson_interval() -> None:
    assert percent_with_interval(Proportion(3, 3)) == "100.0 (43.9 to 100.0)"


def test_signs_are_printed_where_asked_for() -> None:
    assert with_interval(-130.0, Interval(-180.0, 60.0), 0, signed=True) == "-130 (-180 to +60)"
