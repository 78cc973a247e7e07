import contextlib
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.sources.reading_message import MOST_TOLD, parse_message, write_message
from harness.service.sources.reading_schema import MOST_BYTES, MOST_READINGS, SCHEMA
from harness.service.sources.stamps import StampReader, read_zone
from scenarios.errors import UserError

GOOD = {"station": "S1", "lane": 0, "time": 30, "count": 3, "speed_mps": 27.5, "occupancy": 0.08}


def document(*readings: object, **head: object) -> bytes:
    return json.dumps({"schema": SCHEMA, "corridor": "a4", "readings": readings} | head).encode()


def refusal(reading: object) -> str:
    message = parse_message(document(GOOD, reading))
    assert [len(batch.readings) for batch in message.batches] == [1]
    (line,) = message.refused
    assert "\n" not in line
    return line


def test_a_message_becomes_a_batch() -> None:
    message = parse_message(document(GOOD))
    assert message.batches == (ReadingBatch("a4", (Reading("S1", 0, 30.0, 3.0, 27.5, 0.08),)),)
    assert (message.refused, message.refused_count) == ([], 0)


def test_null_and_missing_values_are_not_known() -> None:
    message = parse_message(document({"station": "S1", "lane": 0, "time": 30, "count": None}))
    assert all(math.isnan(value) for value in message.batches[0].readings[0][3:])


def test_lines_are_readings_of_their_corridors() -> None:
    rows = [{**GOOD, "corridor": name} for name in ("a4", "a5", "a4")]
    message = parse_message("\r\n".join(json.dumps(row) for row in rows) + "\n\n", lines=True)
    assert [(batch.corridor, len(batch.readings)) for batch in message.batches] == [("a4", 2), ("a5", 1)]


def test_a_refused_line_is_told_by_its_number() -> None:
    message = parse_message(b'{"corridor":"a4","station":"S","lane":0,"time":1}\n{"corridor":', lines=True)
    assert len(message.batches[0].readings) == 1
    assert message.refused[0].startswith("line 2: wanted one JSON object (")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"occupancy": 12}, r"readings[1].occupancy: wanted less than or equal to 1, got 12 (is it a percentage?)"),
        (
            {"speed_mps": 110},
            r"readings[1].speed_mps: wanted less than or equal to 70, got 110 (is it in km/h or mph?)",
        ),
        ({"count": -1}, r"readings[1].count: wanted greater than or equal to 0, got -1 (an unknown value is null)"),
        ({"lane": "0"}, r"readings[1].lane: wanted a integer, got '0' (a number without quotation marks?)"),
        ({"time": 1.7e12}, r"readings[1]: time is in seconds, got 1700000000000.0 (is it in milliseconds?)"),
        ({"speed": 3}, r"readings[1].speed: unknown field; did you mean 'speed_mps'?"),
        ({"station": ""}, r"readings[1].station: wanted a text with at least 1 character, got ''"),
        ({"lane": 10**300}, r"readings[1].lane: wanted less than 100, got a very large number"),
        ({"time": {"s": 1}}, r"readings[1].time: wanted a number, got an object"),
    ],
)
def test_a_wrong_reading_is_refused_in_a_line(change: dict[str, object], told: str) -> None:
    assert refusal(GOOD | change) == told


def test_a_number_that_is_not_finite_is_refused() -> None:
    body = document(GOOD).replace(b"27.5", b"NaN")
    assert parse_message(body).refused == ["readings[0].speed_mps: wanted a finite number, got nan"]


def test_names_from_outside_are_escaped() -> None:
    assert refusal(GOOD | {"\x1b[2J": 1}).startswith("readings[1].\\x1b[2J: unknown field")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", r"^message: wanted JSON \(EOF"),
        (b'{"a":1}\n{"a":2}', r"is it NDJSON, with a reading a line\?"),
        (b"[]", "^message: wanted an object, got a list$"),
        (b"{}", "^message.schema: wanted, but missing$"),
        (b"[" * 100_000, "recursion limit"),
        (document(schema="laneblock.readings/2"), "wanted 'laneblock.readings/1', got 'laneblock.readings/2'"),
        (document(corridor="x" * 300), "message.corridor: wanted a text with at most 200 characters"),
        (b" " * (MOST_BYTES + 1), r"bytes at most, got .* \(in several messages\?\)"),
        (document(*[1] * (MOST_READINGS + 1)), "message.readings: List should have at most 100000 items"),
    ],
)
def test_a_message_with_a_wrong_head_is_refused(body: bytes, told: str) -> None:
    with pytest.raises(UserError, match=told):
        parse_message(body)


def test_all_refused_readings_are_counted_and_some_are_told() -> None:
    message = parse_message(document(*[3] * 50))
    assert (len(message.refused), message.refused_count) == (MOST_TOLD, 50)


def test_local_times_are_read_with_the_corridors_zone() -> None:
    body = document(GOOD | {"time": "2026-01-01T01:00:00"})
    clocks = {"a4": StampReader(read_zone("Europe/Berlin"))}
    assert parse_message(body, clocks).batches[0].readings[0].time_s == 1767225600.0
    assert "is a Z missing" in parse_message(body).refused[0]


NUMBERS = st.floats(0, 1) | st.just(math.nan)
READINGS = st.builds(Reading, st.text(min_size=1, max_size=20), st.integers(0, 99), st.floats(0, 1e11), *[NUMBERS] * 3)


@given(st.lists(READINGS, min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_what_is_written_reads_back_bit_for_bit(readings: list[Reading]) -> None:
    batch = ReadingBatch("a4", tuple(readings))
    message = parse_message(write_message(batch))
    assert repr(message.batches) == repr((batch,))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)
FIELDS = st.dictionaries(st.sampled_from([*GOOD, "x"]), JSON)


@given(st.lists(FIELDS | JSON, max_size=4), st.data())
@settings(max_examples=60, deadline=None)
def test_no_message_makes_anything_but_readings_and_lines(readings: list[object], data: st.DataObject) -> None:
    body = bytearray(document(*readings))
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=2)):
        body[place] = data.draw(st.integers(0, 255))
    for lines in (False, True):
        with contextlib.suppress(UserError):
            message = parse_message(bytes(body), lines=lines)
            assert all("\n" not in line for line in message.refused)
