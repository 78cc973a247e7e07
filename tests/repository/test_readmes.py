"""The Markdown files are true: rooms name their files and no others, links lead somewhere, commands parse, pages are short.

Every room, and every folder of modules directly below one or below `harness/studies` and
`harness/service`, has a README.md; it answers for the
modules of its folder and of folders below that have none of their own. To mend one after a file was renamed or added, change
the name in backticks or add a line.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup

from tests.harness.command_examples import LAUNCHED, examples, parse

ROOT = Path(__file__).parents[2]
ROOMS = ("scenarios", "simulator", "detectors", "harness", "tests", "benchmarks")
LONGEST_LINES, LONGEST_TOP_LINES = 60, 120
NO_PAGES = {"CHANGELOG.md", "benchmarks/RESULTS.md"}
"""Markdown files that may be longer than a page."""


def has_modules(folder: Path) -> bool:
    """Whether a folder has Python modules of its own."""
    return any(path.name != "__init__.py" for path in folder.glob("*.py"))


def rooms() -> list[Path]:
    """All rooms and sub-rooms that need a README.md."""
    below = [
        ROOT / room for room in ("scenarios", "simulator", "detectors", "harness", "harness/studies", "harness/service")
    ]
    parts = {folder for room in below for folder in room.iterdir() if folder.is_dir() and has_modules(folder)}
    return sorted(
        {*(ROOT / room for room in ROOMS), *parts, ROOT / "harness" / "studies", ROOT / "harness" / "service"}
    )


def markdown_files() -> list[Path]:
    """All Markdown files that belong to the project."""
    found = [ROOT / name for name in ("README.md", "CHANGELOG.md")]
    return sorted([*found, *(path for room in ROOMS for path in (ROOT / room).rglob("*.md"))])


READMES = [room / "README.md" for room in rooms()]
MARKDOWN = markdown_files()


def label(path: Path) -> str:
    """A path as seen from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def named(readme: Path) -> set[str]:
    """What is named in backticks."""
    return set(re.findall(r"`([^`\n]+)`", readme.read_text(encoding="utf-8")))


def is_file_name(text: str) -> bool:
    """Whether a text in backticks means a file or folder of the project; NAME stands for any name."""
    return re.fullmatch(r"[\w./-]+\.(py|md|j2)|[\w.-]+(/[\w.-]+)*/", text) is not None and "NAME" not in text


def modules_of(room: Path) -> list[str]:
    """The modules that a room's README answers for."""
    answering = {readme.parent for readme in READMES}
    found = []
    for path in sorted(room.rglob("*.py")):
        nearest = next(folder for folder in path.parents if folder in answering)
        if nearest == room and path.name != "__init__.py" and (room != ROOT / "tests" or path.parent == room):
            found.append(path.name)
    return found


def detector_code_digest(text: str) -> str:
    """The code blocks of a Markdown text, indented or fenced."""
    lines, fenced = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            lines.append(line.replace("venv/bin/laneblock", "laneblock"))
    return "\n".join(lines)


@cache
def words() -> set[str]:
    """All words of the code. Not read where tests are only collected."""
    sources = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return {word for path in sources for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}


COMMANDS = sorted(
    {
        (label(path), line)
        for path in MARKDOWN
        for line in examples(detector_code_digest(path.read_text(encoding="utf-8")))
    }
)
INLINE = sorted({(label(path), text) for path in MARKDOWN for text in named(path) if text.startswith("laneblock ")})


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_a_room_has_a_readme(readme: Path) -> None:
    assert readme.is_file()


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_files_named_in_a_readme_exist(readme: Path) -> None:
    room = readme.parent
    below = {path.name for path in room.rglob("*")}
    gone = [
        text
        for text in sorted(filter(is_file_name, named(readme)))
        if not (room / text).exists() and not (ROOT / text).exists() and text.strip("/") not in below
    ]
    assert not gone, f"names what is not there: {', '.join(gone)}"


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_a_readme_names_every_module_of_its_room(readme: Path) -> None:
    names = {text.rpartition("/")[2] for text in named(readme)}
    missing = [module for module in modules_of(readme.parent) if module not in names]
    assert not missing, f"does not name: {', '.join(missing)}"


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_a_readme_names_every_room_below_it(readme: Path) -> None:
    below = [each.parent.name for each in READMES if each.parent.parent == readme.parent]
    text = readme.read_text(encoding="utf-8")
    links = {link.removesuffix("README.md").strip("/") for link in re.findall(r"\]\(([^)\s]+)\)", text)}
    names = {name.strip("/") for name in named(readme)}
    missing = [room for room in below if room not in names | links]
    assert not missing, f"does not name: {', '.join(missing)}"


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_names_of_code_in_a_readme_occur_in_the_code(readme: Path) -> None:
    names = {text for text in named(readme) if re.fullmatch(r"[A-Za-z]\w*", text)}
    assert not names - words(), f"names what is not in the code: {', '.join(sorted(names - words()))}"


@pytest.mark.parametrize("path", [path for path in MARKDOWN if label(path) not in NO_PAGES], ids=label)
def test_a_page_is_no_longer_than_a_page(path: Path) -> None:
    longest = LONGEST_TOP_LINES if path.parent == ROOT else LONGEST_LINES
    assert len(path.read_text(encoding="utf-8").splitlines()) <= longest


@pytest.mark.parametrize("path", MARKDOWN, ids=label)
def test_relative_links_lead_to_files(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    inside = [link.partition("#")[0] for link in links if not re.match(r"https?://|#", link)]
    broken = [link for link in inside if not (path.parent / link).exists()]
    assert not broken, f"links to nothing: {', '.join(broken)}"


@pytest.mark.parametrize(("path", "line"), COMMANDS)
def test_a_command_in_a_markdown_file_is_a_command_line(path: str, line: str) -> None:
    if line != "laneblock COMMAND --help":
        parse(line)


@pytest.mark.parametrize(("path", "text"), INLINE)
def test_a_command_in_backticks_exists(path: str, text: str) -> None:
    group: Any = LAUNCHED
    for word in text.split()[1:]:
        if isinstance(group, TyperGroup) and re.fullmatch(r"[a-z][a-z-]*", word):
            assert word in group.commands, f"{path}: {text}"
            group = group.commands[word]
