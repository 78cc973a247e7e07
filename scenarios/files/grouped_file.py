"""What a file of groups has at its head, whatever its groups describe: name, description, defaults, and groups of rows.

name = "mine"
description = "one line"
[defaults]          # fields for all groups
[[KEY]]             # a group, which `battery_matrix.expand_group` makes rows of
"""

import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scenarios.errors import UserError
from scenarios.files.battery_matrix import GROUP_KEYS
from scenarios.suggestion import likely


@dataclass(frozen=True, slots=True)
class GroupedFile:
    """The parts of a file of groups."""

    name: str
    description: str
    defaults: Mapping[str, object]
    groups: tuple[Mapping[str, object], ...]


def grouped_file(raw: Mapping[str, object], key: str, kind: str, rows: str, row: str) -> GroupedFile:
    """Return the parts of a file whose groups stand under `key`. Raises UserError naming the key.

    In messages `kind` is what the file is ("a battery"), `rows` what a group makes ("runs"), `row` what its fields are of ("a
    scenario").
    """
    keys = ("name", "description", "defaults", key)
    for given in raw:
        if given not in keys:
            raise UserError(f"{given}: unknown key{likely(given, keys)}; {kind} has {', '.join(keys)}")
    name, description = raw.get("name"), raw.get("description", "")
    defaults, groups = raw.get("defaults", {}), raw.get(key)
    if not isinstance(name, str) or not isinstance(description, str):
        raise UserError(f"name, description: wanted texts, got {name!r}, {description!r}")
    if not isinstance(defaults, Mapping):
        raise UserError(f"defaults: wanted a table of {row}'s fields, got {reprlib.repr(defaults)}")
    for given in GROUP_KEYS:
        if given in defaults:
            raise UserError(f"defaults.{given}: this belongs to each group of {key}")
    if not isinstance(groups, list) or not groups or not all(isinstance(group, Mapping) for group in groups):
        raise UserError(f"{key}: wanted at least one group of {rows}, as [[{key}]] tables")
    return GroupedFile(name, description, defaults, tuple(groups))


def refuse_same_names(names: Iterable[str], key: str) -> None:
    """Raise UserError where two rows have a name: folders are named after them, and some systems do not distinguish A from a."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise UserError(f"{key}: two are called {name!r} (is {{number}} or {{seed}} missing in a group's name?)")
        seen.add(name.lower())
