"""SUMO's XML files (networks, loops, routes), read element by element without SUMO, in bounded time and memory.

A file may be packed (`.gz`). Whatever a damaged or hostile file holds, reading it ends in one message: no entity is expanded
without bound, nothing outside the file is opened, and nothing but a regular file is read.
"""

import gzip
import math
import reprlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from scenarios.errors import MissingFileError, UserError
from scenarios.files.bounded_gzip import BoundedGzip
from scenarios.files.toml_file import is_file, is_folder

LARGEST_FILE_BYTES = 512 << 20
"""Largest file, unpacked. Chosen: the network of a whole country has as much; it is read in about half a minute."""
LARGEST_ELEMENT_BYTES = 16 << 20
"""Largest element directly below the root. Chosen: an edge has kilobytes, and memory holds some ten times as much."""
MOST_LEVELS = 50
"""Elements within elements. Chosen: SUMO's files have at most six levels."""
_CHUNK_BYTES = 1 << 20


def xml_elements(path: Path) -> Iterator[Element]:
    """Yield the root of an XML file, still empty, then each complete element below it.

    Raises MissingFileError, UserError with the file (and the line, where one is at fault) for all that cannot be read.
    """
    if is_folder(path):
        raise UserError(f"{path}: wanted an XML file, got a folder")
    if not is_file(path):
        raise MissingFileError(f"no such file: {path}{' (it is there, but no regular file)' if _exists(path) else ''}")
    try:
        with _opened(path) as stream:
            yield from _elements(path, stream)
    except ParseError as error:
        raise UserError(f"{path}: line {error.position[0]}: this is no valid XML: {error}") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UserError(f"{path}: this gzip file is incomplete or damaged: {error}") from None


def xml_number(element: Element, key: str, path: Path) -> float:
    """Return an attribute that must be a finite number. Raises UserError."""
    text = element.get(key, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UserError(f"{path}: {_named(element)}: wanted a number for {key}, got {reprlib.repr(text)}")
    return value


def xml_index(element: Element, key: str, path: Path, most: int) -> int:
    """Return an attribute that must be a whole number from 0 to `most`. Raises UserError."""
    value = xml_number(element, key, path)
    if value != round(value) or not 0 <= value <= most:
        raise UserError(
            f"{path}: {_named(element)}: wanted a whole number from 0 to {most} for {key}, got {element.get(key)}"
        )
    return int(value)


def _elements(path: Path, stream: IO[bytes]) -> Iterator[Element]:
    parser: XMLPullParser[Element] = XMLPullParser(events=("start", "end"))
    root: Element | None = None
    levels = whole = since = 0
    for chunk in _chunks(stream):
        whole, since = whole + len(chunk), since + len(chunk)
        if whole > LARGEST_FILE_BYTES:
            raise UserError(
                f"{path}: wanted at most {LARGEST_FILE_BYTES >> 20} MB of XML, got more (cut a network to the freeway, "
                "routes to the time that is simulated)"
            )
        if since - len(chunk) > LARGEST_ELEMENT_BYTES:
            raise UserError(f"{path}: wanted elements of at most {LARGEST_ELEMENT_BYTES >> 20} MB, got a larger one")
        try:
            parser.feed(chunk) if chunk else parser.close()
        except (LookupError, ValueError) as error:  # an encoding that is unknown, or of several bytes
            raise UserError(f"{path}: this is no valid XML: {error} (wanted UTF-8)") from None
        for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
            if event == "start":
                levels += 1
                if root is None:
                    root = element
                    yield Element(root.tag, root.attrib)  # the root itself holds all that was read with it
                if levels > MOST_LEVELS:
                    raise UserError(f"{path}: wanted at most {MOST_LEVELS} elements within one another, got more")
                continue
            levels -= 1
            if levels == 1 and root is not None:
                yield element
                since = 0
                root.clear()  # a file can be large: free what was read


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The content, and an empty chunk at its end."""
    while chunk := stream.read(_CHUNK_BYTES):
        yield chunk
    yield b""


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as stream:
        if path.suffix == ".gz":
            with BoundedGzip(path, stream) as unpacked:
                yield cast(IO[bytes], unpacked)
        else:
            yield stream


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long a name, a zero byte
        return False


def _named(element: Element) -> str:
    return f"{element.tag} {reprlib.repr(element.get('id', element.get('from', '?')))}"
