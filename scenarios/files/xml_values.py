"""Values and places of elements in SUMO's XML files: numbers, and the line of the file where an element stands."""

import math
import reprlib
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.errors import UserError

MOST_LINES = 12
"""Lines named in one note. Chosen: as many as loops are."""


class LinedElement(Element):
    """An element that knows the line of the file where its tag begins; 0 where it was not read from a file."""

    line: int = 0


def line_of(element: Element) -> int:
    """Return the line of the file where an element's tag begins; 0 where that is not known."""
    return element.line if isinstance(element, LinedElement) else 0


def place_in(path: Path, line: int) -> str:
    """Return a file's name with a line of it, where that is known.

    >>> place_in(Path("my/loops.add.xml"), 12), place_in(Path("my/loops.add.xml"), 0)
    ('loops.add.xml, line 12', 'loops.add.xml')
    """
    return f"{path.name}, line {line}" if line else path.name


def places_in(found: Sequence[tuple[Path, int]]) -> str:
    """Return the lines of several elements by file, or the files where lines are not known; of many lines the first.

    >>> places_in([(Path("a.xml"), 3), (Path("a.xml"), 5), (Path("b.xml"), 1)])
    'a.xml, lines 3, 5; b.xml, line 1'
    """
    lines: dict[str, list[int]] = {}
    for path, line in found:
        lines.setdefault(path.name, []).extend([line] if line else [])
    return "; ".join(f"{name}{_lines(list(dict.fromkeys(numbers)))}" for name, numbers in lines.items())


def _lines(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    more = " and more" if len(numbers) > MOST_LINES else ""
    return f", line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:MOST_LINES]))}{more}"


def in_file(path: Path, element: Element) -> str:
    """Return the file and the line of an element, as a message begins: "FILE: line 12", or "FILE" where the line is not known."""
    return f"{path}: line {line_of(element)}" if line_of(element) else str(path)


def xml_number(element: Element, key: str, path: Path) -> float:
    """Return an attribute that must be a finite number. Raises UserError."""
    text = element.get(key, "")
    value = plain_number(text)
    if not math.isfinite(value):
        raise UserError(
            f"{in_file(path, element)}: {_named(element)}: wanted a number for {key}, got {reprlib.repr(text)}"
        )
    return value


def plain_number(text: str) -> float:
    """Return a number as SUMO reads it; NaN for any other text, such as the "1_000" that Python takes.

    >>> plain_number("1e3"), plain_number("1_000")
    (1000.0, nan)
    """
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def xml_index(element: Element, key: str, path: Path, most: int) -> int:
    """Return an attribute that must be a whole number from 0 to `most`. Raises UserError."""
    value = xml_number(element, key, path)
    if value != round(value) or not 0 <= value <= most:
        raise UserError(
            f"{in_file(path, element)}: {_named(element)}: wanted a whole number from 0 to {most} for {key}, got {value:.12g}"
        )
    return int(value)


def _named(element: Element) -> str:
    return f"{element.tag} {reprlib.repr(element.get('id', element.get('from', '?')))}"
