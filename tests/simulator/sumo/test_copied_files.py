"""Copies of a user's additional files: without loops, with paths that hold, and what is not written is told."""

import os
from pathlib import Path
from xml.etree.ElementTree import Element, parse

import pytest

from scenarios.errors import UserError
from simulator.sumo.own_files import without_commas, write_without_loops


def copied(folder: Path, *elements: str) -> tuple[list[Element], list[str]]:
    """The elements of the copy in another folder, and the notes."""
    (folder / "theirs").mkdir(exist_ok=True)
    source = folder / "theirs" / "my.add.xml"
    source.write_text(f"<additional>{''.join(elements)}</additional>", encoding="utf-8")
    notes = write_without_loops(source, folder / "copy.add.xml")
    return list(parse(folder / "copy.add.xml").getroot()), notes


def test_loops_are_left_out_and_the_rest_stays_with_those_of_included_files(tmp_path: Path) -> None:
    (tmp_path / "theirs" / "more").mkdir(parents=True)
    inner = '<additional><vType id="bus"/><e1Detector id="x"/><calibrator id="k" file="r.xml"/></additional>'
    (tmp_path / "theirs" / "more" / "in.add.xml").write_text(inner)
    loops = '<inductionLoop id="a" file="x"/><e1Detector id="b" file="x"/>'
    found, notes = copied(tmp_path, loops, '<vType id="Süd"/>', '<include href="more/in.add.xml"/>')
    assert [(each.tag, each.get("id")) for each in found] == [("vType", "Süd"), ("vType", "bus"), ("calibrator", "k")]
    assert found[2].get("file") == str(tmp_path / "theirs" / "more" / "r.xml")
    assert notes == []


@pytest.mark.parametrize("tag", ["calibrator", "variableSpeedSign"])
def test_what_is_read_gets_an_absolute_path(tmp_path: Path, tag: str) -> None:
    (element,), notes = copied(tmp_path, f'<{tag} id="k" file="../in.xml"/>')
    assert (element.get("file"), notes) == (str(tmp_path / "in.xml"), [])


@pytest.mark.parametrize(
    ("tag", "key"), [("e2Detector", "file"), ("calibrator", "output"), ("routeProbe", "file"), ("timedEvent", "dest")]
)
def test_what_would_be_written_leads_nowhere_and_is_told(tmp_path: Path, tag: str, key: str) -> None:
    (element,), notes = copied(tmp_path, f'<{tag} id="k" {key}="out.xml"/>')
    assert element.get(key) == os.devnull
    assert notes == [f"'out.xml' of {tag} 'k' (my.add.xml, line 1) is not written (the plain sumo writes it)"]


def test_elements_within_others_are_mended_too(tmp_path: Path) -> None:
    (element,), notes = copied(tmp_path, '<group><e2Detector id="k" file="out.xml"/></group>')
    assert [each.get("file") for each in element] == [os.devnull]
    assert len(notes) == 1


def test_a_rerouters_file_is_kept_and_told_as_not_read(tmp_path: Path) -> None:
    (element,), notes = copied(tmp_path, '<rerouter id="r" file="in.xml"/>')
    assert element.get("file") == "in.xml"
    assert notes == ["'in.xml' of rerouter 'r' (my.add.xml, line 1) is not read: SUMO itself does not read it"]


@pytest.mark.parametrize("tag", ["edgeData", "laneData"])
def test_what_only_writes_is_left_out_and_told(tmp_path: Path, tag: str) -> None:
    found, notes = copied(tmp_path, f'<{tag} id="m" file="means.xml"/>')
    assert found == []
    assert notes == [f"'means.xml' of {tag} 'm' (my.add.xml, line 1) is not written (the plain sumo writes it)"]


@pytest.mark.parametrize("name", ["", "NUL", "/dev/null"])
def test_a_file_that_is_nowhere_already_is_no_word_worth(tmp_path: Path, name: str) -> None:
    (element,), notes = copied(tmp_path, f'<e2Detector id="k" file="{name}"/>')
    assert (element.get("file"), notes) == (name, [])


def test_pictures_are_found_from_elsewhere(tmp_path: Path) -> None:
    (element,), _ = copied(tmp_path, '<poly id="p" imgFile="lake.png"/>')
    assert element.get("imgFile") == str(tmp_path / "theirs" / "lake.png")


def test_files_with_commas_get_links_without_and_keep_their_order(tmp_path: Path) -> None:
    (tmp_path / "a,b.xml").write_text("one")
    (tmp_path / "c,d.xml").write_text("two")
    work = tmp_path / "work"
    work.mkdir()
    names = [str(tmp_path / "a,b.xml"), "plain.xml", str(tmp_path / "c,d.xml")]
    found = without_commas(names, work)
    assert found[1] == "plain.xml"
    assert [Path(name).read_text() for name in (found[0], found[2])] == ["one", "two"]
    assert "," not in "".join(found)
    assert without_commas(names, work) == found  # links of an earlier run stay


def test_files_of_one_name_in_two_folders_get_a_link_each(tmp_path: Path) -> None:
    names = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a,b.xml").write_text(folder)
        names.append(str(tmp_path / folder / "a,b.xml"))
    assert [Path(name).read_text() for name in without_commas(names, tmp_path)] == ["one", "two"]


def test_a_working_folder_with_a_comma_is_refused_where_links_are_needed(tmp_path: Path) -> None:
    work = tmp_path / "a,b"
    assert without_commas(["plain.xml"], work) == ["plain.xml"]
    with pytest.raises(UserError, match="SUMO takes no comma in a path"):
        without_commas(["c,d.xml"], work)
