"""An XML file of many records alike, read by events, but for records that can be taken without a parser (`record_shapes`).

The parser is given the file without the records that were taken. It says what is no XML, and it knows whether a record is one, or
stands in a comment: the first of records that follow each other with no more than blanks between is the parser's, and the last one
where more than end tags follows.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from simulator.formats.source_files import SourceFile
from simulator.formats.xml_events import Begin, Text, event_parser, parse

Take = Callable[[bytes], bool]
"""Takes a record, in the order of the file, and returns true; false for one that the parser must read."""
_MOST_HELD = 1 << 22
"""Bytes of a record that are waited for. Chosen: a record is some kB."""
_LONGEST_TAG = 256
_ONLY_ENDS = re.compile(rb"(?:\s*</[^<>]*>)*\s*")


def read_records(
    file: SourceFile,
    record: str,
    begins: Mapping[str, Begin],
    texts: Mapping[str, Text],
    take: Take,
    end: Callable[[], None],
) -> Iterator[None]:
    """Read a file as `read_events` does, records between others offered to `take` first. Raises as `read_events`.

    `record` is the local name of their element. `end` is called before a record is offered where the parser read the one before it:
    that has ended.
    """
    records = _Records(record, begins, texts, take, end)
    yield from parse(file, records.parser, "is the download cut off?", records.feed)


class _Records:
    """The records of a file, and its parser, which is fed with what was not taken."""

    def __init__(
        self,
        record: str,
        begins: Mapping[str, Begin],
        texts: Mapping[str, Text],
        take: Take,
        end: Callable[[], None],
    ) -> None:
        def begin(attributes: Mapping[str, str]) -> None:
            self._begun += 1
            begins[record](attributes)

        self.parser = event_parser({**begins, record: begin}, texts)
        self._take, self._end_record = take, end
        self._tag = re.compile(rb"<((?:[\w.-]+:)?" + record.encode() + rb")[ \t\r\n>]")
        self._starts: tuple[bytes, ...] = ()
        self._end = b""
        self._held = b""
        self._begun = 0
        self._after_record = self._open = False

    def feed(self, piece: bytes, last: bool) -> None:
        """Take the records of a piece of the file, and parse the others. Raises as the parser and its functions do."""
        held = self._held + piece
        if not self._starts and (found := self._tag.search(held)):
            self._starts = tuple(b"<" + found[1] + sign for sign in (b">", b" ", b"\t", b"\r", b"\n"))
            self._end = b"</" + found[1] + b">"
            self._parse(held[: found.start()], False)
            held = held[found.start() :]
        if self._starts:
            held = self._without_records(held, last)
        if last or len(held) > _MOST_HELD:
            self._parse(held, last)
            held = b""
        elif not self._starts:
            self._parse(held[:-_LONGEST_TAG], False)
            held = held[-_LONGEST_TAG:]
        self._held = held

    def _without_records(self, held: bytes, last: bool) -> bytes:
        """Take or parse the records, but for the last one where more of the file is to come; return what is left."""
        *records, rest = held.split(self._end)
        if not records:
            return held
        starting = [record.lstrip().startswith(self._starts) for record in records]
        followed = [*starting[1:], last and _ONLY_ENDS.fullmatch(rest) is not None]
        if not last:
            rest = records.pop() + self._end + rest
        for record, starts, follows in zip(records, starting, followed, strict=False):
            if starts and follows and self._after_record:
                if self._open:
                    self._end_record()
                    self._open = False
                if self._take(record.lstrip() + self._end):
                    continue
            self._parse(record + self._end, False, starts)
        return rest

    def _parse(self, content: bytes, last: bool, is_record: bool = False) -> None:
        begun = self._begun
        self.parser.Parse(content, last)
        # In a comment no element begins; where one began, the record's end tag is one.
        self._after_record = is_record and self._begun > begun and b"<!" not in content and b"<?" not in content
        self._open = True
