"""The parts of a page as data: headline, tables, pictures, entries, ready for the templates.

Everything here is text already worded and rounded; nothing is computed after it. Undefined values are dashes.
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
    """A table: the first `text_columns` columns are words, set to the left; the others are numbers, to the right.

    Rows numbered in `bold` stand out.
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
    """One incident, or one run with false alarms: a heading to link to, facts in pairs, pictures."""

    anchor: str
    heading: str
    badge: str
    text: str
    facts: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together; `kind` sets the colour of their badges, and good ones come after the breakdown."""

    anchor: str
    heading: str
    kind: Literal["bad", "good", "plain"]
    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that did not finish: why, what it last said, and the command that repeats it."""

    name: str
    reason: str
    last_words: str
    command: str


@dataclass(frozen=True, slots=True)
class ReportData:
    """The whole report, in the order it is read.

    `notices` come before the headline (a battery that is not finished); `summary` is the table behind the headline,
    `figures` holds every figure, `tables` break them down; `groups` come in the order given: misses and false alarms
    first; `index` lists every run.
    """

    title: str
    lead: str
    notices: tuple[str, ...]
    headline: Headline | None
    summary: Table | None
    figures: Table | None
    reading: tuple[str, ...]
    tables: tuple[Table, ...]
    failed: tuple[FailedRun, ...]
    index: Table | None
    groups: tuple[Group, ...]
    provenance: tuple[tuple[str, str], ...]
