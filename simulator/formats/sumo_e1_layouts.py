"""Layouts of SUMO's E1 output: XML, CSV (any separator, tag before the names or not) and parquet, also `.gz`.

Checked against sumo 1.28.0. Parquet holds 32-bit numbers that are not rounded; they are rounded to two digits as SUMO does in
XML and CSV, so that one run is one recording in every layout.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from scenarios.errors import MissingExtraError, UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.sumo_e1_rows import NAMES, E1Rows, RowTexts
from simulator.formats.xml_events import parse

MARK = b"nVehContrib"
"""A name that only E1 output has; E2, E3 and instant loops have others."""
_HEAD_BYTES = 1 << 16
"""Bytes in which the mark is looked for. Chosen: SUMO's comment of all options stands before the first row, some kB."""
_ROWS = 1 << 14
"""Rows turned into numbers at a time. Chosen: some MB of text."""


def layout(path: Path) -> str | None:
    """Return `XML`, `CSV` or `parquet` where a file is E1 output, else None."""
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
    return "XML" if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else "CSV"


def e1_rows(path: Path) -> Iterator[E1Rows]:
    """Yield the rows of a file, some thousand at a time. Raises UserError naming file, place and likely slip."""
    kind = layout(path)
    if kind is None:
        raise UserError(
            f"{path}: wanted SUMO's E1 output, rows with nVehContrib, got none in its first {_HEAD_BYTES // 1024} kB (is it E2 "
            "or E3 output, or was the run ended before it wrote?)"
        )
    if kind == "XML":
        yield from _xml(SourceFile(path))
    elif kind == "CSV":
        yield from _csv(SourceFile(path))
    else:
        yield from _parquet(path)


def _xml(file: SourceFile) -> Iterator[E1Rows]:
    found = RowTexts()
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    places: dict[tuple[str, ...], list[int]] = {}  # where the values are among an interval's names and values

    def start(tag: str, attributes: list[str]) -> None:
        if tag != "interval":
            return
        names = tuple(attributes[::2])
        where = places.get(names)
        if where is None:
            missing = [name for name in NAMES if name not in names]
            if missing:
                place = f"{file.place}, line {parser.CurrentLineNumber}"
                raise UserError(
                    f"{place}: an interval without {', '.join(missing)} (is it E2, E3 or mesoscopic output?)"
                )
            where = places[names] = [2 * names.index(name) + 1 for name in NAMES]
        for column, at in zip(found.columns, where, strict=True):
            column.append(attributes[at])
        found.lines.append(parser.CurrentLineNumber)

    parser.StartElementHandler = start
    for _ in parse(file, parser, "was SUMO ended before it closed its files?"):
        if len(found.lines) >= _ROWS:
            yield found.rows(file.place)
            found = RowTexts()
    yield found.rows(file.place)


def _columns(names: Sequence[str], place: str) -> list[int]:
    plain = [name.strip().rpartition("_")[2] for name in names]
    missing = [name for name in NAMES if name not in plain]
    if missing:
        raise UserError(f"{place}: missing {', '.join(missing)}, got {', '.join(names)[:200]} (is it E1 output?)")
    return [plain.index(name) for name in NAMES]


def _csv(file: SourceFile) -> Iterator[E1Rows]:
    with file.opened() as stream:
        text = io.TextIOWrapper(_readable(stream), encoding="utf-8-sig", errors="replace", newline="")
        header = text.readline()
        separator = max(";,\t|", key=header.count)
        names = next(csv.reader([header], delimiter=separator), [])
        where = _columns(names, f"{file.place}, line 1")
        found = RowTexts()
        for line, row in enumerate(csv.reader(text, delimiter=separator), 2):
            if not row:
                continue
            if len(row) != len(names):
                raise UserError(
                    f"{file.place}, line {line}: wanted {len(names)} fields, got {len(row)} (was SUMO ended while it wrote?)"
                )
            for column, k in zip(found.columns, where, strict=True):
                column.append(row[k])
            found.lines.append(line)
            if len(found.lines) == _ROWS:
                yield found.rows(file.place)
                found = RowTexts()
        yield found.rows(file.place)


def _readable(stream: IO[bytes]) -> Any:
    return stream if isinstance(stream, io.BufferedIOBase) else io.BytesIO(stream.read())


def _parquet(path: Path) -> Iterator[E1Rows]:
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingExtraError(f"{path}: parquet needs pip install laneblock[parquet]") from None
    try:
        table = ParquetFile(path)
        where = _columns(table.schema_arrow.names, str(path))
        wanted = [table.schema_arrow.names[k] for k in where]
        for batch in table.iter_batches(columns=wanted):
            columns = [batch.column(batch.schema.get_field_index(name)) for name in wanted]
            if any(column.null_count for column in columns):
                raise UserError(f"{path}: wanted values in every row, got an empty one")
            texts = [column.to_pylist() for column in columns]
            texts = [list(map(str, each)) for each in texts[:3]] + [[f"{v:.2f}" for v in each] for each in texts[3:]]
            yield RowTexts(tuple(texts)).rows(str(path))
    except (pyarrow.ArrowException, OSError) as error:
        said = " ".join(str(error).split())[:200]
        raise UserError(f"{path}: wanted a whole parquet file, got {said} (was SUMO ended before it closed?)") from None
