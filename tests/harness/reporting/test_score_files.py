"""score.json and the rows of incidents.csv, alarms.csv and runs.csv."""

import csv
import io
import json

import pytest

from harness.reporting.score_files import Rows, alarm_rows, incident_rows, run_rows, score_document
from harness.scoring.score_runs import score_runs
from tests.harness.scored_runs import NOTHING, RUNS, SCORES


def dictionaries(rows: Rows) -> list[dict[str, str]]:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return list(csv.DictReader(io.StringIO(text.getvalue())))


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


def test_no_score_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one score, got none"):
        score_document("x", [])
