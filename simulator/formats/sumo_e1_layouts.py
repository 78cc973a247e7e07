"""Layouts of SUMO's E1 output: XML, CSV (any separator, tag before the names or not) and parquet, also `.gz`.

Checked against sumo 1.28.0.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, TextIO

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.sumo_e1_parquet import parquet_rows
from simulator.formats.sumo_e1_rows import E1Rows, LoopCodes, RowTexts, columns_at, kinds_at, plain_e1_rows
from simulator.formats.sumo_e1_xml import xml_rows
from simulator.recording.bounded_text import LONGEST_ROW
from simulator.recording.plain_tables import read_tables

MARK = b"nVehContrib"
"""A name that only E1 output has; E2, E3 and instant loops have others."""
_HEAD_BYTES = 1 << 16
"""Bytes in which the mark is looked for. Chosen: SUMO's comment of all options stands before the first row, some kB."""
_ROWS = 1 << 14
"""Rows turned into numbers at a time. Chosen: some MB of text."""


def layout(path: Path) -> str | None:
    """Return `XML`, `CSV` or `parquet` where a file is E1 output, else None: a text that only speaks of it, say."""
    file = SourceFile(path)
    try:
        with file.opened() as stream:
            head = stream.read(_HEAD_BYTES)
            if head[:4] == b"PAR1":
                stream.seek(max(0, path.stat().st_size - _HEAD_BYTES))
                return "parquet" if MARK in stream.read(_HEAD_BYTES) else None
    except (UserError, OSError):
        return None
    if MARK not in head:
        return None
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return "XML"
    return "CSV" if MARK in head.partition(b"\n")[0] else None


def e1_rows(path: Path) -> Iterator[E1Rows]:
    """Yield the rows of a file, some thousand at a time. Raises UserError naming file, place and likely slip."""
    kind = layout(path)
    if kind is None:
        raise UserError(
            f"{path}: wanted SUMO's E1 output, rows with nVehContrib or a first line that names it, got none in its first "
            f"{_HEAD_BYTES // 1024} kB (is it E2 or E3 output, or was the run ended before it wrote?)"
        )
    if kind == "XML":
        yield from xml_rows(SourceFile(path), LoopCodes())
    elif kind == "CSV":
        yield from _csv(SourceFile(path), LoopCodes())
    else:
        yield from parquet_rows(path, LoopCodes())


def _csv(file: SourceFile, codes: LoopCodes) -> Iterator[E1Rows]:
    """The rows of a table: a block at a time, and from the first that is not plain on, one by one."""
    lines, plain = 1, False
    with file.opened() as stream:
        header = stream.readline(LONGEST_ROW).replace(b"\r\n", b"\n")
        if header.endswith(b"\n") and b'"' not in header and b"\r" not in header:
            names, separator = _header(header.decode("utf-8-sig", "replace"))
            where = columns_at(names, f"{file.place}, line 1")
            for table in read_tables(stream, separator, len(names), kinds_at(where), 2):
                plain = table is not None
                if table is None:
                    break
                yield plain_e1_rows(table, where, file.place, codes)
                lines += len(table)
    if not plain:
        yield from _row_by_row(file, codes, lines)


def _header(text: str) -> tuple[list[str], str]:
    separator = max(";,\t|", key=text.count)
    return next(csv.reader([text], delimiter=separator), []), separator


def _row_by_row(file: SourceFile, codes: LoopCodes, after_line: int) -> Iterator[E1Rows]:
    with file.opened() as stream:
        text = io.TextIOWrapper(_readable(stream), encoding="utf-8-sig", errors="replace", newline="")
        names, separator = _header(text.readline())
        where = columns_at(names, f"{file.place}, line 1")
        found = RowTexts()
        for line, row in enumerate(_each_row(text, separator, file.place), 2):
            if not row or line <= after_line:
                continue
            if len(row) != len(names):
                raise UserError(
                    f"{file.place}, line {line}: wanted {len(names)} fields, got {len(row)} (was SUMO ended while it wrote?)"
                )
            for column, k in zip(found.columns, where, strict=True):
                column.append(row[k])
            found.lines.append(line)
            if len(found.lines) == _ROWS:
                yield found.rows(file.place, codes)
                found = RowTexts()
        yield found.rows(file.place, codes)


def _each_row(text: TextIO, separator: str, place: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(text, delimiter=separator)
    except csv.Error as error:
        raise UserError(f"{place}: wanted rows of a table, got {error} (is it text at all?)") from None


def _readable(stream: IO[bytes]) -> Any:
    return stream if isinstance(stream, io.BufferedIOBase) else io.BytesIO(stream.read())
