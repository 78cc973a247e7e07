"""Arrays in a detector's file, as types of the fields of a `FileSchema`.

Lists are checked by the set of their elements' types and by numpy: a model holds hundreds of thousands of numbers.
"""

import reprlib
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import PlainValidator

from detectors.file_schema import LARGEST_WEIGHT, misfit
from simulator.frame import Array

Integers = NDArray[np.int32]
Flags = NDArray[np.bool_]
DIGITS = 7
"""Digits that a trained model's numbers are rounded to, so that its file holds the model exactly: those of single precision. More
make a file larger and change nothing."""
MOST_INTEGER = 2**31 - 1
"""Largest number of a node or a feature: they are kept in 32 bits."""


def _finite(written: object) -> Array:
    return _within(written, sys.float_info.max)


def _weights(written: object) -> Array:
    return _within(written, LARGEST_WEIGHT)


def _matrix(written: object) -> Array:
    rows = _list(written, "rows of numbers")
    if not rows:
        raise misfit("", "wanted rows of numbers, got none")
    for number, row in enumerate(rows):
        if len(_list(row, "numbers", f"[{number}]")) != len(rows[0]):
            raise misfit(f"[{number}]", f"wanted rows of one length, {len(rows[0])} numbers, got {len(row)}")
    flat = [each for row in rows for each in row]
    return _within(flat, LARGEST_WEIGHT, len(rows[0])).reshape(len(rows), len(rows[0]))


def _integers(written: object) -> Integers:
    numbers = _list(written, "whole numbers")
    _types(numbers, (int,), "a whole number")
    if numbers and not (min(numbers) >= 0 and max(numbers) <= MOST_INTEGER):
        bad = next(k for k, each in enumerate(numbers) if not 0 <= each <= MOST_INTEGER)
        raise misfit(f"[{bad}]", f"wanted a whole number, 0 to {MOST_INTEGER}, got {reprlib.repr(numbers[bad])}")
    return np.array(numbers, dtype=np.int32)


def _flags(written: object) -> Flags:
    numbers = _integers(written)
    if (numbers > 1).any():
        bad = int(np.argmax(numbers > 1))
        raise misfit(f"[{bad}]", f"wanted 0 or 1, got {numbers[bad]}")
    return numbers.astype(np.bool_)


def _within(written: object, most: float, width: int = 0) -> Array:
    """Numbers of a size of at most `most`; an offending one is named by its row too, where rows are `width` wide."""
    numbers = _list(written, "numbers")
    _types(numbers, (int, float), "a number", width)
    try:
        values = np.array(numbers, dtype=np.float64)
        fits = np.abs(values) <= most
    except OverflowError:  # a whole number of hundreds of digits
        fits = np.array([abs(each) <= most for each in numbers])
    if not fits.all():
        bad = int(np.argmin(fits))
        size = "a finite number" if most > LARGEST_WEIGHT else f"a number of size {most:g} at most"
        raise misfit(_element(bad, width), f"wanted {size}, got {reprlib.repr(numbers[bad])}")
    return values


def _types(numbers: Sequence[Any], wanted: tuple[type, ...], named: str, width: int = 0) -> None:
    if not set(map(type, numbers)) <= set(wanted):
        bad = next(k for k, each in enumerate(numbers) if type(each) not in wanted)
        raise misfit(_element(bad, width), f"wanted {named}, got {reprlib.repr(numbers[bad])}")


def _element(number: int, width: int) -> str:
    return f"[{number // width}][{number % width}]" if width else f"[{number}]"


def _list(written: object, of: str, at: str = "") -> list[Any]:
    if not isinstance(written, list):
        raise misfit(at, f"wanted a list of {of}, got {reprlib.repr(written)}")
    return written


def rounded(values: Array) -> Array:
    """Return the values with DIGITS digits, as a file holds them.

    >>> rounded(np.array([1 / 3, 12345678.9])).tolist()
    [0.3333333, 12345680.0]
    """
    flat = [float(f"{value:.{DIGITS}g}") for value in np.ravel(values).tolist()]
    return np.array(flat).reshape(np.shape(values))


FiniteNumbers = Annotated[Array, PlainValidator(_finite)]
Weights = Annotated[Array, PlainValidator(_weights)]
Matrix = Annotated[Array, PlainValidator(_matrix)]
WholeNumbers = Annotated[Integers, PlainValidator(_integers)]
Switches = Annotated[Flags, PlainValidator(_flags)]
"""Numbers as they are; numbers of the size of weights; rows of such; whole numbers from 0; zeros and ones."""
