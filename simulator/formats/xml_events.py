"""An XML file read by events: functions are called where elements of wanted names start, and with their texts; nothing is built.

Names are local ones, because prefixes differ between providers. A minute of a country is millions of elements, of which few matter:
this takes a third of the time of `xml_elements`, which gives whole elements.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO
from xml.parsers import expat

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile

Begin = Callable[[Mapping[str, str]], None]
"""Called with an element's attributes where it starts."""
Text = Callable[[str], None]
"""Called with an element's text, up to its first child, without blanks around."""
_PIECE = 1 << 16


def read_events(file: SourceFile, begins: Mapping[str, Begin], texts: Mapping[str, Text]) -> Iterator[None]:
    """Read a file, and call the functions of its elements; yield now and then, for what they gathered to be taken.

    Raises UserError for anything that is no whole XML file, and what the functions raise.
    """
    parser = event_parser(begins, texts)
    with opened_xml(file, parser, "is the download cut off?") as stream:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
        yield


def event_parser(begins: Mapping[str, Begin], texts: Mapping[str, Text]) -> expat.XMLParserType:
    """Return a parser that calls the functions of elements by their local names."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    known: dict[str, tuple[Begin | None, Text | None]] = {}
    parts: list[str] = []
    reading: Text | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal reading
        if reading is not None:
            finish()
        functions = known.get(tag)
        if functions is None:
            name = tag.rpartition(":")[2]
            functions = known[tag] = begins.get(name), texts.get(name)
        begin, text = functions
        if begin is not None:
            begin(attributes)
        if text is not None:
            reading = text
            parser.CharacterDataHandler, parser.EndElementHandler = parts.append, finish

    def finish(_: str = "") -> None:
        nonlocal reading
        text, reading = reading, None
        parser.CharacterDataHandler = parser.EndElementHandler = None
        whole = (parts[0] if len(parts) == 1 else "".join(parts)).strip()
        parts.clear()
        if text is not None:
            text(whole)

    parser.StartElementHandler = start
    return parser


@contextmanager
def opened_xml(file: SourceFile, parser: expat.XMLParserType, slip: str) -> Iterator[IO[bytes]]:
    """Open a file whose bytes the block gives to `parser`, to their end. `slip` is the likely one where that is too early.

    Raises UserError for anything that is no whole XML file, for a document type, and what the parser's functions raise.
    """

    def doctype(*_: object) -> None:
        raise UserError(f"{file.place}: wanted XML without a document type, got one that may define entities")

    parser.StartDoctypeDeclHandler = doctype
    try:
        with file.opened() as stream:
            yield stream
    except expat.ExpatError as error:
        raise UserError(f"{file.place}: wanted a whole XML file, got {error} ({slip})") from None
    except (LookupError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{file.place}: wanted an XML file in a known encoding, got {error}") from None
