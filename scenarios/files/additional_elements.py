"""The elements of SUMO's additional files, those of included files in their place."""

import reprlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.errors import UserError, at
from scenarios.files.xml_file import xml_elements
from scenarios.files.xml_values import in_file


def additional_elements(path: Path) -> Iterator[tuple[Path, Element]]:
    """Yield each element of an additional file with the file that holds it, those of included files too (`<include href>`).

    Raises MissingFileError, UserError with the file.
    """
    yield from _elements(path, ())


def _elements(path: Path, includers: tuple[Path, ...]) -> Iterator[tuple[Path, Element]]:
    elements = xml_elements(path)
    next(elements)  # the root
    for element in elements:
        if element.tag != "include":
            yield path, element
            continue
        href = element.get("href", "")
        if not href:
            raise UserError(f"{in_file(path, element)}: include: wanted a file in href, got {reprlib.repr(href)}")
        included = path.parent / href
        if included.resolve() in {file.resolve() for file in (*includers, path)}:
            raise UserError(f"{in_file(path, element)}: it includes {reprlib.repr(href)}, which includes it again")
        try:
            yield from _elements(included, (*includers, path))
        except UserError as error:
            raise error if includers else at(f"{in_file(path, element)}, include {reprlib.repr(href)}", error) from None
