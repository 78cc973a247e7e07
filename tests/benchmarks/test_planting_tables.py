"""Verdicts on planted incidents, by hand."""

from benchmarks.planting_pairs import Outcome
from benchmarks.planting_tables import pairs_row

NAN = float("nan")


def pairs(delays: list[tuple[float, float]]) -> list[tuple[Outcome, Outcome]]:
    return [tuple(Outcome(t == t, t, 0) for t in pair) for pair in delays]  # type: ignore[misc]  # two of each


def test_equal_delays_are_credible() -> None:
    row = pairs_row("all", "x", pairs([(60.0, 60.0), (90.0, 120.0), (120.0, 90.0)] * 5), 30.0)
    assert row[2] == "15"
    assert row[5] == "0, 0"
    assert row[9] == "+0"
    assert row[10] == "20"
    assert row[11] == "100 %"
    assert row[-1] == "credible"


def test_delays_that_differ_by_two_frames_are_not() -> None:
    row = pairs_row("all", "x", pairs([(60.0, 120.0), (90.0, 150.0)] * 5), 30.0)
    assert row[8] == "+60 (+60 to +60)"
    assert row[11] == "0 %"
    assert row[-1] == "not shown"


def test_incidents_that_only_one_finds_count_against_it() -> None:
    row = pairs_row("all", "x", pairs([(60.0, 60.0)] * 20 + [(60.0, NAN)] * 8), 30.0)
    assert row[5] == "8, 0"
    assert row[-1] == "not shown"
