"""A study's page keeps the laws of all pages, whatever its texts hold."""

from pathlib import Path

import pytest

from harness.reporting.page_sections import Section, StudyPage, write_study_page
from harness.reporting.report_document import Headline, KeyFigure, KeyFigures, Picture, Table
from tests.harness.page_laws import (
    PHONE_PX,
    Page,
    check_answer_first,
    check_both_schemes,
    check_boxes,
    check_nothing_external,
    check_structure,
    needs_chromium,
    widths_on_a_phone,
)

HOSTILE = '<script src="x"></script> & "quoted"'
WIDE = Table(
    "Wide", tuple(f"column {k}" for k in range(30)), (("a", *("1234567" for _ in range(29))),), HOSTILE, 2, (0,)
)
PNG = b"\x89PNG one"
NARROW = b"\x89PNG two"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A page with hostile texts, a wide table and long names."""
    key = KeyFigures(HOSTILE, (KeyFigure(HOSTILE, "97.2 %", "86 to 100 %", HOSTILE),))
    headline = Headline((key, key), HOSTILE, HOSTILE, Picture(PNG, HOSTILE, HOSTILE, NARROW))
    sections = (
        Section(HOSTILE, HOSTILE, (WIDE,), (Picture(PNG, "alt", "caption"),), (HOSTILE, "x" * 200)),
        Section("second", ""),
    )
    page = StudyPage(HOSTILE, headline, (HOSTILE,), (HOSTILE,), sections, (("Command", "y" * 200),))
    write_study_page(tmp_path / "page.html", page)
    return tmp_path / "page.html"


@pytest.fixture
def page(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def test_the_answer_comes_first(page: Page) -> None:
    check_answer_first(page)


def test_every_table_scrolls_in_its_own_box(page: Page) -> None:
    check_boxes(page)


def test_the_style_has_a_light_and_a_dark_scheme(page: Page) -> None:
    check_both_schemes(page)


def test_nothing_comes_from_outside(page: Page) -> None:
    check_nothing_external(page)


def test_headings_texts_and_scopes_are_in_order(page: Page) -> None:
    check_structure(page)


def test_texts_are_shown_as_they_are(page: Page) -> None:
    assert page.words.count(HOSTILE) >= 10
    assert page.of("img")[0]["alt"] == HOSTILE


def test_a_picture_with_a_narrow_version_shows_it_on_a_phone(page: Page) -> None:
    (source,) = page.of("source")
    assert source["media"] == "(max-width: 820px)"
    assert len({source["srcset"], *(each["src"] for each in page.of("img"))}) == 2


def test_rows_in_bold_are_marked(page: Page) -> None:
    assert [attributes.get("class") for attributes in page.of("tr")] == [None, "bold"]


def test_contents_lead_to_every_section(page: Page) -> None:
    assert page.links == ["#section-1", "#section-2", "#provenance", "#top"]


@pytest.mark.browser
@needs_chromium
def test_a_phone_shows_the_whole_width(path: Path, tmp_path: Path) -> None:
    assert widths_on_a_phone(path, tmp_path) == (PHONE_PX, PHONE_PX)
