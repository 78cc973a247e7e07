"""SUMO's XML files (networks, loops, routes), read element by element without SUMO, in bounded time and memory.

A file may be packed (`.gz`). Whatever a damaged or hostile file holds, reading it ends in one message: nothing but a regular
file is opened, and a document type is refused, because its entities may grow without bound or name other files, which SUMO
would read.
"""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from scenarios.errors import UserError
from scenarios.files.bounded_gzip import BoundedGzip
from scenarios.files.xml_values import LinedElement
from scenarios.regular_file import check_regular

LARGEST_FILE_BYTES = 512 << 20
"""Largest file, unpacked. Chosen: the network of a whole country has as much; it is read in about half a minute."""
LARGEST_ELEMENT_BYTES = 16 << 20
"""Largest element directly below the root. Chosen: an edge has kilobytes, and memory holds some ten times as much."""
MOST_LEVELS = 50
"""Elements within elements. Chosen: SUMO's files have at most six levels."""
_CHUNK_BYTES = 1 << 20
"""Bytes parsed at a time. Chosen: larger ones are no faster, and what a chunk holds stays in memory."""


class TooLargeError(UserError):
    """A file above the size limit."""


class XmlTag(NamedTuple):
    """Name and attributes of an element, and the line of the file where its tag begins."""

    name: str
    attributes: dict[str, str]
    line: int


def xml_elements(path: Path) -> Iterator[Element]:
    """Yield the root of an XML file, without what it holds, then each complete element below it; `line_of` tells their lines.

    Raises MissingFileError, UserError with the file (and the line, where one is at fault) for all that cannot be read.
    """
    parser = _parser(path, namespaces=True)
    builder = TreeBuilder(element_factory=LinedElement)
    found: list[Element] = []
    levels = unfinished_bytes = 0
    root: Element | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal levels, root
        levels += 1
        _check_levels(path, levels)
        if "}" in "".join(attributes):
            attributes = {_expanded(key): value for key, value in attributes.items()}
        element = builder.start(_expanded(name), attributes)
        if isinstance(element, LinedElement):  # the factory's
            element.line = parser.CurrentLineNumber
        if root is None:
            root = element
            found.append(LinedElement(element.tag, element.attrib))

    def end(name: str) -> None:
        nonlocal levels
        levels -= 1
        element = builder.end(_expanded(name))
        if levels == 1:
            found.append(element)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    with _messages(path):
        for chunk in _chunks(path):
            parser.Parse(chunk, not chunk)
            unfinished_bytes = 0 if found else unfinished_bytes + len(chunk)
            _check_element(path, unfinished_bytes)
            yield from found
            if found and root is not None:
                _free(root)
            found.clear()


def _expanded(name: str) -> str:
    """A name with its namespace as ElementTree has it, from expat's."""
    return f"{{{name}" if "}" in name else name


def _free(root: Element) -> None:
    """Forget what was read below the root, but for the element that may still be open: a file can be large."""
    del root[:-1]


def xml_tags(path: Path) -> Iterator[XmlTag]:
    """Yield every element of an XML file by its tag, in order; about twice as fast as `xml_elements`.

    Raises as `xml_elements` does.
    """
    found: list[XmlTag] = []
    levels = unfinished_bytes = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal levels
        levels += 1
        _check_levels(path, levels)
        found.append(XmlTag(name, attributes, parser.CurrentLineNumber))

    def end(name: str) -> None:
        nonlocal levels
        levels -= 1

    parser = _parser(path)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    with _messages(path):
        for chunk in _chunks(path):
            parser.Parse(chunk, not chunk)
            unfinished_bytes = 0 if found else unfinished_bytes + len(chunk)
            _check_element(path, unfinished_bytes)
            yield from found
            found.clear()


@contextmanager
def _messages(path: Path) -> Iterator[None]:
    """Turn what reading raises into one message."""
    try:
        yield
    except UserError:
        raise
    except ExpatError as error:
        raise UserError(f"{path}: line {error.lineno}: this is no valid XML: {error}") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UserError(f"{path}: this gzip file is incomplete or damaged: {error}") from None
    except (LookupError, ValueError) as error:  # an encoding that is unknown, or of several bytes
        raise UserError(f"{path}: this is no valid XML: {error} (wanted UTF-8)") from None


def _parser(path: Path, namespaces: bool = False) -> XMLParserType:
    """A parser that refuses a document type that declares anything, or names a file that does."""

    def refuse(name: str, system: str | None, public: str | None, declares: bool) -> None:
        if system is not None or public is not None or declares:
            raise UserError(
                f"{path}: holds a document type (<!DOCTYPE ...>) that declares more than its name (remove that line)"
            )

    parser = ParserCreate(namespace_separator="}" if namespaces else None)
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _chunks(path: Path) -> Iterator[bytes]:
    """The content, and an empty chunk at its end."""
    check_regular(path)
    whole = 0
    with _opened(path) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            whole += len(chunk)
            if whole > LARGEST_FILE_BYTES:
                raise TooLargeError(
                    f"{path}: wanted at most {LARGEST_FILE_BYTES >> 20} MB of XML, got more (another file? a network can be cut)"
                )
            yield chunk
    yield b""


def _check_levels(path: Path, levels: int) -> None:
    if levels > MOST_LEVELS:
        raise UserError(f"{path}: wanted at most {MOST_LEVELS} elements within one another, got more")


def _check_element(path: Path, read: int) -> None:
    if read > LARGEST_ELEMENT_BYTES:
        raise UserError(f"{path}: wanted elements of at most {LARGEST_ELEMENT_BYTES >> 20} MB, got a larger one")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as stream:
        if path.suffix == ".gz":
            with BoundedGzip(path, stream) as unpacked:
                yield cast(IO[bytes], unpacked)
        else:
            yield stream
