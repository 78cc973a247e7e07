"""Fields of text as numbers, thousands at a time: eight digits by one multiplication, no object per field.

A plain decimal has an optional minus, up to 15 digits and at most one point. Its value is a quotient of two numbers that doubles
hold exactly, so it is the double that `float` gives, to the bit. Whatever is written otherwise is named, for a reader that looks at
it alone. Source of the multiplications: D. Lemire, "Quickly parsing eight digits" (2018), as in simdjson.
"""

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array, Flags

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

PADDING = 32
"""Bytes that stand before and after the fields of a text: words of eight bytes are read across a field's borders."""
_MOST_DIGITS = 15
"""Doubles hold every whole number of so many digits."""
_MOST_DECIMALS = 8
_KINDS = 6
"""Numbers of decimals looked for in one column. Chosen: a column has one or two of them."""
_WORD = 8
_MINUS, _POINT = ord("-"), ord(".")
_ZEROS, _LOW = np.uint64(0x3030303030303030), np.uint64(0x000000FF000000FF)
_SIXES, _HIGH = np.uint64(0x0606060606060606), np.uint64(0xF0F0F0F0F0F0F0F0)
_FIRST, _SECOND = np.uint64(100 + (1_000_000 << 32)), np.uint64(1 + (10_000 << 32))


def padded(block: bytes) -> Bytes:
    """Return a block of text with `PADDING` on both sides, as numbers of its bytes; its first byte is at `PADDING`."""
    space = bytes(PADDING)
    return np.frombuffer(b"".join((space, block, space)), dtype=np.uint8)


def words_at(text: Bytes, places: Places) -> NDArray[np.uint64]:
    """Return (N,) the eight bytes of a text from each place on, the first byte lowest."""
    words: NDArray[np.uint64] = np.ndarray((len(text) - _WORD + 1,), dtype="<u8", buffer=text, strides=(1,))
    return words[places]


def decimals(text: Bytes, starts: Places, ends: Places) -> tuple[Array, Flags]:
    """Return the numbers (N,) in the fields from `starts` to `ends` of a `padded` text, and (N,) which are no plain decimals.

    Those are NaN. An empty field is none.

    >>> text, ends = padded(b"-1.50,12,1e3"), np.array([5, 8, 12]) + PADDING
    >>> values, odd = decimals(text, np.array([0, 6, 9]) + PADDING, ends)
    >>> values.tolist(), odd.tolist()
    ([-1.5, 12.0, nan], [False, False, True])
    """
    values = np.full(len(starts), np.nan)
    odd = np.ones(len(starts), dtype=np.bool_)
    negative = text[starts] == _MINUS
    first = starts + negative
    left = np.flatnonzero(ends > starts)
    for _ in range(_KINDS):
        if not len(left):
            break
        of_one = _decimals_of(text[first[left[0]] : ends[left[0]]].tobytes())
        found, fits = _fixed(text, first[left], ends[left], of_one)
        if not fits[0]:  # no number at all, or one that is too long
            left = left[1:]
            continue
        there = left[fits]
        values[there], odd[there] = found[fits], False
        left = left[~fits]
    np.negative(values, out=values, where=negative)
    return values, odd


def _decimals_of(field: bytes) -> int:
    """How many digits stand after the point; -1 without one."""
    return -1 if b"." not in field else len(field) - 1 - field.index(b".")


def _fixed(text: Bytes, starts: Places, ends: Places, places: int) -> tuple[Array, Flags]:
    """Values of fields that all have so many decimals, and which of them do."""
    point = ends if places < 0 else ends - 1 - places
    widths = point - starts
    digits = widths + max(places, 0)
    fits = (widths >= 0) & (digits > 0) & (digits <= _MOST_DIGITS)
    if places > _MOST_DECIMALS or not fits.any():
        return np.full(len(starts), np.nan), np.zeros(len(starts), dtype=np.bool_)
    widths = np.clip(widths, 0, 2 * _WORD)
    whole, right = _digits(text, point, np.minimum(widths, _WORD))
    fits &= right
    if widths.max() > _WORD:
        high, right = _digits(text, point - _WORD, np.maximum(widths - _WORD, 0))
        whole, fits = whole + high * np.uint64(10**_WORD), fits & right
    if places < 0:
        return whole.astype(np.float64), fits
    fraction, right = _digits(text, ends, np.full(len(ends), places))
    fits &= right & (text[point] == _POINT)
    scale = np.uint64(10**places)
    return (whole * scale + fraction).astype(np.float64) / float(scale), fits


def _digits(text: Bytes, ends: Places, widths: Places) -> tuple[NDArray[np.uint64], Flags]:
    """The number that the last `widths` (0 to 8) characters before `ends` are, and whether they are digits."""
    spare = ((_WORD - widths) * 8).astype(np.uint64)
    word = ((words_at(text, ends - _WORD) ^ _ZEROS) >> spare) << spare
    right = (((word + _SIXES) | word) & _HIGH) == 0
    word = word * np.uint64(10) + (word >> np.uint64(8))
    word = ((word & _LOW) * _FIRST + ((word >> np.uint64(16)) & _LOW) * _SECOND) >> np.uint64(32)
    return word, right
