"""Elements of an XML file, one at a time, found by their local names: prefixes and namespaces differ between providers."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rsplit("}", 1)[-1]


def elements(file: SourceFile, *names: str) -> Iterator[Element]:
    """Yield the elements of these names, outermost first come; each is emptied when the next one is asked for.

    An element within a yielded one is not yielded. Raises UserError for anything that is no whole XML file.
    """
    inside = 0
    known: dict[str, bool] = {}  # a file has few tags, and millions of elements
    path: list[Element] = []
    try:
        with file.opened() as stream:
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                tag = element.tag
                wanted = known[tag] if tag in known else known.setdefault(tag, local(element) in names)
                if event == "start":
                    inside += wanted
                    path.append(element)
                    continue
                path.pop()
                if wanted and inside == 1:
                    yield element
                inside -= wanted
                if not inside:
                    element.clear()
                    if path:
                        path[-1].remove(element)  # or a day of the country stays in memory as empty elements
    except ParseError as error:
        raise UserError(f"{file.place}: wanted a whole XML file, got {error} (is the download cut off?)") from None
    except DefusedXmlException:
        raise UserError(f"{file.place}: wanted XML without a document type, got one that defines entities") from None
    except (LookupError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError(f"{file.place}: wanted an XML file in a known encoding, got {error}") from None


def find(element: Element, *names: str) -> Element | None:
    """Return the first element along a path of local names, each at any depth below the one before; None where there is none."""
    for name in names:
        below = next((each for each in element.iter() if each is not element and local(each) == name), None)
        if below is None:
            return None
        element = below
    return element


def text_of(element: Element, *names: str) -> str:
    """Return the text of `find(element, *names)`, empty where there is none."""
    found = find(element, *names)
    return "" if found is None or found.text is None else found.text.strip()


def children(element: Element, name: str) -> list[Element]:
    """Return the direct children of a local name."""
    return [child for child in element if local(child) == name]
