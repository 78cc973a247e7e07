"""A feed's XML file taken apart without a parser: its values, and the fixed text around them, which is the same every minute.

Values are texts between tags that consist of digits, points, commas and minus signs alone, times as 2024-06-11T07:00:00+02:00,
and the numbers of one attribute. In the fixed text each is a sign that such files do not have. Two files of one fixed text differ
in these values alone: where one is well-formed the other one is, and a value means what the one at its place in the other means.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array

VALUE = b"\x7f"
"""Stands for a value in the fixed text."""
LARGEST = 1 << 25
"""Bytes of a file that is taken apart. Chosen: its columns take five times as much memory; a minute of a country is 30 MB."""
_OF_NUMBERS = bytes(sign in b"0123456789.,-" for sign in range(256))
_OF_TIMES = np.array([sign in b"0123456789-:.+TZ" for sign in range(256)])
_DATE = len("2024-06-11")
_LONGEST_TIME = 40
_MOST_LENGTHS = 8
"""Lengths of times in one file. Chosen: the publication's own, with parts of a second say, and those of its records."""
_LESS, _GREATER, _QUOTE, _T = b'<>"T'
_BETWEEN = b";"
_number = lru_cache(maxsize=100_000)(float)
"""Of some hundred texts that come again and again."""


@dataclass(frozen=True, slots=True, eq=False)
class FeedDocument:
    """A file's `data`, its `fixed` text, and where its V values start and end in `data`, in order."""

    data: bytes
    fixed: bytes
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]

    def texts(self, values: NDArray[np.intp]) -> list[str]:
        """Return these values as texts."""
        places = zip(self.starts[values].tolist(), self.ends[values].tolist(), strict=True)
        return [self.data[start:end].decode("ascii") for start, end in places]

    def numbers(self, values: NDArray[np.intp], comma: bool = False) -> Array | None:
        """Return these values as numbers; None where one is none. With `comma`, 12,5 is a number."""
        if not len(values):
            return np.zeros(0)
        starts, lengths = self.starts[values], self.ends[values] - self.starts[values] + 1
        ends = np.cumsum(lengths)
        places = np.repeat(starts - (ends - lengths), lengths) + np.arange(int(lengths.sum()))
        signs = np.frombuffer(self.data, np.uint8)[places]
        signs[ends - 1] = _BETWEEN[0]
        text = signs[:-1].tobytes()
        try:
            texts = (text.replace(b",", b".") if comma else text).split(_BETWEEN)
            return np.fromiter(map(_number, texts), np.float64, len(values))
        except ValueError:
            return None


def take_apart(data: bytes, attribute: bytes = b"") -> FeedDocument | None:
    """Return a file's fixed text and values; None where it does not begin and end as XML does, or is too large.

    `attribute`: the end of an attribute's name, with its `=`, whose numbers between double quotes are values too.
    """
    if not data.startswith(b"<") or len(data) > LARGEST:
        return None
    data = data.rstrip() + b"\n"
    signs = np.frombuffer(data, np.uint8)
    numeric = np.frombuffer(data.translate(_OF_NUMBERS), np.bool_)
    edges = np.flatnonzero(numeric[1:] != numeric[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    before, after = signs[starts - 1], signs[ends]
    text = before == _GREATER
    values = text & (after == _LESS)
    if attribute:
        values |= _of_attribute(signs, starts, np.flatnonzero((before == _QUOTE) & (after == _QUOTE)), attribute)
    times = np.flatnonzero(text & (after == _T) & (ends - starts == _DATE))
    if len(times):
        times, lengths = _whole_times(data, signs, starts, times)
        values[times] = True
        ends = ends.copy()
        ends[times] = starts[times] + lengths
    starts, ends = starts[values], ends[values]
    more = ends - starts - 1
    dropped = np.repeat(starts + 1 - (np.cumsum(more) - more), more) + np.arange(int(more.sum()))
    kept = np.ones(len(data), dtype=np.bool_)
    kept[dropped] = False
    fixed = signs.copy()
    fixed[starts] = VALUE[0]
    return FeedDocument(data, fixed[kept].tobytes(), starts, ends)


def _of_attribute(
    signs: NDArray[np.uint8], starts: NDArray[np.intp], quoted: NDArray[np.intp], attribute: bytes
) -> NDArray[np.bool_]:
    """Return (R,) whether a run is the value of the attribute; `quoted` are the runs between double quotes."""
    for back, sign in enumerate(reversed(attribute), 2):
        quoted = quoted[signs.take(starts[quoted] - back, mode="clip") == sign]
    found = np.zeros(len(starts), dtype=np.bool_)
    found[quoted] = True
    return found


def _whole_times(
    data: bytes, signs: NDArray[np.uint8], starts: NDArray[np.intp], times: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return those of `times` (runs that are dates) that are whole texts, and the length of each text."""
    found, lengths = [times[:0]], [times[:0]]
    for _ in range(_MOST_LENGTHS):
        if not len(times):
            break
        first = int(starts[times[0]])
        length = data.find(b"<", first) - first
        if not 0 < length <= _LONGEST_TIME:
            times = times[1:]
            continue
        text = signs.take(starts[times][:, np.newaxis] + np.arange(length + 1), mode="clip")
        whole = _OF_TIMES[text[:, :-1]].all(axis=1) & (text[:, -1] == _LESS)
        found.append(times[whole])
        lengths.append(np.full(len(found[-1]), length))
        whole[0] = True  # one that is none is not tried again
        times = times[~whole]
    return np.concatenate(found), np.concatenate(lengths)
