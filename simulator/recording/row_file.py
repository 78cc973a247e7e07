"""Flat dataclasses as rows of a CSV file: one column per field, in the fields' order.

Conventions: floats are written so that they read back exactly, NaN as an empty field; bools as 0 and 1.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from scenarios.errors import UserError
from simulator.recording.csv_columns import number_text, numbers, read_columns
from simulator.recording.csv_header import shown
from simulator.recording.csv_output import open_columns

Row = TypeVar("Row")


@contextmanager
def open_rows(path: Path, kind: type[Row]) -> Iterator[Callable[[Iterable[Row]], None]]:
    """Yield a function that writes instances of the dataclass `kind`, whose fields are floats, ints, bools and texts."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # a dataclass
    with open_columns(path, names) as write:
        yield lambda rows: write([_text(getattr(row, name)) for name in names] for row in rows)


def write_rows(path: Path, kind: type[Row], rows: Iterable[Row]) -> None:
    """Write all rows as `open_rows` does."""
    with open_rows(path, kind) as write:
        write(rows)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return number_text(value) if isinstance(value, float) else str(int(value))  # type: ignore[call-overload]


def read_rows(path: Path, kind: type[Row]) -> tuple[Row, ...]:
    """Return what `write_rows` wrote. Raises UserError naming file and line for a value of another type."""
    types = get_type_hints(kind)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # a dataclass
    table = read_columns(path, names)
    columns: list[Any] = []
    for name, texts in zip(names, table.columns, strict=True):
        if types[name] is str:
            columns.append(texts)
            continue
        values = numbers(
            texts, table.lines, name, path, known=types[name] is not float, infinite=types[name] is float
        ).tolist()
        if types[name] is float:
            columns.append(values)
            continue
        for line, text, value in zip(table.lines, texts, values, strict=True):
            if value != int(value) or (types[name] is bool and value not in (0, 1)):
                wanted = "0 or 1" if types[name] is bool else "a whole number"
                raise UserError(f"{path}, line {line}: {name} is {wanted}, got {shown(text)}")
        columns.append([types[name](value) for value in values])
    return tuple(kind(*row) for row in zip(*columns, strict=True))
