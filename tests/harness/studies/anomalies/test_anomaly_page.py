"""Files and page of a study: the same numbers in all, nothing undefined printed, nothing from elsewhere."""

import csv
import json
from pathlib import Path

import pytest

from harness.studies.anomalies.anomaly_figures import draw_examples, draw_found
from harness.studies.anomalies.anomaly_files import anomaly_summary, write_anomalies
from harness.studies.anomalies.anomaly_page import write_anomaly_page
from harness.studies.anomalies.anomaly_study import AnomalyFindings
from harness.studies.anomalies.anomaly_tables import (
    best_of_kind,
    found_table,
    incident_table,
    kind_sentences,
    mean_share,
    rates_table,
)
from tests.harness.page_laws import PHONE_PX, check_page, needs_chromium, widths_on_a_phone


@pytest.fixture(scope="module")
def out(findings: AnomalyFindings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("written")
    write_anomalies(where, findings, "laneblock anomalies made-up")
    write_anomaly_page(where, findings)
    return where


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.parametrize(("table", "number"), [("anomalies", 4), ("outcomes", 12), ("kinds", 12), ("detectors", 3)])
def test_every_table_is_in_json_and_csv(table: str, number: int, out: Path) -> None:
    document = json.loads((out / "anomalies.json").read_text(encoding="utf-8"))
    written = rows(out / f"{table}.csv")
    assert len(written) == len(document[table]) == number
    for row, entry in zip(written, document[table], strict=True):
        assert list(row) == list(entry)


def test_an_outcome_names_its_anomaly(out: Path) -> None:
    anomalies = rows(out / "anomalies.csv")
    for row in rows(out / "outcomes.csv"):
        anomaly = anomalies[int(row["anomaly"])]
        assert (anomaly["kind"], anomaly["run"]) == (row["kind"], row["run"])
        assert (row["found"] == "1") == (row["ttd_s"] != "")


def test_counts_of_the_table_are_those_of_the_outcomes(findings: AnomalyFindings, out: Path) -> None:
    table = found_table(findings)
    for line, score in zip(table.rows, findings.scores, strict=False):
        for kind, cell in zip(table.columns[1:], line[1:], strict=True):
            hits = [
                row["found"]
                for row in rows(out / "outcomes.csv")
                if row["kind"] == kind and row["detector"] == score.detector
            ]
            assert cell == f"{hits.count('1')} of {len(hits)}"
    assert table.rows[-1][0] == "by chance"


def test_the_best_of_a_kind_find_the_most_and_none_is_best_without_a_find(findings: AnomalyFindings) -> None:
    most = max(score.dr(["incident"]).part for score in findings.scores)
    assert most == 1
    assert {score.dr(["incident"]).part for score in best_of_kind(findings, "incident")} == {most}
    assert best_of_kind(findings, "spike") == ()
    assert "spike: no detector finds any of 1." in kind_sentences(findings)


def test_every_kind_counts_alike_in_the_mean_share(findings: AnomalyFindings) -> None:
    for score in findings.scores:
        assert mean_share(findings, score) == sum(score.dr([kind]).part for kind in findings.kinds) / 4


def test_other_kinds_than_incidents_have_a_column_of_alarms(findings: AnomalyFindings) -> None:
    assert incident_table(findings).columns[3:] == ("spike", "surge", "holiday")


def test_a_detector_without_a_threshold_has_a_dash(findings: AnomalyFindings) -> None:
    line = next(row for row in rates_table(findings).rows if row[0] == "sheu2004")
    assert line[2] == "–"


def test_the_summary_says_what_was_learned_and_what_network_wide_means(findings: AnomalyFindings) -> None:
    text = anomaly_summary(findings)
    assert "As shipped: sheu2004: it sets its own rate of alarms." in text
    assert "its loops cannot show other roads" in " ".join(text.split())
    assert "nan" not in text


def test_the_page_keeps_the_laws_of_pages(out: Path) -> None:
    page = check_page((out / "anomalies.html").read_text(encoding="utf-8"))
    assert " nan" not in page.words.lower()
    assert "made <up>" in page.words


@needs_chromium
@pytest.mark.browser
def test_the_page_fits_a_phone(out: Path, tmp_path: Path) -> None:
    assert widths_on_a_phone(out / "anomalies.html", tmp_path) == (PHONE_PX, PHONE_PX)


def test_the_heat_table_has_a_cell_for_every_detector_and_kind_and_chance(findings: AnomalyFindings) -> None:
    (axes,) = draw_found(findings).axes
    assert len(axes.texts) == 4 * 4
    assert [each.get_text() for each in axes.texts[:4]] == [
        f"{findings.scores[0].dr([kind]).part} of 1" for kind in findings.kinds
    ]


def test_there_is_an_example_of_every_kind(findings: AnomalyFindings) -> None:
    figure = draw_examples(findings)
    assert figure is not None
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]
    assert [title.partition(":")[0] for title in titles] == ["spike", "incident", "surge", "holiday"]


def test_the_example_of_an_incident_shows_the_speeds_of_its_station(findings: AnomalyFindings) -> None:
    figure = draw_examples(findings, narrow=True)
    assert figure is not None
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert "incident: S4" in titles
