"""Rows of a CSV file as text, header first, ready for `harness.records.atomic_files.write_csv`.

Conventions: what is undefined is an empty field, never 0; flags are 0 and 1; the parts of a tuple are separated by `;`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

DIGITS = 6
"""Significant digits of a number, unless a file needs more."""


def csv_rows(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str] | None = None, digits: int = DIGITS
) -> list[list[str]]:
    """Return a header and a row of text per mapping; `columns` default to the names of the first row."""
    found = list(rows)
    names = list(columns if columns is not None else found[0] if found else ())
    return [names, *([csv_cell(row.get(name), digits) for name in names] for row in found)]


def csv_cell(value: object, digits: int = DIGITS) -> str:
    """Return one field.

    >>> csv_cell(True), csv_cell(math.nan), csv_cell((1, 2)), csv_cell(0.1234567)
    ('1', '', '1;2', '0.123457')
    """
    if isinstance(value, bool):
        return str(int(value))
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, tuple):
        return ";".join(csv_cell(part, digits) for part in value)
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)
