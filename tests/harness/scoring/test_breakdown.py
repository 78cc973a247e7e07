"""A score by the levels of a factor."""

from harness.reporting.report_document import DASH
from harness.scoring.breakdown import by_factor, factors_of
from harness.scoring.score_runs import ScoredRun, score_runs
from simulator.truth import Truth
from tests.harness.scored_runs import CORRIDOR, QUIET, RUNS, SCORES, TIMES_S, scored_run


def test_breakdown_splits_incidents_and_false_alarms_by_a_factor_of_runs() -> None:
    parts = by_factor(SCORES[0], "demand")
    assert [(level, part.detected, part.incidents, part.false_alarms) for level, part in parts] == [
        ("1000", 1, 1, 0),
        ("1400", 0, 1, 1),
        ("1800", 1, 1, 0),
    ]
    assert sum(part.decisions for _, part in parts) == SCORES[0].decisions


def test_breakdown_puts_what_has_no_label_last() -> None:
    unlabelled = ScoredRun("bare", CORRIDOR, TIMES_S, QUIET, Truth((), (), (), (), 0, 0), None)
    parts = by_factor(score_runs([unlabelled, *RUNS], 0), "demand")
    assert [level for level, _ in parts] == ["1000", "1400", "1800", DASH]
    assert parts[-1][1].decisions == 180


def test_breakdown_keeps_the_order_a_reader_expects() -> None:
    runs = []
    for level in ("none", "late", "early", "middle"):
        one = scored_run(900, hit=True)
        runs.append(ScoredRun(level, CORRIDOR, TIMES_S, one.alarm, one.truth, None, {"where": level}))
    assert [level for level, _ in by_factor(score_runs(runs, 0), "where")] == ["early", "middle", "late", "none"]


def test_demands_that_never_repeat_are_told_apart_by_class() -> None:
    found = score_runs([scored_run(300 + 101 * k, hit=True) for k in range(13)], 0)
    parts = by_factor(found, "demand")
    # 300, then 401 ... 704, 805 ... 1108, 1209 ... 1512.
    assert [(level, part.incidents) for level, part in parts] == [
        ("under 400", 1),
        ("400 to 799", 4),
        ("800 to 1199", 4),
        ("1200 to 1599", 4),
    ]
    assert "demand" in factors_of(found)


def test_unknown_factor_has_no_levels() -> None:
    assert by_factor(SCORES[0], "weather") == ()
