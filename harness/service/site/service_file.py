"""A service's file becomes what is run, or a list of everything that is wrong with it, line by line.

described, mistakes = read_service_file(Path("site.toml"))
site.toml:12: source[0].pace: wanted greater than 0, got -1
"""

import re
from pathlib import Path

from harness.service.site.service_description import ServiceDescription
from harness.service.site.service_reader import ServiceReader
from harness.service.site.toml_lines import line_of, toml_lines
from scenarios.errors import UserError
from scenarios.files.toml_file import read_toml

_SYNTAX = re.compile(r" \(at line (\d+), column \d+\)$")


def read_service_file(path: Path) -> tuple[ServiceDescription | None, list[str]]:
    """Return the description in a file, None where something is wrong; and a line for each mistake: file, line, what was wanted.

    Raises MissingFileError and UserError for a file that cannot be read at all.
    """
    try:
        raw = read_toml(path)
    except UserError as error:
        syntax = _SYNTAX.search(str(error))
        if syntax is None:
            raise
        return None, [f"{path}:{syntax[1]}: {str(error).removeprefix(f'{path}: ')}"]
    reader = ServiceReader(path.parent, raw)
    described = reader.describe()
    lines = toml_lines(path.read_text(encoding="utf-8-sig"))
    numbered = sorted((line_of(lines, each.place), each.message) for each in reader.mistakes)
    return described, [f"{path}:{line}: {message}" for line, message in numbered]
