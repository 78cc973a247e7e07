"""TOML and JSON with one value or key changed by chance."""

import json
import random
import re
import tomllib
from typing import Any

from tests.robustness.damage import Damaged
from tests.robustness.damaged_values import OTHER_TYPES, number_instead, text_instead
from tests.robustness.tree_text import AGAIN, Token, json_text, toml_text

DEEP = (100, 5_000, 200_000)
"""Depths of nesting. Chosen: allowed, beyond Python's recursion, and beyond a parser's stack."""


def damaged_toml(choose: random.Random, content: bytes) -> tuple[bytes, Damaged]:
    """Return a TOML file with one value or key changed."""
    tree = tomllib.loads(content.decode())
    done = change_tree(choose, tree, "nan", "inf")
    return toml_text(tree).encode("utf-8", "surrogatepass"), done


def damaged_json(choose: random.Random, content: bytes) -> tuple[bytes, Damaged]:
    """Return a JSON file with one value or key changed."""
    tree = json.loads(content)
    done = change_tree(choose, tree, "NaN", "Infinity")
    return json_text(tree).encode("utf-8", "surrogatepass"), done


def change_tree(choose: random.Random, tree: Any, nan: str, infinite: str) -> Damaged:
    """Change one value or key of a tree of tables and lists, in place."""
    table, key, path = tree, next(iter(tree)), ""
    while isinstance(table, dict | list) and table:
        key = choose.choice(list(table) if isinstance(table, dict) else range(len(table)))
        path = f"{path}.{key}" if isinstance(table, dict) else f"{path}[{key}]"
        if not isinstance(table[key], dict | list) or not table[key] or choose.random() < 0.1:
            break
        table = table[key]
    path = path.strip(".")
    value = table[key]
    name = re.sub(r"\[\d+\]", "", path)
    kind = choose.random()
    if isinstance(table, dict) and kind < 0.2:
        what = choose.choice(("without it", "twice", "under another name"))
        if what == "twice":
            table[f"{key}{AGAIN}"] = value
            return Damaged(f"{path} twice", path, impossible=nan == "nan")
        del table[key]
        if what == "under another name":
            table[choose.choice((f"{key}x", key.upper() + "_", "", "x" * 1000))] = value
        return Damaged(f"{path} {what}", path)
    if kind < 0.27:
        depth = choose.choice(DEEP)
        table[key] = Token("[" * depth + "]" * depth)
        return Damaged(f"{path} is a list {depth} deep", path, impossible=not isinstance(value, list))
    if kind < 0.4:
        text = choose.choice(OTHER_TYPES)
        table[key] = Token(text)
        same = _type_of(value) == _type_of_text(text)
        # A null often means that a value is not known; an empty list or table that there is none.
        return Damaged(f"{path} = {text}", path, impossible=not same and text != "null" and value is not None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        made = number_instead(choose, name, nan, infinite)
        table[key] = Token(made.text)
        return Damaged(f"{path} = {made.text[:20]}", path, made.impossible)
    text = text_instead(choose)
    table[key] = text
    return Damaged(f"{path} = {text[:40]!r}", path, impossible=not isinstance(value, str | None))


def _type_of(value: object) -> str:
    kinds = ((bool, "flag"), ((int, float), "number"), (str, "text"), (dict, "table"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "list")


def _type_of_text(text: str) -> str:
    return {"true": "flag", "null": "null", "{}": "table", '"1"': "text"}.get(text, "list")
