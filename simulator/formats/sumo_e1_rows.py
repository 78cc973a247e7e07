"""Rows of SUMO's E1 output, one at a time: XML, CSV (any separator, tag before the names or not) and parquet, also `.gz`.

Checked against sumo 1.28.0. Times are seconds, or h:m:s where SUMO ran with `-H`. Parquet holds 32-bit numbers that are not
rounded; they are rounded to two digits as SUMO does in XML and CSV, so that one run is one recording in every layout.
"""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from scenarios.errors import MissingExtraError, UserError
from simulator.formats.source_files import SourceFile

MARK = b"nVehContrib"
"""A name that only E1 output has; E2, E3 and instant loops have others."""
_HEAD_BYTES = 1 << 16
"""Bytes in which the mark is looked for. Chosen: SUMO's comment of all options stands before the first row, some kB."""
_NAMES = ("begin", "end", "id", "nVehContrib", "occupancy", "speed")
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class E1Row:
    """One loop over one interval: times [s], count, occupancy [share], speed [m/s]; NaN where nobody was measured."""

    begin_s: float
    end_s: float
    loop: str
    count: float
    occupancy: float
    speed_mps: float


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


def e1_rows(path: Path) -> Iterator[E1Row]:
    """Yield the rows of a file. Raises UserError naming file, place and likely slip."""
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


def seconds(text: str) -> float:
    """Return a time of SUMO in seconds: a number, or days:h:m:s. Raises ValueError.

    >>> seconds("1:01:30.50"), seconds("90.00")
    (3690.5, 90.0)
    """
    parts = [float(part) for part in text.split(":")]
    if len(parts) > 4:
        raise ValueError(text)
    return float(sum(part * unit for part, unit in zip(reversed(parts), (1, 60, 3600, 86400), strict=False)))


def _row(values: Sequence[str], place: str) -> E1Row:
    try:
        begin_s, end_s = seconds(values[0]), seconds(values[1])
        count, percent, speed = (float(each) for each in values[3:6])
        if not all(map(math.isfinite, (begin_s, end_s, count, percent, speed))):
            raise ValueError(values)
    except ValueError:
        got = ", ".join(f"{name} {value!r}" for name, value in zip(_NAMES, values, strict=True))
        raise UserError(f"{place}: wanted numbers, got {got[:300]} (are columns shifted?)") from None
    if end_s <= begin_s or count < 0 or not 0 <= percent <= 100.01:
        raise UserError(
            f"{place}: wanted an interval, a count of 0 or more and 0 to 100 per cent, got {begin_s:g} to {end_s:g} s, "
            f"{count:g} and {percent:g} (are columns exchanged?)"
        )
    return E1Row(
        begin_s, end_s, values[2], count, min(1.0, round(percent / 100, 10)), speed if speed >= 0 else math.nan
    )


def _xml(file: SourceFile) -> Iterator[E1Row]:
    found: list[E1Row] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag != "interval":
            return
        place = f"{file.place}, line {parser.CurrentLineNumber}"
        missing = [name for name in _NAMES if name not in attributes]
        if missing:
            raise UserError(f"{place}: an interval without {', '.join(missing)} (is it E2, E3 or mesoscopic output?)")
        found.append(_row([attributes[name] for name in _NAMES], place))

    def doctype(*_: object) -> None:
        raise UserError(f"{file.place}: wanted XML without a document type, got one (it may define entities)")

    parser.StartElementHandler, parser.StartDoctypeDeclHandler = start, doctype
    try:
        with file.opened() as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                yield from found
                found.clear()
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UserError(
            f"{file.place}: wanted a whole XML file, got {error} (was SUMO ended before it closed its files?)"
        ) from None


def _columns(names: Sequence[str], place: str) -> list[int]:
    plain = [name.strip().rpartition("_")[2] for name in names]
    missing = [name for name in _NAMES if name not in plain]
    if missing:
        raise UserError(f"{place}: missing {', '.join(missing)}, got {', '.join(names)[:200]} (is it E1 output?)")
    return [plain.index(name) for name in _NAMES]


def _csv(file: SourceFile) -> Iterator[E1Row]:
    with file.opened() as stream:
        text = io.TextIOWrapper(_readable(stream), encoding="utf-8-sig", errors="replace", newline="")
        header = text.readline()
        separator = max(";,\t|", key=header.count)
        names = next(csv.reader([header], delimiter=separator), [])
        where = _columns(names, f"{file.place}, line 1")
        for line, row in enumerate(csv.reader(text, delimiter=separator), 2):
            if not row:
                continue
            if len(row) != len(names):
                raise UserError(
                    f"{file.place}, line {line}: wanted {len(names)} fields, got {len(row)} (was SUMO ended while it wrote?)"
                )
            yield _row([row[k] for k in where], f"{file.place}, line {line}")


def _readable(stream: IO[bytes]) -> Any:
    return stream if isinstance(stream, io.BufferedIOBase) else io.BytesIO(stream.read())


def _parquet(path: Path) -> Iterator[E1Row]:
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
            columns = [batch.column(batch.schema.get_field_index(name)).to_pylist() for name in wanted]
            for row in zip(*columns, strict=True):
                if None in row:
                    raise UserError(f"{path}: wanted values in every row, got an empty one at {row[:3]}")
                yield _row([str(row[0]), str(row[1]), str(row[2]), *(str(round(v, 2)) for v in row[3:])], str(path))
    except (pyarrow.ArrowException, OSError) as error:
        said = " ".join(str(error).split())[:200]
        raise UserError(f"{path}: wanted a whole parquet file, got {said} (was SUMO ended before it closed?)") from None
