"""TOML files: shipped ones by name, a user's own by path, and their tables. A message names the file."""

import re
import shlex
from pathlib import Path

from scenarios.errors import MissingFileError, UserError
from scenarios.suggestion import likely
from scenarios.toml_text import parse_toml_text

MOST_BYTES = 8 << 20
"""Largest file, bytes. Chosen: a battery of ten thousand runs, each written out, takes half of it; reading it takes seconds."""


def shipped_names(folder: Path) -> list[str]:
    """Return the names of the TOML files that ship in `folder`."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def named_path(name_or_path: str, folder: Path, what: str) -> Path:
    """Return the path of a file that ships in `folder`, by its name, or of a user's own.

    `what` the file holds is named in the message. Raises MissingFileError with the likely slip.
    """
    known = shipped_names(folder)
    if name_or_path in known:
        return folder / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if is_file(path) or is_folder(path):
        return path
    raise MissingFileError(
        f"no {what} or file {name_or_path!r}: wanted a path to a TOML file, or one of: {', '.join(known)}"
        f"{likely(name_or_path, known)}"
    )


def read_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file. Raises MissingFileError, or UserError with file and line."""
    if is_folder(path):
        raise UserError(f"{path}: wanted a TOML file, got a folder")
    if not is_file(path):
        raise MissingFileError(f"no such file: {path}")
    with path.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    _check_no_xml(path, content)
    if len(content) > MOST_BYTES:
        raise UserError(
            f"{path}: wanted {MOST_BYTES >> 20} MiB of TOML at most, got a larger file (is it another one?)"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: wanted TOML in UTF-8, but byte {error.start} is not") from None
    try:
        return parse_toml_text(text)
    except ValueError as error:
        raise UserError(f"{path}: this is no valid TOML: {error}") from None


def is_file(path: Path) -> bool:
    """Return whether there is such a file; False too for a text that cannot be a path."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long a name, a zero byte
        return False


def is_folder(path: Path) -> bool:
    """Return whether there is such a folder; False too for a text that cannot be a path."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _check_no_xml(path: Path, content: bytes) -> None:
    """Refuse a SUMO configuration, by its name or content, and other XML files: they begin with "<", as no TOML does."""
    xml = content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    if path.suffix == ".sumocfg" or (xml and re.search(rb"<(sumoC|c)onfiguration[\s>]", content)):
        command = f"laneblock adopt {shlex.quote(str(path))} --out study"
        raise UserError(
            f"{path}: this is a SUMO configuration, wanted a scenario: `{command}` writes one "
            f'(by hand: config = "{path.name}" and corridor in [network])'
        )
    if xml:
        raise UserError(f"{path}: this is XML, wanted TOML (a scenario names SUMO's files in [network])")
