"""Records of XML that are alike but for their values: a shape is learned once, by a parser, and then read by a pattern.

A month of minutes is some million records of few shapes. What makes a shape: tags, names of attributes, and all other text than
values. The values are those of attributes, and texts of letters, digits and `-+.:` between a tag and an end tag. Two records of one
shape are both well-formed, or neither is, and a value stands for the same in both: a parser has to see only the first of them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from xml.parsers.expat import ExpatError

Places = TypeVar("Places")
Place = Callable[[str], int]
"""Gives the place among a record's values of a text that a parser found in the learned record."""

_TEXT, _ATTRIBUTE = r"[-+.:\w]+", r"[ !#-%(-;=?-}]*"
"""Values: an attribute's is of printable ASCII, without entities, quotation marks and signs of tags."""
_TEXTS = re.compile(f">({_TEXT})</", re.ASCII)
_AWAY = "\0"
"""Stands for a text and the signs around it."""
_TOKEN = "~{}~"
_PLAIN = bytes(set(range(0x20, 0x7F)) - set(b"&'~")) + b"\t\n\r"
"""Bytes of records that are learned: of ASCII, without entities, attributes in single quotes, and signs of tokens."""
_MOST_SHAPES = 2000
"""Shapes that are learned. Chosen: some MB; a format with more is read by its parser."""


class _NotWholeError(Exception):
    """A value is a part of a longer text."""


@dataclass(slots=True, eq=False)
class _Shape(Generic[Places]):
    """A shape: the pattern of its records, with a group for each value that is read, and texts that are the same in all of them."""

    pattern: re.Pattern[str]
    places: Places
    constants: tuple[str, ...]
    next: "_Shape[Places] | None" = None
    """The shape of the record that followed one of this shape: minutes have sites in the same order."""


class RecordShapes(Generic[Places]):
    """The shapes that are known.

    `learn` parses a record, and returns where the values of a format are, by `Place`; None where it finds no record.
    """

    def __init__(self, learn: Callable[[bytes, Place], Places | None]) -> None:
        self._learn = learn
        self._known: dict[str, _Shape[Places] | None] = {}
        self._last: _Shape[Places] | None = None

    def read(self, record: bytes) -> tuple[Places, Sequence[str]] | None:
        """Return the places of a record's shape and the record's values; None for a record that only a parser can read."""
        text = record.decode("latin-1")
        last = self._last
        shape = last.next if last is not None else None
        found = shape.pattern.fullmatch(text) if shape is not None else None
        if found is None:
            shape = None if record.translate(None, _PLAIN) else self._shape(text)
            found = shape.pattern.fullmatch(text) if shape is not None else None
            if last is not None:
                last.next = shape
        self._last = shape
        if shape is None or found is None:
            return None
        return shape.places, found.groups() + shape.constants

    def _shape(self, text: str) -> _Shape[Places] | None:
        quoted = _AWAY.join(_TEXTS.split(text)[::2]).split('"')
        known = '"'.join(quoted[::2])
        if known not in self._known:
            between = "".join(quoted[1::2])
            readable = len(quoted) % 2 and between.isprintable() and "<" not in between and ">" not in between
            more = len(self._known) < _MOST_SHAPES
            self._known[known] = self._learned(*_slots(quoted)) if readable and more else None
        return self._known[known]

    def _learned(self, parts: Sequence[str], values: Sequence[str]) -> _Shape[Places] | None:
        tokens = [_TOKEN.format(k) for k in range(len(values))]
        probe = _joined(parts, tokens).encode("ascii")
        read: dict[str, int] = {}

        def place(text: str) -> int:
            if _TOKEN[0] in text and text not in tokens:
                raise _NotWholeError
            return read.setdefault(text, len(read))

        try:
            if self._learn(probe, place) is None:
                return None
        except (ExpatError, _NotWholeError):
            return None
        constants = [text for text in read if text not in tokens]
        read = {text: k for k, text in enumerate([*(token for token in tokens if token in read), *constants])}
        groups = [f"({value})" if token in read else value for token, value in zip(tokens, values, strict=True)]
        pattern = re.compile(_joined([re.escape(part) for part in parts], groups), re.ASCII)
        places = self._learn(probe, place)
        return None if places is None else _Shape(pattern, places, tuple(constants))


def _slots(quoted: Sequence[str]) -> tuple[list[str], list[str]]:
    """The N + 1 parts of a record between its values, and the patterns of the N values, in their order."""
    parts, values = [""], list[str]()
    for k, piece in enumerate(quoted):
        if k % 2:
            parts[-1] += '"'
            values.append(_ATTRIBUTE)
            parts.append('"')
            continue
        first, *others = piece.split(_AWAY)
        parts[-1] += first
        for other in others:
            parts[-1] += ">"
            values.append(_TEXT)
            parts.append(f"</{other}")
    return parts, values


def _joined(parts: Sequence[str], between: Sequence[str]) -> str:
    return parts[0] + "".join(value + part for value, part in zip(between, parts[1:], strict=True))
