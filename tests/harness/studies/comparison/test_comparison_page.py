"""The files and the page of a comparison: every number in both, nothing undefined printed, nothing from elsewhere."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.catalogue import AIMS, fingerprint
from harness.reporting.report_document import DASH
from harness.studies.comparison.comparison_figure import FEWEST, draw_comparison, line_styles, staircase
from harness.studies.comparison.comparison_files import breakdown_rows, comparison_summary, write_comparison
from harness.studies.comparison.comparison_page import comparison_sentences, write_comparison_page
from harness.studies.comparison.comparison_study import Comparison
from harness.studies.comparison.comparison_tables import FACTOR_HEADINGS
from harness.studies.comparison.operating_curve import OperatingPoint
from tests.harness.drawn_lines import points_of
from tests.harness.page_laws import PHONE_PX, Page, check_page, needs_chromium, widths_on_a_phone

NAMES = ("sheu2004", "california7", "delos", "trees")


@pytest.fixture(scope="module")
def out(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("written")
    write_comparison(where, comparison, "laneblock compare trial")
    write_comparison_page(where, comparison)
    return where


@pytest.fixture(scope="module")
def page(out: Path) -> Page:
    return Page((out / "comparison.html").read_text(encoding="utf-8"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("points", "points"),
        ("curves", "curves"),
        ("paired", "paired"),
        ("places", "places"),
        ("breakdown", "breakdown"),
        ("misses", "misses"),
    ],
)
def test_every_number_is_in_json_and_csv(table: str, key: str, out: Path) -> None:
    document = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    written = rows(out / f"{table}.csv")
    assert written
    assert len(written) == len(document[key])
    for row, entry in zip(written, document[key], strict=True):
        assert set(row) <= set(entry)
        for name, text in row.items():
            if isinstance(entry[name], float):
                assert float(text) == pytest.approx(entry[name], rel=1e-5)
            else:
                assert text == ("" if entry[name] is None else str(entry[name]))


def test_the_document_says_where_it_comes_from(out: Path) -> None:
    document = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert (document["battery"], document["runs"]) == ("trial <one>", 6)
    assert document["command"] == "laneblock compare trial"
    assert "laneblock" in document["versions"]
    assert document["fingerprints"] == {
        f"{aim:g}": {name: fingerprint(name, aim=aim) for name in NAMES} for aim in AIMS
    }


def test_the_page_names_the_fingerprints(page: Page) -> None:
    told = ", ".join(f"{name} {fingerprint(name)[:12]}" for name in NAMES)
    assert f"Detectors' fingerprints{told}" in " ".join(page.words.split())


def test_every_factor_is_broken_down_and_adds_up(comparison: Comparison, out: Path) -> None:
    broken = rows(out / "breakdown.csv")
    assert {row["factor"] for row in broken} == set(FACTOR_HEADINGS)
    for name in NAMES:
        for factor in FACTOR_HEADINGS:
            parts = [row for row in broken if (row["detector"], row["factor"]) == (name, factor)]
            assert sum(int(row["incidents"]) for row in parts) == 4
            assert sum(int(row["detected"]) for row in parts) == comparison.calibrated[name, 1.0].dr.part


def test_missed_incidents_are_named_with_place_and_demand(out: Path) -> None:
    (missed,) = (row for row in rows(out / "misses.csv") if (row["detector"], row["asked_rate"]) == ("sheu2004", "1"))
    assert missed == {
        "detector": "sheu2004",
        "asked_rate": "1",
        "run": "incident-4",
        "section": "6",
        "lanes": "1 2",
        "demand_vphpl": "800",
    }


def test_the_page_keeps_the_laws_of_pages(out: Path) -> None:
    page = check_page((out / "comparison.html").read_text(encoding="utf-8"))
    assert len(page.sources) == 2, "one picture, wide and narrow"


@pytest.mark.browser
@needs_chromium
def test_the_page_fits_a_phone(out: Path, tmp_path: Path) -> None:
    assert widths_on_a_phone(out / "comparison.html", tmp_path) == (PHONE_PX, PHONE_PX)


def test_the_headline_holds_what_the_points_hold(page: Page, comparison: Comparison) -> None:
    answer = " ".join(page.words[: page.words.index("On this page")].split())
    assert "sheu2004, as shipped Detection rate (DR) 75.0 % 30 to 95 % 3 of 4 incidents with impact" in answer
    point = comparison.calibrated["sheu2004", 1.0]
    rate = point.false_alarm_rate
    told = f"{rate.value:.1f} {rate.interval.low:.1f} to {rate.interval.high:.1f} {rate.events} in "
    assert f"False alarms per corridor-day {told}" in answer
    assert "Mean time to detection (TTD) 194 s 184 to 214 s median 184 s" in answer
    assert (
        "At a limit of 1 false alarm per corridor-day, sheu2004 detects 3 of 4 incidents after 194 s on average"
        in answer
    )


def test_the_page_shows_what_the_files_hold(out: Path, page: Page) -> None:
    captions = " | ".join(page.tables)
    for rate in ("0.1", "1", "10"):
        assert f"at most {rate} per corridor-day" in page.tables
        assert f"set for {rate} per corridor-day" in page.tables
    for words in (
        "demand",
        "blocked lanes",
        "position in the section",
        "section length",
        "duration",
        "against sheu2004",
    ):
        assert words in captions
    (point,) = (
        row
        for row in rows(out / "points.csv")
        if (row["detector"], row["basis"], row["asked_rate"]) == ("sheu2004", "calibrated", "1")
    )
    (shown,) = (row for row in page.tables["set for 1 per corridor-day"] if row[0] == "sheu2004")
    assert shown[1] == point["false_alarms"]
    assert float(shown[2].split()[0]) == pytest.approx(float(point["false_per_corridor_day"]), abs=0.005)
    assert shown[3] == "3 of 4"
    assert float(shown[5].split()[0]) == pytest.approx(float(point["ttd_mean_s"]), abs=0.05)


def test_every_row_is_as_wide_as_its_head(page: Page) -> None:
    for figure_caption, table in page.tables.items():
        assert {len(row) for row in table} == {len(table[0])}, figure_caption


def test_values_are_escaped_and_nothing_undefined_is_printed(page: Page, out: Path) -> None:
    assert "Comparison on trial <one>" in page.words
    assert "<one>" not in (out / "comparison.html").read_text(encoding="utf-8")
    for text in (page.words, (out / "summary.txt").read_text(encoding="utf-8")):
        assert "nan" not in text.lower().split()


def test_little_time_free_of_incidents_is_said(page: Page) -> None:
    assert "read its interval, not its value" in page.words


@pytest.mark.usefixtures("undrawn")
def test_what_is_left_out_or_missing_is_said(comparison: Comparison, out: Path, tmp_path: Path) -> None:
    told = replace(comparison, left_out={"unready": "was <never> calibrated"}, notices=["one run is not finished"])
    write_comparison_page(tmp_path, told)
    words = Page((tmp_path / "comparison.html").read_text(encoding="utf-8")).words
    for text in (words, comparison_summary(told)):
        assert "Left out: unready: was <never> calibrated" in text
        assert "one run is not finished" in text


def test_what_is_said_in_short_is_what_the_tables_hold(comparison: Comparison) -> None:
    sheu, trees = comparison_sentences(comparison)
    assert sheu.startswith("sheu2004 (as shipped; ")
    assert (
        "detects 3 of 4 incidents: 75 % (30 to 95), after 194 s on average (184 to 214)." in sheu
    )  # (184 + 184 + 214) / 3
    assert trees.startswith("trees (at no more than 1 false alarm per corridor-day; ")


def test_only_detectors_without_a_curve_or_reference_still_make_a_page(comparison: Comparison, tmp_path: Path) -> None:
    # As `--detector california7` and `--detector coin` alone would: no reference to pair with, or no curve at all.
    for name in ("california7", "sheu2004"):
        alone = replace(
            comparison,
            calibrated={key: point for key, point in comparison.calibrated.items() if key[0] == name},
            curves={key: points for key, points in comparison.curves.items() if key == name},
            read_off={key: point for key, point in comparison.read_off.items() if key[0] == name},
            paired=[],
            paired_equal=[],
        )
        write_comparison_page(tmp_path, alone)
        assert write_comparison(tmp_path, alone, "laneblock compare").startswith("Comparison on trial")
        assert "Paired with" not in (tmp_path / "comparison.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("undrawn")
def test_a_battery_without_incidents_makes_a_page_of_dashes(comparison: Comparison, tmp_path: Path) -> None:
    free = replace(
        comparison,
        calibrated={key: replace(point, incidents=()) for key, point in comparison.calibrated.items()},
        curves={},
        read_off={},
        paired=[],
        paired_equal=[],
    )
    assert list(breakdown_rows(free)) == []
    write_comparison_page(tmp_path, free)
    page = Page((tmp_path / "comparison.html").read_text(encoding="utf-8"))
    assert page.tables["set for 1 per corridor-day"][1][3:7] == ["0 of 0", DASH, DASH, DASH]
    assert " nan" not in page.words


def test_the_picture_has_a_panel_for_dr_and_one_for_ttd(comparison: Comparison) -> None:
    rates, times = draw_comparison(comparison).axes
    assert (rates.get_ylabel(), times.get_ylabel()) == ("incidents detected (DR), %", "mean time to detection (TTD), s")
    assert rates.get_ylim() == (0, 101)
    for axes in (rates, times):
        assert axes.get_xlabel() == "false alarms per corridor-day"
        assert axes.get_xscale() == "log"


def test_the_legend_names_every_detector_once(comparison: Comparison) -> None:
    for narrow in (False, True):
        (legend,) = draw_comparison(comparison, narrow).legends
        assert sorted(text.get_text() for text in legend.get_texts()) == sorted(NAMES)


def test_a_phone_gets_the_panels_one_below_the_other(comparison: Comparison) -> None:
    wide, narrow = draw_comparison(comparison), draw_comparison(comparison, narrow=True)
    assert wide.get_figwidth() > wide.get_figheight()
    assert narrow.get_figwidth() < narrow.get_figheight()
    narrow.draw_without_rendering()
    above, below = narrow.axes
    assert above.get_position().y0 > below.get_position().y1


def test_many_detectors_have_a_row_of_panels_per_group_with_the_references_in_each(comparison: Comparison) -> None:
    names = ("california8", "apid", "snd", "mcmaster", "mlp", "xbar", "cusum", "ewma")
    many = replace(
        comparison,
        calibrated={
            **comparison.calibrated,
            **{(name, 1.0): replace(comparison.calibrated["delos", 1.0], detector=name) for name in names},
        },
    )
    for narrow in (False, True):
        figure = draw_comparison(many, narrow)
        figure.draw_without_rendering()
        legends = [each.get_legend_handles_labels()[1] for each in figure.axes[::2] if each.get_legend() is not None]
        assert legends == [
            ["california7", "california8", "apid", "delos", "snd", "mcmaster", "trees", "sheu2004"],
            ["sheu2004", "trees", "mlp"],
            ["xbar", "cusum", "ewma", "trees", "sheu2004"],
        ]
        titles = [each.get_title(loc="left") for each in figure.axes]
        assert titles[:2] == ["Classical algorithms: DR", "Classical algorithms: TTD"]


def test_the_places_of_alarms_are_those_of_the_outcomes(comparison: Comparison, out: Path, page: Page) -> None:
    point = comparison.calibrated["sheu2004", 1.0]
    (written,) = (
        row
        for row in rows(out / "places.csv")
        if (row["detector"], row["basis"], row["asked_rate"]) == ("sheu2004", "calibrated", "1")
    )
    located = sum(each.located for each in point.incidents)
    assert (written["detected"], written["own_section"]) == ("3", str(located))
    assert written["estimates_lanes"] == "yes"
    assert comparison.estimating == {"sheu2004"}
    (shown,) = (row for row in page.tables["in the own section, upstream or downstream"] if row[0] == "sheu2004")
    assert shown[1] == "3"
    assert shown[2].startswith(f"{100 * located / 3:.1f}")


def test_dots_stand_where_the_detectors_ship(comparison: Comparison) -> None:
    shipped = {
        (max(point.false_alarm_rate.value, FEWEST), 100 * point.dr.value) for point in comparison.calibrated.values()
    }
    dots = [line for line in draw_comparison(comparison).axes[0].lines if line.get_linestyle() == "None"]
    drawn = {point for line in dots for point in points_of(line)}
    assert drawn == shipped


def point(false_alarms: int, threshold: float) -> OperatingPoint:
    return OperatingPoint("trees", threshold, false_alarms, 1.0, ())


def test_the_curve_is_drawn_as_it_is_read_off() -> None:
    points = [point(0, 9.0), point(0, 8.0), point(2, 7.0), point(1, 6.0), point(2, 5.0), point(5, 4.0)]
    assert [each.threshold for each in staircase(points)] == [8.0, 5.0, 4.0]
    assert staircase(()) == []


def test_no_two_detectors_look_the_same() -> None:
    looks = line_styles([*NAMES, "sequential", *(f"other {number}" for number in range(8))])
    assert len({(look["color"], look["linestyle"]) for look in looks.values()}) == len(looks)
