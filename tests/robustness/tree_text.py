"""Trees of tables, lists and values as TOML or JSON text, where any value may be a token that no parser would write.

Token("1e400")      written as it stands: in JSON and TOML, in range or not
AGAIN               at the end of a key: the key without it, so that a table has a key twice
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

AGAIN = "\0again"


@dataclass(frozen=True, slots=True)
class Token:
    """A text that stands for a value."""

    text: str


def json_text(tree: object) -> str:
    """Return the tree as JSON."""
    if isinstance(tree, Token):
        return tree.text
    if isinstance(tree, Mapping):
        pairs = (f"{json.dumps(key.removesuffix(AGAIN))}: {json_text(value)}" for key, value in tree.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(json_text, tree)) + "]"
    return json.dumps(tree)


def toml_text(tree: Mapping[str, object]) -> str:
    """Return the tree as TOML: tables and lists of tables below their headers, all else inline."""
    return "\n".join(_toml_lines(tree, "")) + "\n"


def _toml_lines(table: Mapping[str, object], path: str) -> list[str]:
    lines, below = [], []
    for key, value in table.items():
        name = f"{path}{_toml_key(key)}"
        if isinstance(value, Mapping):
            below += ["", f"[{name}]", *_toml_lines(value, f"{name}.")]
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            for one in value:
                below += ["", f"[[{name}]]", *_toml_lines(one, f"{name}.")]
        else:
            lines.append(f"{_toml_key(key)} = {_toml_value(value)}")
    return lines + below


def _toml_key(key: str) -> str:
    return json.dumps(key.removesuffix(AGAIN))


def _toml_value(value: object) -> str:
    if isinstance(value, Token):
        return value.text
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml_key(key)} = {_toml_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    return str(value) if isinstance(value, float) else json.dumps(value)
