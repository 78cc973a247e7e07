"""The files and the page of a comparison on real roads: every number in both, nothing undefined printed, nothing from elsewhere."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.reporting.report_document import DASH
from harness.studies.real_roads.real_roads_files import real_roads_summary, write_real_roads
from harness.studies.real_roads.real_roads_page import write_real_roads_page
from harness.studies.real_roads.real_roads_study import RealRoads
from harness.studies.real_roads.real_roads_tables import score_tables
from harness.studies.real_roads.road_contour import draw_road, shown_recording
from tests.harness.page_laws import PHONE_PX, Page, check_page, needs_chromium, widths_on_a_phone


@pytest.fixture(scope="module")
def out(real_roads: RealRoads, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("written")
    write_real_roads(where, real_roads, "laneblock compare real-roads made")
    write_real_roads_page(where, real_roads)
    return where


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.parametrize("table", ["scores", "incidents", "alarms"])
def test_every_number_is_in_json_and_csv(table: str, out: Path) -> None:
    document = json.loads((out / "real-roads.json").read_text(encoding="utf-8"))
    written = rows(out / f"{table}.csv")
    assert written
    assert len(written) == len(document[table])
    for row, entry in zip(written, document[table], strict=True):
        for name, text in row.items():
            if isinstance(entry[name], float):
                assert float(text) == pytest.approx(entry[name], rel=1e-5)


def test_alarms_and_groups_are_counted_on_the_page_as_in_the_files(out: Path) -> None:
    page = Page((out / "real-roads.html").read_text(encoding="utf-8"))
    scores = {(row["road"], row["detector"]): row for row in rows(out / "scores.csv")}
    for caption, road in (("all 2 roads together", "all"), ("made road: 2 recordings", "made road")):
        (table,) = (shown for name, shown in page.tables.items() if name.startswith(caption))
        for line in table[1:]:
            row = scores[road, line[0]]
            assert [line[1], line[2]] == [row["alarms"], row["groups"]]
            assert line[6] == f"{row['detected']} of {row['visible']}"


def test_the_page_keeps_the_laws_of_pages(out: Path) -> None:
    page = check_page((out / "real-roads.html").read_text(encoding="utf-8"))
    assert len(page.sources) == 4, "a picture of each road, wide and narrow"


@pytest.mark.browser
@needs_chromium
def test_the_page_fits_a_phone(out: Path, tmp_path: Path) -> None:
    assert widths_on_a_phone(out / "real-roads.html", tmp_path) == (PHONE_PX, PHONE_PX)


def test_nothing_undefined_is_printed_and_values_are_escaped(out: Path) -> None:
    html = (out / "real-roads.html").read_text(encoding="utf-8")
    assert "<road>" not in html
    for text in (Page(html).words, (out / "summary.txt").read_text(encoding="utf-8")):
        assert "nan" not in text.lower().split()


def test_what_was_not_counted_is_a_dash(real_roads: RealRoads) -> None:
    (table,) = (each for each in score_tables(real_roads) if each.caption.startswith("other <road>"))
    (row,) = (each for each in table.rows if each[0] == "snd")
    assert row[6:10] == ("0 of 0", DASH, DASH, DASH)
    assert row[10] == DASH  # no alarm at all


@pytest.mark.usefixtures("undrawn")
def test_what_is_left_out_is_said(real_roads: RealRoads, tmp_path: Path) -> None:
    told = replace(real_roads, left_out={"unready": "was <never> calibrated"})
    write_real_roads_page(tmp_path, told)
    words = Page((tmp_path / "real-roads.html").read_text(encoding="utf-8")).words
    for text in (words, real_roads_summary(told)):
        assert "Left out: unready: was <never> calibrated" in text


def test_picture_shows_the_recording_with_the_incident(real_roads: RealRoads) -> None:
    road = real_roads.roads[0]
    assert shown_recording(real_roads, road).name == "day-10"
    for narrow in (False, True):
        contour, below = draw_road(real_roads, road, "california7", narrow).axes[:2]
        assert contour.get_ylim() == (0.0, 4.0)
        assert [label.get_text() for label in below.get_yticklabels()] == list(real_roads.detectors)
