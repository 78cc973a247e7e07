"""The README of every room names the files that are there, and no others; it fits on a page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("scenarios", "simulator", "detectors", "harness", "tests", "benchmarks")
READMES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("README.md"))
LONGEST_LINES = 70
FOLDERS = {path.parent for path in READMES} | {ROOT / "detectors" / "sequential"}
"""Folders that answer for their own modules; the sequential detector's README is to come."""


def named(readme: Path) -> set[str]:
    """What is named in backticks."""
    return set(re.findall(r"`([^`\n]+)`", readme.read_text(encoding="utf-8")))


def is_file_name(text: str) -> bool:
    """Whether a text in backticks is meant as a file or folder of the project."""
    return re.fullmatch(r"[\w./-]+\.(py|md|j2)|[\w.-]+(/[\w.-]+)*/", text) is not None


def modules_of(room: Path) -> list[str]:
    """The modules a README answers for: those of its folder, and of sub-folders without a README of their own."""
    found = []
    for path in sorted(room.rglob("*.py")):
        nearest = next(folder for folder in path.parents if folder in FOLDERS)
        if nearest == room and path.name != "__init__.py" and (room != ROOT / "tests" or path.parent == room):
            found.append(path.name)
    return found


def label(readme: Path) -> str:
    """The room of a README."""
    return str(readme.parent.relative_to(ROOT))


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_files_named_in_a_readme_exist(readme: Path) -> None:
    room = readme.parent
    below = {path.name for path in room.rglob("*")}
    gone = [
        text
        for text in sorted(filter(is_file_name, named(readme)))
        if not (room / text).exists() and not (ROOT / text).exists() and text not in below
    ]
    assert gone == []


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_a_readme_names_every_module_of_its_room(readme: Path) -> None:
    names = {text.rpartition("/")[2] for text in named(readme)}
    assert [module for module in modules_of(readme.parent) if module not in names] == []


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_a_readme_names_every_room_below_it(readme: Path) -> None:
    rooms = [path.parent.name for path in sorted(readme.parent.glob("*/README.md"))]
    assert [
        room for room in rooms if f"{room}/" not in {f"{text.strip('/').rpartition('/')[2]}/" for text in named(readme)}
    ] == []


@pytest.mark.parametrize("readme", READMES, ids=label)
def test_a_readme_fits_on_a_page(readme: Path) -> None:
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= LONGEST_LINES


@pytest.mark.parametrize(
    "room",
    [
        *("harness", "harness/records", "harness/scoring", "harness/running", "harness/reporting", "harness/studies"),
        *("harness/commands", "detectors", "detectors/sheu", "detectors/classical", "detectors/learned"),
        *("detectors/calibration", "detectors/faults", "detectors/reference", "tests", "benchmarks"),
    ],
)
def test_a_room_has_a_readme(room: str) -> None:
    assert (ROOT / room / "README.md").is_file()
