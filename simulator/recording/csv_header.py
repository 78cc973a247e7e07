"""The header of a CSV file: where its columns stand, and the likely slip where one that is wanted does not."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from scenarios.errors import UserError

NOT_THERE = -1
"""The place of an optional column that the file does not have."""


def shown(text: object) -> str:
    """Return a value as a message quotes it: its repr, cut to a readable length."""
    quoted = repr(text)
    return quoted if len(quoted) <= 60 else f"{quoted[:57]}..."


def column_places(header: Sequence[str], wanted: Sequence[str], optional: Sequence[str], path: Path) -> list[int]:
    """Return the places of the columns `wanted`, then those of the `optional` ones, `NOT_THERE` for one that is missing.

    Raises UserError for a wanted column that is missing, for one that is there twice, and for an optional one misspelled.
    """
    names = [name.strip() for name in header]
    missing = [name for name in wanted if name not in names]
    others = [name for name in names if name not in (*wanted, *optional)]
    if missing:
        raise UserError(
            f"{path}, line 1: wanted the columns {','.join(wanted)}; missing {', '.join(missing)}, "
            f"got {shown(','.join(header))}{_slip(names, others, missing[0])}"
        )
    absent = [name for name in optional if name not in names]
    for name in others:
        if close := get_close_matches(name, absent, n=1, cutoff=0.8):
            raise UserError(f"{path}, line 1: no column is called {shown(name)} (is it {close[0]!r}?)")
    for name in (*wanted, *optional):
        if names.count(name) > 1:
            raise UserError(f"{path}, line 1: the column {name} is there {names.count(name)} times")
    return [names.index(name) if name in names else NOT_THERE for name in (*wanted, *optional)]


def _slip(names: Sequence[str], others: Sequence[str], missing: str) -> str:
    close = get_close_matches(missing, others, n=1)
    if any(character == "\0" or "\udc80" <= character <= "\udcff" for character in "".join(names)):
        return " (is the file UTF-8 text, and is it not compressed?)"
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        return " (are the fields separated by something other than commas?)"
    return f" (is it {close[0]!r}?)" if close else ""
