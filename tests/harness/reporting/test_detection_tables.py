"""Tables of detection by persistence and by the levels of a factor."""

from harness.reporting.detection_tables import breakdown_table, breakdown_tables, persistence_table
from harness.reporting.report_document import DASH
from harness.scoring.breakdown import factors_of
from harness.scoring.detection_score import Score
from harness.scoring.score_runs import score_runs
from tests.harness.scored_runs import NOTHING, RUNS, SCORES


def cells(score: Score, *names: str) -> list[str]:
    rows = {row[0]: row[1] for row in persistence_table([score]).rows}
    return [str(rows[name]) for name in names]


def test_undefined_is_printed_as_a_dash() -> None:
    assert cells(NOTHING, "DR [%]", "FAR, decisions [%]", "TTD from onset, mean [s]") == [DASH] * 3
    assert cells(NOTHING, "Incidents with impact", "False alarms", "Decisions counted") == ["0"] * 3


def test_persistence_table_by_hand() -> None:
    # Two of three incidents detected at 180 s (TTD 80 s; the onset's interval ends at 120 s), one false alarm,
    # 3 x 158 decisions (see test_score).
    assert cells(
        SCORES[0],
        *("Incidents with impact", "Detected", "DR [%]", "False alarms", "Decisions counted", "Section-hours counted"),
        *("FAR, decisions [%]", "TTD from onset, mean [s]", "TTD in whole intervals, mean [s]"),
    ) == ["3", "2", "66.7", "1", "474", "4.0", "0.2110", "80.0", "60.0"]


def test_persistence_table_stands_beside_the_papers() -> None:
    table = persistence_table(SCORES)
    assert table.columns == ("Persistence", "0", "1", "2", "3")
    paper = [row[1:] for row in table.rows if str(row[0]).strip().startswith("Sheu 2004")]
    assert paper == [
        ("100", "100", "100", "100"),
        ("0", "0", "0", "0"),
        ("20.83", "57.92", "87.08", "110.12"),
        ("9", "47", "71", "90"),
    ]


def test_persistence_that_the_paper_has_not_is_a_dash_there() -> None:
    (row,) = [row for row in persistence_table([score_runs(RUNS, 7)]).rows if str(row[0]).strip() == "Sheu 2004, I-880"]
    assert row[1] == DASH


def test_breakdown_by_a_factor_of_incidents_leaves_false_alarms_undefined() -> None:
    (row,) = breakdown_table(SCORES[0], "position").rows
    assert row[:3] == ("early", "2 of 3", "66.7")
    assert row[7:] == (DASH,) * 4


def test_factors_that_do_not_vary_get_no_table() -> None:
    assert factors_of(SCORES[0]) == ("demand",)
    assert [table.caption for table in breakdown_tables(SCORES[0])] == ["By demand [veh/h/lane]"]
