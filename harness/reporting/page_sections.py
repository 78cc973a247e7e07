"""The parts of a study's HTML page: a heading, sentences, a picture and tables."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is set."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with a note and its tables."""

    title: str
    note: str
    tables: Sequence[Table]
