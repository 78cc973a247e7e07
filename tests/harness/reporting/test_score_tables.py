import csv
import io
import json
import math

import numpy as np
import pytest

from harness.records.decisions import EstimateRow
from harness.reporting.characterization_tables import (
    characterization_by,
    characterization_table,
    characterization_tables,
)
from harness.reporting.report_document import DASH
from harness.reporting.score_files import Rows
from harness.reporting.score_tables import number, percent, span
from harness.reporting.summary_text import (
    alarm_rows,
    breakdown_table,
    breakdown_tables,
    incident_rows,
    persistence_table,
    plain_text,
    run_rows,
    score_document,
    summary_text,
)
from harness.scoring.breakdown import by_factor, factors_of
from harness.scoring.intervals import Interval
from harness.scoring.score import Score
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.corridor import Corridor, Station
from simulator.frame import Array
from simulator.truth import ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S: Array = 30.0 * np.arange(1, 61, dtype=np.float64)
NAN = math.nan


def scored_run(demand: float, hit: bool, false_alarm: bool = False, impact: bool = True) -> ScoredRun:
    """One incident in section 1 (100 to 700 s), detected at 180 s or not; a false alarm at 900 s or not."""
    incident = ObservedIncident(100.0, 700.0, 1200.0, (0, 1), 1, 120.0, impact, 5.0, 30.0)
    alarm = np.zeros((60, 3), dtype=np.bool_)
    alarm[5:23, 1] = hit
    alarm[29, 2] = false_alarm
    said = EstimateRow(180.0, 1, 1, True, 0.2, 3.0, NAN, 1.0, 2.0, -2.0, 110.0, NAN, 1250.0, "occupancy, up; lane 1")
    rows = [said] if hit else []
    return ScoredRun(
        f"demand {demand:g}", CORRIDOR, TIMES_S, alarm, Truth((incident,), (), (), (), 0, 0), rows, {"demand": demand}
    )


RUNS = [scored_run(1000, hit=True), scored_run(1400, hit=False, false_alarm=True), scored_run(1800, hit=True)]
SCORES = [score_runs(RUNS, persistence) for persistence in range(4)]
NOTHING = score_runs([], 0)


def dictionaries(rows: Rows) -> list[dict[str, str]]:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return list(csv.DictReader(io.StringIO(text.getvalue())))


def cells(score: Score, *names: str) -> list[str]:
    rows = {row[0]: row[1] for row in persistence_table([score]).rows}
    return [str(rows[name]) for name in names]


def test_undefined_is_printed_as_a_dash() -> None:
    assert (number(NAN), percent(NAN), span(Interval(NAN, NAN))) == (DASH, DASH, DASH)
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


def test_breakdown_splits_incidents_and_false_alarms_by_a_factor_of_runs() -> None:
    parts = by_factor(SCORES[0], "demand")
    assert [(level, part.detected, part.incidents, part.false_alarms) for level, part in parts] == [
        ("1000", 1, 1, 0),
        ("1400", 0, 1, 1),
        ("1800", 1, 1, 0),
    ]
    assert sum(part.decisions for _, part in parts) == SCORES[0].decisions


def test_breakdown_by_a_factor_of_incidents_leaves_false_alarms_undefined() -> None:
    (row,) = breakdown_table(SCORES[0], "position").rows
    assert row[:3] == ("early", "2 of 3", "66.7")
    assert row[7:] == (DASH,) * 4


def test_breakdown_puts_what_has_no_label_last() -> None:
    unlabelled = ScoredRun(
        "bare", CORRIDOR, TIMES_S, np.zeros((60, 3), dtype=np.bool_), Truth((), (), (), (), 0, 0), None
    )
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


def test_factors_that_do_not_vary_get_no_table() -> None:
    assert factors_of(SCORES[0]) == ("demand",)
    assert [table.caption for table in breakdown_tables(SCORES[0])] == ["By demand [veh/h/lane]"]


def test_unknown_factor_has_no_levels() -> None:
    assert by_factor(SCORES[0], "weather") == ()


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


def test_plain_text_aligns_columns() -> None:
    lines = plain_text(breakdown_table(SCORES[0], "demand")).splitlines()
    assert len({len(line) for line in lines[1:7]}) == 1
    assert lines[2].startswith("Level  Detected")


