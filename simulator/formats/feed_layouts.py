"""Files of one feed, read by their layout: what a parser finds in a record once holds for all records of the same fixed text.

A file is a head, records one after the other, and a tail. A parser sees each record of another fixed text, and each head with its
tail, once: it says whether they are well-formed, each by itself, and what their values are. A file that is made of such
parts is well-formed too, and is read without it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Generic, TypeVar
from xml.parsers.expat import ExpatError

import numpy as np
from numpy.typing import NDArray

from simulator.formats.feed_document import VALUE, FeedDocument, take_apart
from simulator.formats.xml_events import Begin, Text, event_parser
from simulator.frame import Array

MOST_RECORDS = 20_000
"""Records of different fixed text that are known. Chosen: some 100 MB at most; a feed with more is read by its parser."""
MOST_FRAMES = 1_000
"""Heads and tails that are known. Chosen: some MB; a feed may say in each file's head what no other one says."""
NONE = -1
"""In a layout's arrays of places: there is none, a text that is the same in all files for instance."""
_DECLARATION = re.compile(rb"\s*<\?xml [^<>?]*\?>")
_AFTER_NAME = b" \t\r\n>"
_MARK = VALUE.decode()
_INSIDE = "laneblock-records"
Record = TypeVar("Record")
Layout = TypeVar("Layout")


class OtherLayoutError(Exception):
    """A text is only in part a value, or a record holds what no record should."""


def value_of(text: str) -> int | None:
    """Return which of a record's values a text is, None where it is fixed. Raises OtherLayoutError for one that is both."""
    if _MARK not in text:
        return None
    if text.count(_MARK) != 2 or text[0] != _MARK or text[-1] != _MARK:
        raise OtherLayoutError
    return int(text[1:-1])


def filled(document: FeedDocument, value: NDArray[np.intp], always: Array, comma: bool = False) -> Array | None:
    """Return numbers of any shape: `always`, where `value` is NONE, else that value of the file; None where one is no number."""
    varies = value != NONE
    read = document.numbers(value[varies], comma)
    if read is None:
        return None
    numbers = always.copy()
    numbers[varies] = read
    return numbers


def moved(places: NDArray[np.intp], by: NDArray[np.intp] | int) -> NDArray[np.intp]:
    """Return the places that stand `by` further on; NONE stays.

    >>> moved(np.array([0, NONE, 2]), 5).tolist()
    [5, -1, 7]
    """
    return np.where(places == NONE, NONE, places + by)


@dataclass(frozen=True, slots=True)
class Parts(Generic[Record]):
    """Which value of a file each text of its `head` is, and its records, each with the number of its first value."""

    head: Mapping[str, int]
    records: Sequence[tuple[int, Record]]


