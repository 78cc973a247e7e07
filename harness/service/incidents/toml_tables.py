"""Files of arrays of tables, [[NAME]], as models. A message names the file, the line and the place.

works.toml, line 7: works[1].to_m: wanted downstream of from_m (1200), got 800
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from scenarios.errors import UserError, at
from scenarios.files.toml_file import read_toml
from scenarios.files.validation import validate
from scenarios.suggestion import likely

Model = TypeVar("Model", bound=BaseModel)
_MULTI_LINE = re.compile(r'"{3}[\s\S]*?"{3}|\'{3}[\s\S]*?\'{3}')


def read_tables(path: Path, name: str, model: type[Model], beside: Sequence[str] = ()) -> tuple[Model, ...]:
    """Return each [[name]] table of a TOML file as a model; tables `beside` them are another's.

    Raises MissingFileError, UserError with file, line and place.
    """
    raw = read_toml(path)
    text = path.read_text(encoding="utf-8-sig")
    for key in raw:
        if key not in (name, *beside):
            slip = likely(key, [name, *beside]) or f"; the file has [[{name}]] tables"
            raise UserError(f"{path}, line {_line_of_key(text, key)}: {key}: unknown key{slip}")
    tables = raw.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise UserError(f"{path}, line {_line_of_key(text, name)}: {name}: wanted [[{name}]] tables, got another value")
    read = []
    for place, table in enumerate(tables):
        try:
            read.append(validate(model, table, at=(name, place)))
        except UserError as error:
            raise at(f"{path}, line {line_in_table(text, name, place, str(error))}", error) from None
    return tuple(read)


def line_in_table(text: str, name: str, place: int, message: str) -> int:
    """Return the line of the key that a message about table `place` names; of the table's head where it names none.

    >>> line_in_table("[[works]]\\nname = 'a'\\n[[works]]\\nto_m = 8\\n", "works", 1, "works[1].to_m: wanted more")
    4
    """
    lines = _MULTI_LINE.sub(lambda found: "\n" * found[0].count("\n"), text).splitlines()
    heads = [number for number, line in enumerate(lines, 1) if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line)]
    if place >= len(heads):  # written in another way: name = [{ ... }]
        return _line_of_key(text, name)
    end = heads[place + 1] if place + 1 < len(heads) else len(lines) + 1
    of_table = range(heads[place] + 1, end)
    key = re.search(rf"{name}\[{place}\]\.?(\w*)|^(\w+):", message)
    names = [each for each in (key.groups() if key else ()) if each]
    inside = re.search(r": (\w+): ", message)
    names += [inside[1]] if inside else []
    for each in names:
        for number in of_table:
            if re.match(rf"\s*[\"']?{each}[\"']?\s*[.=]", lines[number - 1]):
                return number
    return heads[place]


def _line_of_key(text: str, key: str) -> int:
    """Return the first line that begins with the key or with a table of that name, 1 where none does."""
    pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[\].=]")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)
