"""What a report says, as data: headings, tables and pictures, ready to be set as one page.

Everything here is text already worded and rounded; nothing is computed any more. `undefined` values are dashes.
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
    """A table: the first `text_columns` columns are words, set to the left; the others are numbers, to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    text_columns: int = 1

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.caption!r} has {len(self.columns)} columns, got a row of {len(row)}")


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with what a reader who cannot see it should know (`alt`) and what to look for (`caption`)."""

    png: bytes
    alt: str
    caption: str


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
    """Entries that belong together; `kind` sets the colour of their badges."""

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

    `notices` come before anything else (a battery that is not finished); `summary` is one table for the hurried,
    `figures` holds every figure behind it, `tables` take it apart; `index` lists every run; `groups` come in the order
    given: misses and false alarms first.
    """

    title: str
    lead: str
    notices: tuple[str, ...]
    summary: Table | None
    figures: Table | None
    reading: tuple[str, ...]
    tables: tuple[Table, ...]
    failed: tuple[FailedRun, ...]
    index: Table | None
    groups: tuple[Group, ...]
    provenance: tuple[tuple[str, str], ...]
