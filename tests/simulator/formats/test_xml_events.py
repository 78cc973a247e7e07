"""XML by events: functions are called for elements of wanted local names, in order, whatever their prefixes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.xml_events import Text, read_events


def heard(file: Path) -> list[str]:
    """What the elements `site` and `speed` of a file say."""
    said: list[str] = []

    def begin(attributes: Mapping[str, str]) -> None:
        said.append(f"site {attributes.get('id', '?')}")

    texts: dict[str, Text] = {"speed": said.append, "when": lambda text: said.append(f"when {text}")}
    for _ in read_events(SourceFile(file), {"site": begin}, texts):
        pass
    return said


def written(folder: Path, content: str) -> Path:
    (folder / "a.xml").write_text(content, encoding="utf-8")
    return folder / "a.xml"


def test_names_are_found_without_their_prefixes(tmp_path: Path) -> None:
    file = written(
        tmp_path, '<r xmlns:p="u"><p:site id="7"><p:speed> 90 </p:speed></p:site><site/><speed>&lt;5</speed></r>'
    )
    assert heard(file) == ["site 7", "90", "site ?", "<5"]


def test_a_text_ends_at_the_first_child(tmp_path: Path) -> None:
    file = written(tmp_path, "<r><when>early<meaning>x</meaning>late</when><when/></r>")
    assert heard(file) == ["when early", "when "]


def test_long_texts_are_whole(tmp_path: Path) -> None:
    long = "8" * 300_000  # over several pieces of the file
    assert heard(written(tmp_path, f"<r><speed>{long}</speed></r>")) == [long]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<r><speed>90", "wanted a whole XML file, got no element found.*cut off"),
        ("<!DOCTYPE r [<!ENTITY a 'b'>]><r/>", "wanted XML without a document type"),
        ('<?xml version="1.0" encoding="none"?><r/>', "in a known encoding|whole XML file"),
    ],
)
def test_what_is_no_whole_xml_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        heard(written(tmp_path, content))
