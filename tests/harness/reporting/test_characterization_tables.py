"""Tables of what alarms estimated against what was true."""

from harness.reporting.characterization_tables import (
    characterization_by,
    characterization_table,
    characterization_tables,
)
from harness.reporting.report_document import DASH
from harness.scoring.breakdown import by_factor
from harness.scoring.score_runs import score_runs
from tests.harness.scored_runs import SCORES


def test_characterization_table_says_over_what() -> None:
    rows = {str(row[0]): row[1:] for row in characterization_table(SCORES[0]).rows}
    # Lane 1 named of lanes 0 and 1: never exact, precision 1, recall 1/2; 1250 m, not 1200; onset 110 s, not 100.
    assert rows["Blocked lanes named exactly [%]"] == ("0.0", "", "0 of 2 detected incidents")
    assert rows["Lane precision [%]"][0] == "100.0"
    assert rows["Lane recall [%]"][0] == "50.0"
    assert rows["Position [m]"] == ("50", "50", "2 of 2 detected incidents")
    assert rows["Onset [s]"] == ("10.0", "10.0", "2 of 2 detected incidents")
    assert rows["Clearance [s]"] == (DASH, DASH, "0 of 2 detected incidents")
    assert rows["Queue, blocked lanes [veh]"] == (DASH, DASH, "0 of 0 frames x lanes")


def test_characterization_by_demand_has_a_line_for_each() -> None:
    table = characterization_by(SCORES[0], "demand")
    told = [(row[0], row[1], row[2], row[3], row[4]) for row in table.rows if row[1] != "0 of 0"]
    # Every hit names lane 1 of 0 and 1, 50 m off, 10 s late: never exact, and all onsets within 30 s.
    assert told
    assert {row[1:] for row in told} <= {(f"0 of {n}", "50", "10 (10)", "100") for n in (1, 2)}
    assert [row[0] for row in table.rows] == [level for level, part in by_factor(SCORES[0], "demand") if part.incidents]


def test_a_detector_that_estimates_nothing_is_not_characterized() -> None:
    assert characterization_tables(score_runs([], 0)) == ()
