"""Messages with readings, `laneblock.readings/1`: parsed and checked, and written. HTTP and MQTT share it.

A message whose head is wrong is refused as a whole; of one with a proper head, the readings that are wrong are refused, each in one
line that says which, what was wanted and what came, and the others are taken.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json

from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.sources.reading_schema import (
    MOST_BYTES,
    MOST_READINGS,
    SCHEMA,
    DocumentHead,
    ReadingDocument,
    ReadingFields,
    ReadingLine,
)
from harness.service.sources.stamps import StampReader
from scenarios.corridor import LATEST_S
from scenarios.errors import UserError, printable
from scenarios.suggestion import likely
from simulator.recording.csv_header import shown

MOST_TOLD = 20
"""Refused readings that are told in words; all are counted. Chosen: nobody reads more."""
_NAN = float("nan")
_SLIPS = {
    ("occupancy", "less_than_equal"): " (is it a percentage?)",
    ("speed_mps", "less_than_equal"): " (is it in km/h or mph?)",
    ("count", "greater_than_equal"): " (an unknown value is null)",
    ("speed_mps", "greater_than_equal"): " (an unknown value is null)",
    ("occupancy", "greater_than_equal"): " (an unknown value is null)",
    ("time", "missing"): " (seconds since 1970, or ISO 8601)",
}
_NUMBER_IN_QUOTES = " (a number without quotation marks?)"


@dataclass(slots=True)
class ReadingMessage:
    """What a message held: batches by corridor, and why other readings were refused (20 at most; `refused_count` counts all)."""

    batches: tuple[ReadingBatch, ...] = ()
    refused: list[str] = field(default_factory=list)
    refused_count: int = 0

    def refuse(self, why: str) -> None:
        """Note a refused reading."""
        self.refused_count += 1
        if len(self.refused) < MOST_TOLD:
            self.refused.append(why)


@cache
def _adapter(fields: Any) -> TypeAdapter[Any]:
    return TypeAdapter(fields)


def parse_message(
    body: bytes | str, clocks: Mapping[str, StampReader] | None = None, *, lines: bool = False
) -> ReadingMessage:
    """Return the readings of a JSON message, with `lines` of one in NDJSON.

    `clocks` read stamps by corridor; without one, a stamp in text needs an offset. Raises UserError where the message is no such
    message: too large, no JSON, of another version.
    """
    if len(body) > MOST_BYTES:
        raise UserError(f"message: wanted {MOST_BYTES} bytes at most, got {len(body)} (in several messages?)")
    message = ReadingMessage()
    taken: dict[str, list[Reading]] = {}
    clocks, plain = clocks or {}, StampReader()
    for place, corridor, fields in _lines(body, message) if lines else _document(body, message):
        try:
            reading = _reading(fields, clocks.get(corridor, plain))
        except UserError as error:
            message.refuse(f"{place}: {error}")
        else:
            taken.setdefault(corridor, []).append(reading)
    message.batches = tuple(ReadingBatch(corridor, tuple(readings)) for corridor, readings in taken.items())
    return message


def _document(body: bytes | str, message: ReadingMessage) -> Iterator[tuple[str, str, ReadingFields]]:
    try:
        document: ReadingDocument = _adapter(ReadingDocument).validate_json(body)
    except ValidationError:
        yield from _one_by_one(body, message)
    else:
        for place, fields in enumerate(document["readings"]):
            yield f"readings[{place}]", document["corridor"], fields


def _one_by_one(body: bytes | str, message: ReadingMessage) -> Iterator[tuple[str, str, ReadingFields]]:
    """Yield those readings of a message that are valid, refuse the others. Raises UserError for its head."""
    try:
        raw = from_json(body)
    except ValueError as error:
        slip = "; is it NDJSON, with a reading a line?" if "trailing" in str(error) else ""
        raise UserError(f"message: wanted JSON ({error}{slip})") from None
    try:
        head: DocumentHead = _adapter(DocumentHead).validate_python(raw)
    except ValidationError as error:
        raise UserError(f"message{_explained(error, DocumentHead)}") from None
    for place, each in enumerate(head["readings"]):
        try:
            fields: ReadingFields = _adapter(ReadingFields).validate_python(each)
        except ValidationError as error:
            message.refuse(f"readings[{place}]{_explained(error, ReadingFields)}")
        else:
            yield f"readings[{place}]", head["corridor"], fields


def _lines(body: bytes | str, message: ReadingMessage) -> Iterator[tuple[str, str, ReadingFields]]:
    rows = (body if isinstance(body, bytes) else body.encode()).split(b"\n")
    if len(rows) > MOST_READINGS + 1:
        raise UserError(f"message: wanted {MOST_READINGS} readings at most, got {len(rows)} (in several messages?)")
    adapter = _adapter(ReadingLine)
    for number, row in enumerate(rows, start=1):
        if row.strip():
            try:
                line: ReadingLine = adapter.validate_json(row)
            except ValidationError as error:
                message.refuse(f"line {number}{_explained(error, ReadingLine)}")
            else:
                yield f"line {number}", line["corridor"], line


def _reading(fields: ReadingFields, clock: StampReader) -> Reading:
    count, speed, occupancy = fields.get("count"), fields.get("speed_mps"), fields.get("occupancy")
    return Reading(
        fields["station"],
        fields["lane"],
        clock.read(fields["time"], fields["station"]),
        _NAN if count is None else count,
        _NAN if speed is None else speed,
        _NAN if occupancy is None else occupancy,
    )


def _explained(error: ValidationError, model: Any) -> str:
    """The first error as the rest of a line: place, what was wanted, what came, the likely slip."""
    # An unknown field is usually why another one seems to be missing: it comes first.
    first = min(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
    name = str(first["loc"][0]) if first["loc"] else ""
    place = f".{printable(name[:60])}" if name else ""
    if first["type"] == "extra_forbidden":
        known = list(model.__annotations__)
        return f"{place}: unknown field{likely(name, known) or '; known: ' + ', '.join(known)}"
    if first["type"] == "missing":
        return f"{place}: wanted, but missing{_SLIPS.get((name, 'missing'), '')}"
    wanted = str(first["msg"]).replace("Input should be ", "wanted ").replace("a valid dictionary", "an object")
    wanted = printable(wanted.replace("String should have ", "wanted a text with ").replace("a valid ", "a "))
    if first["type"] == "json_invalid":
        return f": wanted one JSON object ({wanted})"
    return f"{place}: {wanted}, got {_shown(first['input'])}{_slip(name, first)}"


def _slip(name: str, error: ErrorDetails) -> str:
    quoted = error["type"].endswith("_type") and isinstance(error["input"], str)
    return _NUMBER_IN_QUOTES if quoted and name != "station" else _SLIPS.get((name, error["type"]), "")


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and abs(value) > LATEST_S:  # Python refuses to write a very long one
        return "a very large number"
    return printable(shown(value[:60] if isinstance(value, str) else value))


def write_message(batch: ReadingBatch) -> bytes:
    """Return a batch as a JSON message; it reads back bit for bit.

    >>> write_message(ReadingBatch("a4", (Reading("S1", 0, 30.0, 2.0, float("nan"), 0.01),)))
    b'{"schema":"laneblock.readings/1","corridor":"a4","readings":[{"station":"S1","lane":0,"time":30.0,"count":2.0,"occupancy":0.01}]}'
    """
    readings = [_fields(reading) for reading in batch.readings]
    document = {"schema": SCHEMA, "corridor": batch.corridor, "readings": readings}
    return json.dumps(document, allow_nan=False, separators=(",", ":")).encode()


def _fields(reading: Reading) -> dict[str, object]:
    fields: dict[str, object] = {"station": reading.station, "lane": reading.lane, "time": reading.time_s}
    values = (("count", reading.count_veh), ("speed_mps", reading.speed_mps), ("occupancy", reading.occupancy))
    return fields | {name: value for name, value in values if value == value}
