"""SUMO's E1 output as XML: lines that are like each other are read a block at a time, all else by a parser.

SUMO writes an interval a line, with the same attributes in each. Once the parser has read such a line, it is between elements;
lines of the same names and nothing else around their values leave it there. So it is given empty lines in their place, and stays
the one that says whether the file is whole, and on which line it is not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.sumo_e1_rows import NAMES, E1Rows, LoopCodes, RowTexts, kinds_at, plain_e1_rows
from simulator.formats.xml_events import opened_xml
from simulator.recording.plain_tables import Kind, PlainTable, line_blocks, plain_table

_SLIP = "was SUMO ended before it closed its files?"
_FIRST = re.compile(rb"[ \t]*<interval[ \t]+([A-Za-z_]\w*)=")
_NEXT = re.compile(rb"[ \t]+([A-Za-z_]\w*)=")
_LAST = re.compile(rb"[ \t]*/>\n")
_CONTROLS = bytes(range(32))


@dataclass(frozen=True, slots=True)
class IntervalLine:
    """What stands around the values in a line of an interval: `parts` between quotation marks; `names` of its attributes."""

    parts: tuple[bytes, ...]
    names: tuple[str, ...]

    @property
    def where(self) -> list[int]:
        """The places of the values of `NAMES` in the line, cut at its quotation marks."""
        return [2 * self.names.index(name) + 1 for name in NAMES]


def interval_line(line: bytes) -> IntervalLine | None:
    """Return what is around the values of a line; None where it is no whole interval with all of `NAMES`.

    >>> interval_line(b'<interval begin="0.00" end="30.00"/>') is None
    True
    """
    parts = line.split(b'"')[0::2]
    matches = [_FIRST.fullmatch(parts[0]), *(_NEXT.fullmatch(part) for part in parts[1:-1])]
    names = tuple(match[1].decode() for match in matches if match)
    whole = len(names) == len(matches) == len(set(names)) and _LAST.fullmatch(parts[-1])
    return IntervalLine(tuple(parts), names) if whole and set(NAMES) <= set(names) else None


def plain_intervals(block: bytes, line: IntervalLine, first_line: int) -> PlainTable | None:
    """Return the values of a block of lines that all are as `line` is; None where one is not.

    Cut at its quotation marks, such a block is a table: every second column is the same text in each row.
    """
    block = block.replace(b"\r\n", b"\n")
    rows = block.count(b"\n")
    if block.count(b"<") != rows or b"&" in block or len(block.translate(None, _CONTROLS)) != len(block) - rows:
        return None
    around = {2 * k: Kind.TEXT for k in range(len(line.parts))}
    table = plain_table(block, '"', 2 * len(line.parts) - 1, {**around, **kinds_at(line.where)}, first_line)
    if table is None:
        return None
    texts = (part.decode().removesuffix("\n") for part in line.parts)
    return table if all(table.coded(place)[0] == [text] for place, text in zip(around, texts, strict=True)) else None


class _Events:
    """The parser of a file, and the texts of the intervals that it came upon."""

    def __init__(self, file: SourceFile) -> None:
        self.found = RowTexts()
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self._place = file.place
        self._places: dict[tuple[str, ...], list[int]] = {}
        self._last: Sequence[str] = ()

    def _start(self, tag: str, attributes: list[str]) -> None:
        if tag != "interval":
            return
        names = tuple(attributes[::2])
        where = self._places.get(names)
        if where is None:
            missing = [name for name in NAMES if name not in names]
            if missing:
                place = f"{self._place}, line {self.parser.CurrentLineNumber}"
                raise UserError(
                    f"{place}: an interval without {', '.join(missing)} (is it E2, E3 or mesoscopic output?)"
                )
            where = self._places[names] = [2 * names.index(name) + 1 for name in NAMES]
        for column, at in zip(self.found.columns, where, strict=True):
            column.append(attributes[at])
        self.found.lines.append(self.parser.CurrentLineNumber)
        self._last = attributes

    def read(self, block: bytes) -> IntervalLine | None:
        """Read a block; return what its last line is like, where that is an interval and the parser is past it."""
        start = block.rfind(b"\n", 0, -1) + 1
        self.parser.Parse(block[:start], False)
        before = len(self.found.lines)
        self.parser.Parse(block[start:], False)
        line = interval_line(block[start:].replace(b"\r\n", b"\n"))
        if line is None or len(self.found.lines) != before + 1 or list(line.names) != list(self._last[::2]):
            return None
        return line

    def rows(self, codes: LoopCodes) -> E1Rows:
        """Return the intervals read so far, once."""
        found, self.found = self.found, RowTexts()
        return found.rows(self._place, codes)


def xml_rows(file: SourceFile, codes: LoopCodes) -> Iterator[E1Rows]:
    """Yield the intervals of a file, some thousand at a time. Raises UserError naming line and likely slip."""
    events = _Events(file)
    line_number, line = 1, None
    with opened_xml(file, events.parser, _SLIP) as stream:
        for block in line_blocks(stream):
            following, line_number = line_number, line_number + block.count(b"\n")
            if line is not None:
                end = block.find(b"\n", block.rfind(b"<interval")) + 1
                table = plain_intervals(block[:end], line, following)
                if table is not None:
                    yield plain_e1_rows(table, line.where, file.place, codes)
                    events.parser.Parse(b"\n" * len(table), False)
                    block = block[end:]
            if block:
                line = events.read(block)
                yield events.rows(codes)
        events.parser.Parse(b"", True)
        yield events.rows(codes)