class FeedLayouts(Generic[Record, Layout]):
    """The layouts of a feed.

    `record` is the local name of a record's element, `events` what a parser listens to, `attribute` as for `take_apart`, `heads`
    the elements whose texts are values of the head. `learn` parses one record (in an element around it) and returns it, its values
    marked for `value_of`; `compose` makes what a format reads values by. Both raise OtherLayoutError or UserError for what only the
    format's parser should judge.
    """

    def __init__(
        self,
        record: str,
        events: tuple[Mapping[str, Begin], Mapping[str, Text]],
        learn: Callable[[bytes], Record],
        compose: Callable[[Parts[Record]], Layout],
        attribute: bytes = b"",
        heads: Sequence[str] = (),
    ) -> None:
        self._tag = re.compile(rb"<((?:[\w.-]+:)?" + record.encode() + b")[" + _AFTER_NAME + b"]")
        self._events, self._heads, self._attribute = events, heads, attribute
        self._learn, self._compose = learn, compose
        self._records: dict[tuple[bytes, bytes], tuple[Record, int]] = {}
        self._frames: dict[tuple[bytes, bytes], tuple[Mapping[str, int], int, int]] = {}
        self._fixed: bytes | None = None
        self._layout: Layout | None = None

    def read(self, data: bytes) -> tuple[Layout, FeedDocument] | None:
        """Return a file's layout and values; None for a file that only a parser can read, or should judge."""
        document = take_apart(data, self._attribute)
        if document is None:
            return None
        if document.fixed != self._fixed:
            self._fixed = document.fixed
            try:
                self._layout = self._laid_out(document)
            except (ExpatError, OtherLayoutError, LookupError, ValueError):  # and UserError
                self._layout = None
        return None if self._layout is None else (self._layout, document)

    def _laid_out(self, document: FeedDocument) -> Layout:
        fixed = document.fixed
        declared = _DECLARATION.match(fixed)
        declaration = declared[0] if declared else b""
        body = fixed[len(declaration) :]
        tag = self._tag.search(body)
        if tag is None:
            raise OtherLayoutError
        start, end = b"<" + tag[1], b"</" + tag[1] + b">"
        head, *records = body.split(start)
        if any(record[:1] not in _AFTER_NAME for record in records):  # names of others begin alike
            head, *records = re.split(re.escape(start) + b"(?=[" + _AFTER_NAME + b"])", body)
        last, ended, tail = records[-1].rpartition(end)
        if not ended:
            raise OtherLayoutError
        records[-1] = last + end
        learned = [self._record(declaration, start + record) for record in records]
        frame, in_head, in_tail = self._frame(declaration, head, tail)
        firsts = list(accumulate((number for _, number in learned), initial=in_head))
        if firsts.pop() + in_tail != len(document.starts):
            raise OtherLayoutError
        return self._compose(Parts(frame, [(first, each) for first, (each, _) in zip(firsts, learned, strict=True)]))

    def _record(self, declaration: bytes, record: bytes) -> tuple[Record, int]:
        """Return a record, and how many values it has."""
        known = self._records.get((declaration, record))
        if known is None:
            if len(self._records) >= MOST_RECORDS:
                raise OtherLayoutError
            _check(record)
            inside = _INSIDE.encode()
            learned = self._learn(declaration + b"<" + inside + b">" + _marked(record) + b"</" + inside + b">")
            known = self._records[declaration, record] = learned, record.count(VALUE)
        return known

    def _frame(self, declaration: bytes, head: bytes, tail: bytes) -> tuple[Mapping[str, int], int, int]:
        """Return which value each text of a head is, and how many values it and its tail have."""
        known = self._frames.get((declaration + head, tail))
        if known is None:
            _check(head + tail)
            frame = _Frame()
            begins, texts = self._events
            heard = {name: partial(frame.note, name) if name in self._heads else frame.refuse for name in texts}
            parser = event_parser({**dict.fromkeys(begins, frame.refuse), _INSIDE: frame.enter}, heard)
            # Two elements in place of the records: one alone might be the root, and records stand within the root.
            parser.Parse(declaration + _marked(head + 2 * (b"<" + _INSIDE.encode() + b"/>") + tail), True)
            known = frame.found, head.count(VALUE), tail.count(VALUE)
            if len(self._frames) >= MOST_FRAMES:
                self._frames.clear()
            self._frames[declaration + head, tail] = known
        return known


def _check(part: bytes) -> None:
    """Refuse comments, sections of text, instructions and entities. Raises OtherLayoutError."""
    if any(sign in part for sign in (b"<!", b"<?", b"&", b"\0")):
        raise OtherLayoutError


class _Frame:
    """What a head and a tail say: the values of the head, and nothing else of what records hold."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        self._ended = False

    def enter(self, _: Mapping[str, str]) -> None:
        """Note that the records stand here."""
        self._ended = True

    def refuse(self, _: object) -> None:
        """Raise OtherLayoutError: this belongs into a record."""
        raise OtherLayoutError

    def note(self, name: str, text: str) -> None:
        """Note which value a text of the head is. Raises OtherLayoutError where it is none, comes again, or after the records."""
        value = value_of(text)
        if self._ended or value is None or name in self.found:
            raise OtherLayoutError
        self.found[name] = value


def _marked(fixed: bytes) -> bytes:
    """Return a fixed text with each value named by its number, as `value_of` knows it again."""
    first, *parts = fixed.split(VALUE)
    return first + b"".join(b"%b%d%b%b" % (VALUE, k, VALUE, part) for k, part in enumerate(parts))
