"""Entries of a stream: what goes in comes out, and what is damaged is told."""

import math

from hypothesis import given
from hypothesis import strategies as st

from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.workers.stream_entry import batch_fields, end_fields, entry_of, last_stamp_s, order_of

READING = Reading("S1", 0, 30.0, 5.0, math.nan, 0.1)


def test_a_batch_comes_out_as_it_went_in() -> None:
    entry = entry_of("a4", b"1-0", batch_fields(ReadingBatch("a4", (READING,))))
    assert entry.number == "1-0"
    assert repr(entry.batch) == repr(ReadingBatch("a4", (READING,)))
    assert not entry.is_end


def test_the_end_of_the_sources_has_no_readings() -> None:
    assert entry_of("a4", b"1-0", end_fields()).is_end
    assert last_stamp_s(end_fields()) is None


def test_the_newest_stamp_of_a_batch_stands_beside_it() -> None:
    batch = ReadingBatch("a4", (READING._replace(time_s=90.0), READING))
    assert last_stamp_s(batch_fields(batch)) == 90.0


def test_what_cannot_be_read_is_told_and_is_no_end() -> None:
    entry = entry_of("a4", b"1-0", {b"readings": b"no batch"})
    assert entry.batch is None
    assert "damaged" in entry.damaged
    assert not entry.is_end


@given(st.tuples(st.integers(0, 2**60), st.integers(0, 2**60)), st.tuples(st.integers(0, 2**60), st.integers(0, 2**60)))
def test_numbers_are_ordered_as_redis_orders_them(one: tuple[int, int], other: tuple[int, int]) -> None:
    texts = [f"{time_ms}-{ordinal}" for time_ms, ordinal in (one, other)]
    assert (order_of(texts[0]) < order_of(texts[1])) == (one < other)
