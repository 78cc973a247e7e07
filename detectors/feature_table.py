"""A table of features: its rows, and the columns that code computes for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Column = TypeVar("Column")


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature's name (stored in the model's file), its formula in the table's symbols, its unit, and why it is there."""

    name: str
    formula: str
    unit: str
    why: str


def feature_names(table: tuple[Feature, ...]) -> tuple[str, ...]:
    """Return the features' names in the table's order, which is the order of the columns that the trees see."""
    return tuple(feature.name for feature in table)


def in_table_order(columns: Mapping[str, Column], names: tuple[str, ...]) -> list[Column]:
    """Return the columns in the order of `names`. Raises KeyError where one has no name in the table, or a name no column."""
    if columns.keys() != set(names):
        raise KeyError(f"computed columns and the table of features differ in {sorted(columns.keys() ^ set(names))}")
    return [columns[name] for name in names]
