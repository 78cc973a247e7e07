"""A study's page as data: a headline, then sections of sentences, pictures and tables."""

from dataclasses import dataclass
from pathlib import Path

from harness.records.atomic_files import write_text
from harness.reporting.html_page import render
from harness.reporting.report_document import Headline, Picture, Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a note on how to read what follows, a list of sentences, pictures and tables."""

    title: str
    note: str
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyPage:
    """A study's page: the headline first, `lead` says what was done, `provenance` how to repeat it."""

    title: str
    headline: Headline
    notices: tuple[str, ...]
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    provenance: tuple[tuple[str, str], ...]


def write_study_page(path: Path, page: StudyPage) -> None:
    """Write the page as one HTML file that opens offline."""
    write_text(path, render("reporting/study_page.html.j2", page=page))
