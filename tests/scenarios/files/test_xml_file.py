"""Whatever an XML file of SUMO's holds, it is read, or refused with one message, in bounded time and memory."""

import contextlib
import gzip
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scenarios.errors import MissingFileError, UserError
from scenarios.files import xml_file
from scenarios.files.xml_file import xml_elements, xml_tags
from scenarios.files.xml_values import line_of, xml_number

LOOPS = '<additional x="1"><e1Detector id="a"><param key="k"/></e1Detector><vType id="car"/></additional>'
Reader = Callable[[Path], Iterator[object]]
READERS: tuple[Reader, ...] = (xml_elements, xml_tags)


def written(folder: Path, content: str | bytes, name: str = "loops.add.xml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_root_comes_first_and_empty_then_every_element_below_it(tmp_path: Path) -> None:
    root, *below = xml_elements(written(tmp_path, LOOPS))
    assert (root.tag, root.attrib, len(root)) == ("additional", {"x": "1"}, 0)
    assert [(element.tag, len(element)) for element in below] == [("e1Detector", 1), ("vType", 0)]


def test_tags_come_in_order_whatever_their_depth(tmp_path: Path) -> None:
    assert [name for name, _, _ in xml_tags(written(tmp_path, LOOPS))] == ["additional", "e1Detector", "param", "vType"]


LINES = '<additional>\n<e1Detector\n id="a">\n<param key="k"/></e1Detector>\n\n<vType id="car"/></additional>'


def test_tags_and_elements_know_the_line_where_they_begin(tmp_path: Path) -> None:
    path = written(tmp_path, LINES)
    assert [tag.line for tag in xml_tags(path)] == [1, 2, 4, 6]
    below = list(xml_elements(path))[1:]
    assert [line_of(each) for element in below for each in element.iter()] == [2, 4, 6]


def test_lines_are_known_beyond_the_part_that_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_file, "_CHUNK_BYTES", 7)
    below = list(xml_elements(written(tmp_path, LINES)))[1:]
    assert [(element.tag, line_of(element), len(element)) for element in below] == [
        ("e1Detector", 2, 1),
        ("vType", 6, 0),
    ]


def test_namespaces_are_written_out_and_texts_kept(tmp_path: Path) -> None:
    text = '<d:a xmlns:d="urn:d" xmlns:x="urn:x"><d:b x:k="1" l="2">text<d:c/>tail</d:b></d:a>'
    root, element = xml_elements(written(tmp_path, text))
    assert (root.tag, element.tag, element.attrib) == ("{urn:d}a", "{urn:d}b", {"{urn:x}k": "1", "l": "2"})
    assert (element.text, element[0].tag, element[0].tail) == ("text", "{urn:d}c", "tail")


def test_a_number_that_is_none_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, LINES)
    element = list(xml_elements(path))[1]
    with pytest.raises(UserError, match=r"loops.add.xml: line 2: e1Detector 'a': wanted a number for id, got 'a'"):
        xml_number(element, "id", path)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_declared_encodings_are_read(tmp_path: Path, read: Reader, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?><routes><vehicle id="ü"/></routes>'
    assert len(list(read(written(tmp_path, text.encode(encoding))))) == 2


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"line 1: this is no valid XML"),
        ("<net>\n<edge", r"line 2: this is no valid XML"),
        ("\0\0\0", r"line 1: this is no valid XML"),
        (LOOPS.replace('"a"', '"ü"').encode("latin-1"), r"line 1: this is no valid XML"),
        ('<?xml version="1.0" encoding="gb2312"?><net/>', r"this is no valid XML: .*wanted UTF-8"),
        ('<?xml version="1.0" encoding="klingon"?><net/>', r"this is no valid XML"),
        ('<?xml version="1.0" encoding="utf-16"?><net/>', r"line 1: this is no valid XML"),
        ('<!DOCTYPE n [<!ENTITY a SYSTEM "file:///dev/zero">]><net><x>&a;</x></net>', r"holds a document type"),
        ("<net>" + "<a>" * 100_000 + "</a>" * 100_000 + "</net>", r"wanted at most 50 elements within one another"),
    ],
)
def test_what_is_no_xml_for_us_is_one_message(tmp_path: Path, read: Reader, content: str | bytes, message: str) -> None:
    with pytest.raises(UserError, match=rf"loops.add.xml: {message}") as caught:
        list(read(written(tmp_path, content)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("read", READERS)
def test_a_document_type_that_declares_nothing_is_harmless(tmp_path: Path, read: Reader) -> None:
    assert len(list(read(written(tmp_path, "<!DOCTYPE additional>" + LOOPS)))) >= 3


@pytest.mark.parametrize("read", READERS)
def test_a_document_type_in_another_file_is_refused(tmp_path: Path, read: Reader) -> None:
    with pytest.raises(UserError, match=r"document type .* \(remove that line\)"):
        list(read(written(tmp_path, '<!DOCTYPE additional SYSTEM "a.dtd">' + LOOPS)))


def spoilt(packed: bytes, how: str) -> bytes:
    changed = bytearray(packed)
    if how == "truncated":
        return packed[: len(packed) // 2]
    if how == "no gzip":
        return LOOPS.encode()
    changed[-6 if how == "checksum" else 20] ^= 255
    return bytes(changed)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("how", ["truncated", "no gzip", "checksum", "bits"])
def test_damaged_gzip_files_are_one_message(tmp_path: Path, read: Reader, how: str) -> None:
    path = written(tmp_path, spoilt(gzip.compress(LOOPS.encode()), how), "road.net.xml.gz")
    with pytest.raises(UserError, match=r"road.net.xml.gz: this gzip file is incomplete or damaged"):
        list(read(path))


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("packed", [False, True])
def test_an_attribute_of_many_megabytes_is_refused(tmp_path: Path, read: Reader, packed: bool) -> None:
    text = f'<net><edge name="{"x" * (20 << 20)}"/></net>'.encode()
    path = written(tmp_path, gzip.compress(text) if packed else text, "road.net.xml.gz" if packed else "road.net.xml")
    with pytest.raises(UserError, match="wanted elements of at most 16 MB"):
        list(read(path))


@pytest.mark.parametrize("read", READERS)
def test_a_file_beyond_the_bound_is_refused(tmp_path: Path, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_file, "LARGEST_FILE_BYTES", 1 << 20)
    path = written(tmp_path, "<net>" + '<edge id="a"/>' * 200_000 + "</net>")
    with pytest.raises(UserError, match="wanted at most 1 MB of XML"):
        list(read(path))


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "nothing"])
def test_only_regular_files_are_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "road.net.xml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    wanted = MissingFileError if kind == "nothing" else UserError
    with pytest.raises(wanted, match="no such file" if kind == "nothing" else f"wanted a file, got a {kind}"):
        list(xml_elements(path))


@pytest.mark.parametrize("read", READERS)
def test_mutated_files_are_read_or_refused_with_one_message(tmp_path: Path, read: Reader) -> None:
    rng = random.Random(5)
    for _ in range(200):
        content = bytearray(LOOPS.encode())
        for _ in range(rng.randrange(1, 6)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        with contextlib.suppress(UserError):
            list(read(written(tmp_path, bytes(content))))
