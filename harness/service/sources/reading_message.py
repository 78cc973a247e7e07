"""Messages with readings, `laneblock.readings/1`: parsed and checked, and written. HTTP and MQTT share it.

A message whose head is wrong is refused as a whole; of one with a proper head, the readings that are wrong are refused, each in one
line that says which, what was wanted and what came, and the others are taken.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.sources.reading_refusal import explained
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
from scenarios.errors import UserError

MOST_TOLD = 20
"""Refused readings that are told in words; all are counted. Chosen: nobody reads more."""
_NAN = float("nan")


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
    clocks, plain = clocks or {}, StampReader()
    if lines:
        taken: dict[str, list[Reading]] = {}
        for number, line in _lines(body, message):
            corridor = line["corridor"]
            taken.setdefault(corridor, []).extend(
                _readings([(number, line)], "line {}", clocks.get(corridor, plain), message)
            )
        found = list(taken.items())
    else:
        corridor, fields = _document(body, message)
        found = [(corridor, _readings(fields, "readings[{}]", clocks.get(corridor, plain), message))]
    message.batches = tuple(ReadingBatch(corridor, tuple(readings)) for corridor, readings in found if readings)
    return message


def _readings(
    fields: Iterable[tuple[int, ReadingFields]], place: str, clock: StampReader, message: ReadingMessage
) -> list[Reading]:
    """Return the readings of numbered fields that are valid; refuse those whose stamps are none."""
    found = []
    for number, each in fields:
        count, speed, occupancy = each.get("count"), each.get("speed_mps"), each.get("occupancy")
        station = each["station"]
        try:
            time_s = clock.read(each["time"], station)
        except UserError as error:
            message.refuse(f"{place.format(number)}: {error}")
            continue
        found.append(
            Reading(
                station,
                each["lane"],
                time_s,
                _NAN if count is None else count,
                _NAN if speed is None else speed,
                _NAN if occupancy is None else occupancy,
            )
        )
    return found


def _document(body: bytes | str, message: ReadingMessage) -> tuple[str, Iterable[tuple[int, ReadingFields]]]:
    """Return the corridor of a message, and those of its readings that are valid, with their places."""
    try:
        document: ReadingDocument = _adapter(ReadingDocument).validate_json(body)
    except ValidationError:
        return _one_by_one(body, message)
    return document["corridor"], enumerate(document["readings"])


def _one_by_one(body: bytes | str, message: ReadingMessage) -> tuple[str, list[tuple[int, ReadingFields]]]:
    """Return as `_document` does, and refuse the other readings. Raises UserError for the head of the message."""
    try:
        raw = from_json(body)
    except ValueError as error:
        slip = "; is it NDJSON, with a reading a line?" if "trailing" in str(error) else ""
        raise UserError(f"message: wanted JSON ({error}{slip})") from None
    try:
        head: DocumentHead = _adapter(DocumentHead).validate_python(raw)
    except ValidationError as error:
        raise UserError(f"message{explained(error, DocumentHead)}") from None
    valid: list[tuple[int, ReadingFields]] = []
    for place, each in enumerate(head["readings"]):
        try:
            valid.append((place, _adapter(ReadingFields).validate_python(each)))
        except ValidationError as error:
            message.refuse(f"readings[{place}]{explained(error, ReadingFields)}")
    return head["corridor"], valid


def _lines(body: bytes | str, message: ReadingMessage) -> Iterator[tuple[int, ReadingLine]]:
    rows = (body if isinstance(body, bytes) else body.encode()).split(b"\n")
    if len(rows) > MOST_READINGS + 1:
        raise UserError(f"message: wanted {MOST_READINGS} readings at most, got {len(rows)} (in several messages?)")
    adapter = _adapter(ReadingLine)
    for number, row in enumerate(rows, start=1):
        if row.strip():
            try:
                line: ReadingLine = adapter.validate_json(row)
            except ValidationError as error:
                message.refuse(f"line {number}{explained(error, ReadingLine)}")
            else:
                yield number, line


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
