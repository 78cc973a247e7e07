"""Figures on the traffic of runs, in JSON, in rows and in tables."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.reporting.evaluate_results import evaluate
from harness.reporting.traffic_tables import traffic_document, traffic_sentence, traffic_tables
from harness.running.run_battery import Settings
from simulator.recording.traffic_file import TRAFFIC_FILE, write_traffic
from simulator.traffic_account import SumoMessages, TrafficAccount
from tests.harness.pretended_shards import battery, play

ACCOUNT = TrafficAccount(
    300, 151, 106, 45, 0, (SumoMessages("warning", "ignoring '%' & <more>", 149, "ignoring 'd0' & <more>"),)
)
OPEN = replace(ACCOUNT, planned=None, messages=())


def test_the_document_has_sums_messages_and_every_run() -> None:
    document = traffic_document({"a": ACCOUNT, "b": ACCOUNT})
    assert {key: document[key] for key in ("planned", "departed", "lost", "warnings", "runs_not_recorded")} == {
        "planned": 600,
        "departed": 302,
        "lost": 298,
        "warnings": 298,
        "runs_not_recorded": 0,
    }
    messages, runs = document["messages"], document["runs"]
    assert isinstance(messages, list)
    assert isinstance(runs, dict)
    assert [(one["count"], one["runs"]) for one in messages] == [(298, ("a", "b"))]
    assert runs["b"]["arrived"] == 106


def test_a_sum_is_unknown_where_one_run_does_not_know_it() -> None:
    document = traffic_document({"a": ACCOUNT, "b": OPEN})
    assert (document["planned"], document["departed"]) == (None, 302)


def test_the_table_has_every_run_and_their_sum() -> None:
    traffic, said = traffic_tables({"a": ACCOUNT, "b": OPEN, "old": None})
    assert traffic.rows == (
        ("a", "300", "151", "106", "45", "0", "149", "149"),
        ("b", "–", "151", "106", "45", "0", "–", "0"),
        ("old", "not recorded", "–", "–", "–", "–", "–", "–"),
        ("All runs", "–", "302", "212", "90", "0", "–", "149"),
    )
    assert said.rows == (("ignoring '%' & <more>", "warning", "ignoring 'd0' & <more>", "149", "1"),)


def test_the_sentence_says_what_is_not_recorded() -> None:
    assert traffic_sentence({"a": None}) == "Traffic: not recorded."
    assert traffic_sentence({"a": ACCOUNT, "b": None}).endswith("SUMO gave 149 warnings. Not recorded in 1 runs.")


@pytest.fixture
def results(pretend_worker: None, tmp_path: Path) -> Path:
    return play(battery("a", "b"), tmp_path / "results", Settings({"sheu2004": None}))


def test_every_file_of_a_battery_tells_of_lost_traffic(results: Path) -> None:
    write_traffic(results / "runs" / "a", ACCOUNT)
    found = evaluate(results)
    told = "Traffic is lost: 149 of 300 planned vehicles never departed, in 1 of 2 runs (a)."
    assert found.warnings[0].startswith(told)
    assert told in " ".join((results / "summary.txt").read_text(encoding="utf-8").split())
    page = (results / "report.html").read_text(encoding="utf-8")
    assert told in page
    assert "ignoring &#39;d0&#39; &amp; &lt;more&gt;" in page
    score = json.loads((results / "score.json").read_text(encoding="utf-8"))
    assert score["traffic"]["runs"]["a"]["lost"] == 149
    assert score["notices"][0].startswith(told)
    lines = (results / "runs.csv").read_text(encoding="utf-8").splitlines()
    rows = {row["run"]: row for row in csv.DictReader(lines)}
    assert (rows["a"]["planned"], rows["a"]["departed"], rows["a"]["lost"]) == ("300", "151", "149")
    assert (rows["b"]["planned"], rows["b"]["departed"]) == ("", "")


def test_results_of_older_versions_are_still_read(results: Path) -> None:
    assert not list(results.rglob(TRAFFIC_FILE))
    found = evaluate(results)
    assert found.warnings == ()
    assert "Traffic: not recorded." in found.text
    assert "not recorded" in (results / "report.html").read_text(encoding="utf-8")
