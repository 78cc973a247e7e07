"""Batches as bytes: exact to the bit."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.batch_bytes import pack_batch, unpack_batch
from scenarios.errors import MachineError, UserError

READINGS = st.builds(Reading, st.text(), st.integers(-(2**31), 2**31 - 1), *[st.floats()] * 4)


@given(st.lists(READINGS, max_size=6))
@settings(max_examples=40, deadline=None)
def test_any_batch_comes_back_in_its_order(readings: list[Reading]) -> None:
    back = unpack_batch("north", pack_batch(ReadingBatch("north", tuple(readings))))
    # repr tells NaN from numbers, -0.0 from 0.0, and writes every number exactly
    assert repr(back) == repr(ReadingBatch("north", tuple(readings)))


def test_a_reading_keeps_that_a_value_is_not_known() -> None:
    (back,) = unpack_batch(
        "n", pack_batch(ReadingBatch("n", (Reading("a", 0, 30.0, math.nan, math.nan, 0.0),)))
    ).readings
    assert (back.station, back.lane, back.time_s, back.occupancy) == ("a", 0, 30.0, 0.0)
    assert math.isnan(back.count_veh)
    assert math.isnan(back.speed_mps)


def test_a_frame_of_readings_takes_less_than_twenty_bytes_each() -> None:
    readings = tuple(Reading(f"S{n // 4}", n % 4, 30.0, float(n % 9), 30.0 - n % 7, n % 9 / 100) for n in range(4000))
    assert len(pack_batch(ReadingBatch("north", readings))) < 20 * len(readings)


def test_a_lane_beyond_all_numbers_is_refused() -> None:
    with pytest.raises(UserError, match="corridor 'north': a lane counts from 0"):
        pack_batch(ReadingBatch("north", (Reading("a", 2**40, 30.0, 1.0, 1.0, 0.1),)))


@pytest.mark.parametrize("cut", [0, 5, -1])
def test_a_damaged_batch_is_named_by_its_corridor(cut: int) -> None:
    body = pack_batch(ReadingBatch("north", (Reading("a", 0, 30.0, 1.0, 1.0, 0.1),)))
    with pytest.raises(MachineError, match="a journaled batch of corridor 'north' is damaged"):
        unpack_batch("north", body[:cut])
