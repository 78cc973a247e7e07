"""The parts of a page as data: headline, tables, pictures, entries, ready for the templates.

All of it is text, already rounded; the templates compute nothing. Undefined values are dashes.
"""

from dataclasses import dataclass
from typing import Literal

DASH = "–"


@dataclass(frozen=True, slots=True)
class Link:
    """A table cell that leads to the section with this `anchor`."""

    text: str
    anchor: str


Cell = str | Link


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first `text_columns` columns are words, aligned left; the others are numbers, aligned right.

    `bold` holds the numbers of the rows to emphasise.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    text_columns: int = 1
    bold: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.caption!r} has {len(self.columns)} columns, got a row of {len(row)}")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, what a reader who cannot see it should know (`alt`), and what to look for (`caption`).

    `narrow` is the same picture drawn for a phone; empty where `png` is readable there.
    """

    png: bytes
    alt: str
    caption: str
    narrow: bytes = b""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure that answers the reader's question: its value, its interval, and the counts behind it (`note`)."""

    label: str
    value: str
    interval: str
    note: str


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The key figures of one detector, case or placement, named by `heading`."""

    heading: str
    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer at the top of a page: key figures, one sentence, one picture, and the terms used (`note`)."""

    groups: tuple[KeyFigures, ...]
    sentence: str
    note: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One incident, or one run with false alarms: a heading to link to, facts in pairs, pictures.

    `evidence`: pictures of why detectors alarmed, or did not.
    """

    anchor: str
    heading: str
    badge: str
    text: str
    facts: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]
    evidence: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one result; `kind` sets the colour of their badges, and good ones are shown after the breakdown."""

    anchor: str
    heading: str
    kind: Literal["bad", "good", "plain"]
    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that failed: the reason, the end of its error output, and the command that repeats it."""

    name: str
    reason: str
    error_output: str
    command: str


@dataclass(frozen=True, slots=True)
class ReportData:
    """A report; what is not known yet is empty.

    `notices` come before the headline (a battery that is not finished), `notes` on the user's own network after it; `summary`
    is the table behind the headline, and `sentences` explain it; `figures` holds every figure, `tables` break them down; `groups`
    are shown in their order, misses and false alarms first; `index` lists every run. `outermost` is where lane 0 is, in a word.
    """

    title: str
    lead: str
    provenance: tuple[tuple[str, str], ...]
    notices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    headline: Headline | None = None
    summary: Table | None = None
    figures: Table | None = None
    sentences: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    failed: tuple[FailedRun, ...] = ()
    index: Table | None = None
    groups: tuple[Group, ...] = ()
    outermost: str = "rightmost"
