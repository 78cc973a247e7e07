"""CSV files as columns, with the line number of every row for messages.

Conventions: UTF-8 (a byte-order mark is skipped), comma-separated, one header line; a name that ends in `.gz` is
compressed. Columns may be in any order; other columns and blank lines are ignored. A UserError for what cannot be read names
the file and, if there is one, the line.
"""

import csv
import gzip
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Array
from simulator.recording.bounded_text import BLOCK, LONGEST_ROW, BoundedText, LongRowError, open_bounded
from simulator.recording.csv_header import NOT_THERE, column_places, shown

_CHUNK = 1 << 12
"""Rows read at a time. Chosen: their texts stay in the processor's cache; 32,768 rows at a time take twice as long."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some thousand rows of a file: `lines` their line numbers, `columns` the wanted columns, in the order wanted.

    `share_read` is the share of the file that was read with them.
    """

    lines: tuple[int, ...]
    columns: tuple[tuple[str, ...], ...]
    share_read: float = 1.0


def _chunks(opened: BoundedText, path: Path, wanted: Sequence[str], optional: Sequence[str]) -> Iterator[Chunk]:
    reader = csv.reader(opened.text)
    line = 0
    try:
        header: list[str] = []
        while not header:
            header = next(reader, ["\0"])
        if header == ["\0"]:
            raise UserError(f"{path} is empty: wanted a header line with {','.join(wanted)}")
        places = column_places(header, wanted, optional, path)
        width = len(header)
        rows: list[list[str]] = []
        lines: list[int] = []
        line = reader.line_num
        for row in reader:
            if len(row) == width:
                rows.append(row)
                lines.append(line + 1)
            elif row:
                slip = "is it cut off?" if len(row) < width else "a comma as decimal sign?"
                raise UserError(f"{path}, line {line + 1}: wanted {width} fields, got {len(row)} ({slip})")
            line = reader.line_num
            if len(rows) == _CHUNK or opened.full:
                if not rows:
                    raise UserError(f"{path}, line {line}: wanted rows, got {BLOCK:,} bytes of blank lines or more")
                yield _chunk(rows, lines, places, opened.share_read)
                rows, lines = [], []
                opened.start_block()
        yield _chunk(rows, lines, places, 1.0)
    except LongRowError:
        raise UserError(
            f"{path}, line {line + 1}: wanted a row of at most {LONGEST_ROW:,} bytes, got more "
            "(is it text at all, or is a quotation mark never closed?)"
        ) from None
    except csv.Error as error:
        raise UserError(f"{path}, line {line + 1}: {error} (a quotation mark that is never closed?)") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        slip = "is it gzip at all?" if line == 0 else "was its writing or copying interrupted?"
        raise UserError(f"{path}, after line {line}: the compressed data are damaged: {error} ({slip})") from None


def _chunk(rows: list[list[str]], lines: list[int], places: Sequence[int], share_read: float) -> Chunk:
    columns = list(zip(*rows, strict=True))
    empty = ("",) * len(rows)
    found = tuple(empty if place == NOT_THERE else columns[place] if columns else () for place in places)
    return Chunk(tuple(lines), found, share_read)


def read_chunks(path: Path, wanted: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Chunk]:
    """Yield the columns `wanted`, then the `optional` ones, chunk by chunk (at least one chunk, perhaps without rows).

    An optional column that is not there is one of empty fields.

    Raises UserError for missing or repeated columns, rows of another width or without end, and damaged files;
    OSError as opening does.
    """
    with open_bounded(path) as opened:
        yield from _chunks(opened, path, wanted, optional)


def read_columns(path: Path, wanted: Sequence[str], most: int | None = None, optional: Sequence[str] = ()) -> Chunk:
    """Return the columns of the whole file. Raises as `read_chunks` does, and UserError for more than `most` rows."""
    lines: list[int] = []
    columns: list[list[str]] = [[] for _ in (*wanted, *optional)]
    for chunk in read_chunks(path, wanted, optional):
        lines += chunk.lines
        for column, more in zip(columns, chunk.columns, strict=True):
            column += more
        if most is not None and len(lines) > most:
            raise UserError(f"{path}, line {lines[most]}: wanted at most {most:,} rows, got more (is it another file?)")
    return Chunk(tuple(lines), tuple(map(tuple, columns)))


def numbers(
    fields: Sequence[str], lines: Sequence[int], name: str, path: Path, *, known: bool = False, infinite: bool = False
) -> Array:
    """Return the fields as numbers: NaN where one is empty (refused if `known`), finite unless `infinite`.

    Raises UserError naming the first line that holds anything else.
    """
    joined = "".join(fields)
    empty = fields.count("")
    # float() also reads "nan", "inf", "1_000" and digits of other scripts.
    if joined.isascii() and "_" not in joined and not (known and empty):
        try:
            values = np.array([float(field) if field else math.nan for field in fields])
        except ValueError:
            pass  # some field is no number: the loop below names it
        else:
            fit = ~np.isnan(values) if infinite else np.isfinite(values)
            if int(fit.sum()) == len(fields) - empty:
                return values
    return np.array([_number(field, line, name, path, known) for field, line in zip(fields, lines, strict=True)])


def _number(field: str, line: int, name: str, path: Path, known: bool) -> float:
    wanted = f"{path}, line {line}: {name} needs a finite number, got"
    if not field and not known:
        return math.nan
    if not field.strip():
        raise UserError(f"{wanted} an empty field")
    slip = ""
    if field.strip().lower() in ("nan", "na", "n/a", "null", "none", "-", "inf", "-inf"):
        slip = " (an unknown value is an empty field)"
    elif ":" in field:
        slip = " (is it a clock time? seconds are wanted)"
    elif "," in field:
        slip = " (a comma as decimal sign?)"
    elif not field.isascii():
        slip = " (is the file UTF-8 text?)"
    try:
        value = float(field)
    except ValueError:
        raise UserError(f"{wanted} {shown(field)}{slip}") from None
    if not math.isfinite(value) or "_" in field or not field.isascii():
        raise UserError(f"{wanted} {shown(field)}{slip}")
    return value


def number_text(value: float) -> str:
    """Return the shortest text that reads back as exactly this number; NaN is the empty text.

    >>> number_text(930.0), number_text(0.1), number_text(float("nan"))
    ('930', '0.1', '')
    """
    return "" if value != value else repr(float(value)).removesuffix(".0")