def test_summary_holds_headline_tables_and_reading() -> None:
    text = summary_text("sheu2004", SCORES, "a trial", notices=["One run failed."])
    assert text.startswith("sheu2004 on a trial\n===================\n\nOne run failed.\n")
    assert "detected 2 of 3 incidents (DR 66.7 %, 20.8 to 93.9)" in text
    for caption in ("Detection by persistence", "Characterization", "By demand", "until 60 s after its clearance"):
        assert caption in text
    assert max(len(line) for line in text.splitlines()) <= 120


def test_summary_says_what_was_left_out() -> None:
    unknown = ScoredRun("unknown", CORRIDOR, TIMES_S, np.zeros((60, 3), dtype=np.bool_), None)
    text = summary_text("coin", [score_runs([scored_run(900, hit=True, impact=False), unknown], 0)])
    assert "Left out of DR: 1 incidents without impact" in text
    assert "Not scored: 1 runs" in text
    assert f"detected 0 of 0 incidents (DR {DASH} %, {DASH})" in text


def test_score_document_is_json_with_null_where_undefined() -> None:
    document = json.loads(json.dumps(score_document("silent", [NOTHING]), allow_nan=False))
    assert {key: document[key] for key in ("detector", "incidents", "detected", "false_alarms", "decisions")} == {
        "detector": "silent",
        "incidents": 0,
        "detected": 0,
        "false_alarms": 0,
        "decisions": 0,
    }
    assert document["section_hours"] == 0
    for key in ("dr", "far", "ttd_mean_s", "ttd_median_s", "false_alarms_per_corridor_day", "lane_accuracy"):
        assert document[key] is None
    assert document["dr_interval"] == [None, None]


def test_score_document_holds_every_persistence_and_breakdown() -> None:
    document = json.loads(json.dumps(score_document("sheu2004", SCORES, {"battery": "a trial"}), allow_nan=False))
    assert [part["persistence"] for part in document["by_persistence"]] == [0, 1, 2, 3]
    assert [part["ttd_mean_s"] for part in document["by_persistence"]] == [80, 110, 140, 170]
    assert [part["level"] for part in document["breakdown"]["demand"]] == ["1000", "1400", "1800"]
    assert document["battery"] == "a trial"
    assert document["ttd_s"] == [80, 80]


def test_equal_scores_give_equal_documents() -> None:
    again = [score_runs(RUNS, persistence) for persistence in range(4)]
    assert json.dumps(score_document("x", SCORES)) == json.dumps(score_document("x", again))


def test_incident_rows_leave_empty_what_is_not_known() -> None:
    hit, missed, _ = dictionaries(incident_rows(SCORES[0]))
    assert (hit["run"], hit["lanes"], hit["detected"], hit["ttd_s"], hit["estimated_lanes"]) == (
        "demand 1000",
        "0;1",
        "1",
        "80",
        "1",
    )
    assert (hit["symptom"], hit["demand"], hit["position"]) == ("occupancy, up; lane 1", "1000", "early")
    assert (missed["detected"], missed["located"], missed["alarm_s"], missed["ttd_s"]) == ("0", "", "", "")
    assert (missed["lanes_exact"], missed["clearance_error_s"]) == ("", "")


def test_alarm_rows_name_the_stations_and_the_kind() -> None:
    first, second, _ = dictionaries(alarm_rows(SCORES[0]))
    assert (first["kind"], first["raised_s"], first["ended_s"], first["incident"]) == ("detection", "180", "690", "0")
    assert (second["kind"], second["upstream"], second["downstream"], second["incident"]) == ("false", "s2", "s3", "")


def test_run_rows_add_up_to_the_score() -> None:
    rows = dictionaries(run_rows(SCORES[0]))
    assert sum(int(row["decisions"]) for row in rows) == SCORES[0].decisions
    assert sum(int(row["false_alarms"]) for row in rows) == SCORES[0].false_alarms
    assert [row["demand"] for row in rows] == ["1000", "1400", "1800"]


@pytest.mark.parametrize("rows", [incident_rows(NOTHING), alarm_rows(NOTHING), run_rows(NOTHING)])
def test_files_without_rows_still_have_a_header(rows: Rows) -> None:
    assert len(rows) == 1
    assert rows[0][0] == "run"


@pytest.mark.parametrize("build", [lambda: score_document("x", []), lambda: summary_text("x", [])])
def test_no_score_is_refused(build: object) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match="at least one score, got none"):
        build()
