"""Records of XML that are alike but for their values: a shape is learned once, by a parser, and then read by places.

A month of minutes is some million records of few shapes. What makes a shape: tags, names of attributes, and all other text than
values. The values are those of attributes, and texts of letters, digits and `-+.:` between a tag and an end tag. Two records of one
shape are both well-formed, or neither is, and a value stands for the same in both: a parser has to see only the first of them.
"""

import re
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from xml.parsers.expat import ExpatError

Places = TypeVar("Places")
Place = Callable[[str], int]
"""Gives the place among a record's values of a text that a parser found in the learned record."""

_TEXT = re.compile(r">([-+.:\w]+)</", re.ASCII)
_AWAY = "\0"
"""Stands for a text and the signs around it."""
_TOKEN = "~{}~"
_PLAIN = bytes(set(range(0x20, 0x7F)) - set(b"&'~")) + b"\t\n\r"
"""Bytes of records that are read by places: of ASCII, without entities, attributes in single quotes, and signs of tokens."""
_MOST_SHAPES = 2000
"""Shapes that are learned. Chosen: some MB; a format with more is read by its parser."""


class _NotWholeError(Exception):
    """A value is a part of a longer text."""


class RecordShapes(Generic[Places]):
    """The shapes that are known.

    `learn` parses a record, and returns where the values of a format are, by `Place`; None where it finds no record.
    """

    def __init__(self, learn: Callable[[bytes, Place], Places | None]) -> None:
        self._learn = learn
        self._known: dict[str, tuple[Places, list[str]] | None] = {}

    def read(self, record: bytes) -> tuple[Places, Sequence[str]] | None:
        """Return the places of a record's shape and the record's values; None for a record that only a parser can read."""
        if record.translate(None, _PLAIN):
            return None
        pieces = _TEXT.split(record.decode("ascii"))
        quoted = _AWAY.join(pieces[::2]).split('"')
        attributes, texts = quoted[1::2], pieces[1::2]
        between = "".join(attributes)
        if not len(quoted) % 2 or not between.isprintable() or "<" in between or ">" in between:
            return None
        shape = '"'.join(quoted[::2])
        if shape not in self._known:
            self._known[shape] = self._learned(quoted, len(texts)) if len(self._known) < _MOST_SHAPES else None
        known = self._known[shape]
        if known is None:
            return None
        places, constants = known
        return places, attributes + texts + constants

    def _learned(self, quoted: Sequence[str], texts: int) -> tuple[Places, list[str]] | None:
        attributes = len(quoted) // 2
        tokens = [_TOKEN.format(k) for k in range(attributes + texts)]
        named = list(quoted)
        named[1::2] = tokens[:attributes]
        parts = '"'.join(named).split(_AWAY)
        probe = parts[0] + "".join(
            f">{token}</{part}" for token, part in zip(tokens[attributes:], parts[1:], strict=True)
        )
        place_of = {token: k for k, token in enumerate(tokens)}
        constants: list[str] = []

        def place(text: str) -> int:
            if text in place_of:
                return place_of[text]
            if _TOKEN[0] in text:
                raise _NotWholeError
            constants.append(text)
            return len(tokens) + len(constants) - 1

        try:
            places = self._learn(probe.encode("ascii"), place)
        except (ExpatError, _NotWholeError):
            return None
        return None if places is None else (places, constants)
