"""XML of records alike: what is taken without the parser is what it would have read, and files are refused as it refuses them."""

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from scenarios.errors import UserError
from simulator.formats.record_shapes import Place, RecordShapes
from simulator.formats.source_files import SourceFile
from simulator.formats.xml_events import Begin, Text, event_parser, read_events
from simulator.formats.xml_records import read_records

Site = tuple[str, tuple[str, ...]]


class Sites:
    """Sites with their speeds, `found` one after the other; `taken` counts those that no parser has read."""

    def __init__(self) -> None:
        self.found: list[Site] = []
        self.taken = 0
        self._open: list[str] | None = None
        self._shapes = RecordShapes(_places)
        self.begins: dict[str, Begin] = {"site": self._begin}
        self.texts: dict[str, Text] = {"speed": self._add}

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self.end()
        self._open = [attributes.get("id", "")]

    def _add(self, text: str) -> None:
        if self._open is not None:
            self._open.append(text)

    def end(self) -> None:
        if self._open is not None:
            self.found.append((self._open[0], tuple(self._open[1:])))
        self._open = None

    def take(self, record: bytes) -> bool:
        read = self._shapes.read(record)
        if read is None:
            return False
        (name, speeds), values = read
        self.found.append((values[name], tuple(values[k] for k in speeds)))
        self.taken += 1
        return True


def _places(record: bytes, place: Place) -> tuple[int, tuple[int, ...]] | None:
    sites = Sites()
    event_parser(sites.begins, sites.texts).Parse(record, True)
    sites.end()
    ((name, speeds),) = sites.found
    return place(name), tuple(map(place, speeds))


def read_both(file: Path) -> tuple[tuple[list[Site], str], tuple[list[Site], str], int]:
    """The sites and the message of a file, read by events and by records, and how many records were taken."""
    by_events, by_records = Sites(), Sites()
    said = []
    for sites, reading in (
        (by_events, read_events(SourceFile(file), by_events.begins, by_events.texts)),
        (
            by_records,
            read_records(
                SourceFile(file), "site", by_records.begins, by_records.texts, by_records.take, by_records.end
            ),
        ),
    ):
        try:
            list(reading)
            sites.end()
            said.append("")
        except UserError as error:
            said.append(str(error))
    return (by_events.found, said[0]), (by_records.found, said[1]), by_records.taken


def document(sites: int, prefix: str = "p:") -> str:
    """A file of sites with two speeds each."""
    body = "".join(
        f'<{prefix}site id="S{k}">\n  <{prefix}speed>{80 + k % 7}</{prefix}speed>'
        f"<{prefix}speed>{k}.5</{prefix}speed></{prefix}site>\n"
        for k in range(sites)
    )
    return f'<?xml version="1.0"?><{prefix}sites xmlns:p="u"><when>now</when>{body}</{prefix}sites>'


@pytest.mark.parametrize("prefix", ["", "p:"])
def test_all_records_but_the_first_are_taken(tmp_path: Path, prefix: str) -> None:
    file = tmp_path / "a.xml"
    file.write_text(document(3000, prefix))  # over several pieces
    by_events, by_records, taken = read_both(file)
    assert by_records == by_events
    assert len(by_events[0]) == 3000
    assert taken == 2999


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<p:site id="S3">', '<!-- <p:site id="S3">'),  # a comment that does not end
        ('<p:site id="S3">', '<!-- --><p:site id="S3">'),
        ('<p:site id="S3">', '<![CDATA[<p:site id="S3">'),
        ('<p:site id="S3">', '<p:site id="S3"><p:site id="inner">'),
        ('<p:site id="S3">', '<p:other a="<p:site id=S3>">'),
        ('<p:site id="S3">', '<q:site id="S3">'),
        ('<p:site id="S3">', '<p:site id="S&amp;3">'),
        ('<p:site id="S3">', '<p:site id="S&none;3">'),
        ('<p:site id="S3">', "<p:site/><p:speed>5</p:speed><p:site>"),
        ("<p:speed>83", "<p:speed> 83 "),
        ("<p:speed>83", "<p:speed/><p:speed>83"),
        ("<p:speed>83", "<p:speed>8<!-- x -->3"),
        ("83</p:speed>", "83</p:spead>"),
        ("</p:sites>", ""),
        ("</p:sites>", "</p:sites><more/>"),
        ("</p:sites>", "<p:speed>7</p:speed></p:sites>"),
        ("<when>", "<!DOCTYPE x><when>"),
        ('<?xml version="1.0"?>', '<?xml version="1.0"?><!DOCTYPE x>'),
        ('<?xml version="1.0"?>', '<?xml version="1.0"?><!-- <p:site id="a"> </p:site> --> '),
    ],
)
def test_odd_files_are_read_and_refused_as_by_events(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "a.xml"
    content = document(12)
    assert old in content
    file.write_text(content.replace(old, new, 1))
    by_events, by_records, _ = read_both(file)
    assert by_records[1] == by_events[1]
    if not by_events[1]:
        assert by_records[0] == by_events[0]


def test_files_with_spoiled_bytes_are_read_and_refused_as_by_events(tmp_path: Path) -> None:
    rng, content = random.Random(4), document(20).encode()
    file = tmp_path / "a.xml"
    refused = taken_in_all = 0
    for _ in range(400):
        spoiled = bytearray(content)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(spoiled))
            spoiled[at : at + rng.randint(0, 3)] = rng.choice(
                [
                    b"<",
                    b">",
                    b'"',
                    b"'",
                    b"&",
                    b"/",
                    b"",
                    b"\0",
                    b"x",
                    b"9",
                    b"\xe9",
                    b"<!--",
                    b"-->",
                    b"]]>",
                    b"<p:site>",
                ]
            )
        file.write_bytes(bytes(spoiled))
        by_events, by_records, taken = read_both(file)
        assert by_records[1] == by_events[1], bytes(spoiled)
        if not by_events[1]:
            assert by_records[0] == by_events[0], bytes(spoiled)
        refused += bool(by_events[1])
        taken_in_all += taken
    assert 100 < refused < 400
    assert taken_in_all > 2000
