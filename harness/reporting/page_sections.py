"""A study's page as data: a headline, then sections of sentences, pictures and tables."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from harness.records.atomic_files import atomic_file, write_text
from harness.reporting.html_page import render
from harness.reporting.report_document import Entry, Headline, Picture, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a note on how to read the section, a list of sentences, pictures, entries and tables.

    `kind` sets the colour of the entries' badges.
    """

    title: str
    note: str
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    sentences: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    kind: Literal["", "bad", "good", "plain"] = ""


@dataclass(frozen=True, slots=True)
class StudyPage:
    """A study's page: the headline first, `lead` says what was done, `provenance` how to repeat it."""

    title: str
    headline: Headline
    notices: tuple[str, ...]
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    provenance: tuple[tuple[str, str], ...]


def write_picture(path: Path, wide: "Figure", narrow: "Figure", alt: str, caption: str) -> Picture:
    """Write the wide figure to `path` as PNG, and return the picture for both widths."""
    from harness.reporting.figures.figure_style import png  # with Matplotlib, which most pages do without

    picture = Picture(png(wide), alt, caption, png(narrow))
    with atomic_file(path) as part:
        part.write_bytes(picture.png)
    return picture


def write_study_page(path: Path, page: StudyPage) -> None:
    """Write the page as one HTML file that opens offline."""
    write_text(path, render("reporting/study_page.html.j2", page=page))
