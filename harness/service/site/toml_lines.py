"""The line of every key and table in a TOML text, so that a message can name it. The text is valid TOML: it was parsed before.

>>> lines = toml_lines("[web]\\nport = 1\\n[[source]]\\nkind = 'sumo'\\n[[source]]\\npace = 2\\n")
>>> lines["web", "port"], lines["source", 0], lines["source", 1, "pace"]
(2, 3, 6)
"""

import re
import tomllib
from collections.abc import Mapping

Place = tuple[int | str, ...]
_KEY = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEAD = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEYS})[ \t]*\]")
_VALUE = re.compile(rf"[ \t]*({_KEYS})[ \t]*=")
_IN_VALUE = re.compile(
    r"\"{3}(?:[^\"\\]|\\[\s\S]|\"(?!\"\"))*\"{3,5}|'{3}(?:[^']|'(?!''))*'{3,5}|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|#[^\n]*|[\[\]{}\n]"
)


def toml_lines(text: str) -> dict[Place, int]:
    """Return the line, from 1, of each table and key, by its keys and the indices of arrays of tables."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    at = 0
    while at < len(text):
        head, value = _HEAD.match(text, at), _VALUE.match(text, at)
        number = text.count("\n", 0, at) + 1
        if head is not None:
            table = _numbered(_split(head[2]), counts, head[1] == "[[")
            lines[table] = number
            at = head.end()
        elif value is not None:
            place = table
            for key in _split(value[1]):
                place = (*place, key)
                lines.setdefault(place, number)
            at = _after(text, value.end())
        at = _next_line(text, at)
    return lines


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of a place; where it has none of its own (a missing key), that of the nearest around it; else 1."""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return 1


def _numbered(keys: list[str], counts: dict[Place, int], of_array: bool) -> Place:
    """Return the place of a table's head: after each array of tables the index of its last one."""
    place: Place = ()
    for k, key in enumerate(keys):
        place = (*place, key)
        if of_array and k == len(keys) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _split(keys: str) -> list[str]:
    nested: object = tomllib.loads(f"{keys} = 0")
    found = []
    while isinstance(nested, dict):
        ((key, nested),) = nested.items()
        found.append(str(key))
    return found


def _after(text: str, at: int) -> int:
    """Return where the value that begins at `at` ends: a line's end outside of brackets and texts."""
    depth = 0
    for token in _IN_VALUE.finditer(text, at):
        sign = token[0]
        if sign == "\n" and depth <= 0:
            return token.start()
        depth += (sign in "[{") - (sign in "]}")
    return len(text)


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1
