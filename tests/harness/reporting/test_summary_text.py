"""The summary of a score on one page."""

import pytest

from harness.reporting.report_document import DASH
from harness.reporting.summary_text import summary_text
from harness.scoring.score_runs import ScoredRun, score_runs
from tests.harness.scored_runs import CORRIDOR, QUIET, SCORES, TIMES_S, scored_run


def test_summary_holds_headline_tables_and_reading() -> None:
    text = summary_text("sheu2004", SCORES, "a trial", notices=["One run failed."])
    assert text.startswith("sheu2004 on a trial\n===================\n\nOne run failed.\n")
    assert "detected 2 of 3 incidents (DR 66.7 %, 20.8 to 93.9)" in text
    for caption in ("Detection by persistence", "Characterization", "By demand", "until 60 s after its clearance"):
        assert caption in text
    assert max(len(line) for line in text.splitlines()) <= 120


def test_summary_says_what_was_left_out() -> None:
    unknown = ScoredRun("unknown", CORRIDOR, TIMES_S, QUIET, None)
    text = summary_text("coin", [score_runs([scored_run(900, hit=True, impact=False), unknown], 0)])
    assert "Left out of DR: 1 incidents without impact" in text
    assert "Not scored: 1 runs" in text
    assert f"detected 0 of 0 incidents (DR {DASH} %, {DASH})" in text


def test_no_false_alarm_in_little_time_is_not_a_rate_of_0() -> None:
    score = score_runs([scored_run(900, hit=True)], 0)
    assert score.false_alarms == 0
    most = f"{score.false_alarms_per_corridor_day.interval.high:.1f}"
    text = " ".join(summary_text("coin", [score]).split())
    assert (
        f"0 false alarms in 0 false groups in {score.section_hours:.1f} section-hours (at most {most} per corridor-day"
        in text
    )


def test_no_score_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one score, got none"):
        summary_text("x", [])
