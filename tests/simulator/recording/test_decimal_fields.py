"""Fields of text become the numbers that `float` reads, to the bit; whatever is no plain decimal is named."""

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.frame import Array, Flags
from simulator.recording.decimal_fields import PADDING, decimals, padded


def read(fields: list[str]) -> tuple[Array, Flags]:
    """The fields' numbers out of one text that has nothing between them."""
    parts = [field.encode() for field in fields]
    ends = PADDING + np.cumsum([len(part) for part in parts])
    return decimals(padded(b"".join(parts)), ends - [len(part) for part in parts], ends)


DIGITS = st.text("0123456789", max_size=17)
FIELDS = st.one_of(
    st.builds("{}{}.{}".format, st.sampled_from(["", "-"]), DIGITS, DIGITS),
    st.builds("{}{}".format, st.sampled_from(["", "-", "+"]), DIGITS),
    st.floats().map(repr),
    st.text("0123456789.-e:/ ", max_size=12),
)


@settings(max_examples=300)
@given(st.lists(FIELDS, min_size=1, max_size=12))
def test_a_number_is_the_one_that_float_reads_to_the_bit(fields: list[str]) -> None:
    values, odd = read(fields)
    for field, value, other in zip(fields, values.tolist(), odd.tolist(), strict=True):
        assert math.isnan(value) if other else struct.pack("d", value) == struct.pack("d", float(field))


@settings(max_examples=100)
@given(st.lists(st.decimals(-(10**9), 10**9, places=3), min_size=1, max_size=40))
def test_a_column_of_equally_many_decimals_is_read_whole(numbers: list[object]) -> None:
    assert not read([str(number) for number in numbers])[1].any()


@pytest.mark.parametrize("field", ["", "-", ".", "-.", "1.2.3", "1e5", "nan", "+1", "1_0", " 1", "12:30", "1-2", "é"])
def test_what_is_no_plain_decimal_is_named_and_its_neighbours_are_read(field: str) -> None:
    values, odd = read(["7.5", field, "8"])
    assert odd.tolist() == [False, True, False]
    np.testing.assert_array_equal(values, [7.5, np.nan, 8.0])


def test_sixteen_digits_are_left_to_float() -> None:
    assert read(["999999999999999", "9007199254740993"])[1].tolist() == [False, True]
