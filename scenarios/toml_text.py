"""TOML text as tables, in time and memory that grow with its length: a chain of keys (a.a.a...) costs the parser its square."""

import re
import tomllib

MOST_DEPTH = 32
"""Tables within tables, and keys in a chain. Chosen: files of ours need 4."""
_QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)"""
_KEY = rf"(?:[A-Za-z0-9_-]++|{_QUOTED})[ \t]*+"
_BETWEEN = r"#[^\n]*+|\"{3}(?:[^\"\\]|\\[\s\S]|\"(?!\"\"))*+(?:\"{3})?|'{3}(?:[^']|'(?!''))*+(?:'{3})?"
_TOKEN = re.compile(rf"{_BETWEEN}|(?P<deep>{_KEY}(?:\.[ \t]*+{_KEY}){{{MOST_DEPTH},}}+)|{_KEY}(?:\.[ \t]*+{_KEY})*+")
"""Comments and texts of several lines, in which dots are no keys; chains of many keys; other keys and values."""


def parse_toml_text(text: str) -> dict[str, object]:
    """Return the tables. Raises ValueError where the text is no TOML, or nested deeper than MOST_DEPTH.

    >>> parse_toml_text("a.b = 1")
    {'a': {'b': 1}}
    """
    try:
        if any(token["deep"] for token in _TOKEN.finditer(text)):
            raise RecursionError
        tables = tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level: list[object] = [tables]
    for _ in range(MOST_DEPTH):
        level = [inner for each in level if isinstance(each, dict | list) for inner in _inside(each)]
    if level:
        raise ValueError("it is nested too deeply")
    return tables


def _inside(value: dict[str, object] | list[object]) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else value
