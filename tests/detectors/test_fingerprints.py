"""Fingerprints: what a detector's decisions depend on changes them, and nothing else does."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import AIMS, DETECTORS, fingerprint
from detectors.catalogue_entry import Entry
from detectors.faults.conservation import Balance, write_balance
from detectors.faults.fault_catalogue import FAULT_DETECTORS, fault_fingerprint
from detectors.fingerprints import fingerprint_of
from detectors.plugins import as_entry, entry_at

SHIPPED = sorted(name for name, entry in DETECTORS.items() if entry.shipped is not None)


def shipped_text(name: str) -> str:
    shipped = DETECTORS[name].shipped
    assert shipped is not None
    return shipped(1.0).read_text(encoding="utf-8")


def copy_of(name: str, to: Path, text: str | None = None) -> Path:
    """A file with the shipped parameters of `name`, or with `text`."""
    to.write_text(shipped_text(name) if text is None else text, encoding="utf-8")
    return to


def with_one_number_changed(text: str) -> str:
    """The text with 1 added to the first setting of a TOML file, or another digit in the last number of a model."""
    if text.startswith("{"):
        model = json.dumps({key: value for key, value in json.loads(text).items() if key != "provenance"})
        return re.sub(r"\d(?=\d*\D*$)", lambda digit: str((int(digit[0]) + 1) % 10), model)
    return re.sub(r"(?m)^(\w+ = )(\d\S*)$", lambda line: f"{line[1]}{float(line[2]) + 1}", text, count=1)


def test_every_detector_has_one_and_no_two_share_it() -> None:
    found = {fingerprint(name) for name in DETECTORS}
    assert len(found) == len(DETECTORS)
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in found)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_copy_of_the_shipped_file_has_the_fingerprint_of_the_shipped(name: str, tmp_path: Path) -> None:
    assert fingerprint(name, copy_of(name, tmp_path / "copy")) == fingerprint(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_one_number_changed_changes_it(name: str, tmp_path: Path) -> None:
    changed = with_one_number_changed(shipped_text(name))
    assert changed != shipped_text(name)
    assert fingerprint(name, copy_of(name, tmp_path / "changed", changed)) != fingerprint(name)


def test_another_shipped_model_changes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint("trees")
    other = copy_of("trees", tmp_path / "trees.json", with_one_number_changed(shipped_text("trees")))
    monkeypatch.setitem(DETECTORS, "trees", replace(DETECTORS["trees"], shipped=lambda aim: other))
    assert fingerprint("trees") != before


@pytest.mark.parametrize("name", SHIPPED)
def test_another_aim_changes_it(name: str) -> None:
    assert len({fingerprint(name, aim=aim) for aim in AIMS}) == len(AIMS)


def test_comments_layout_and_provenance_in_toml_do_not_change_it(tmp_path: Path) -> None:
    text = shipped_text("snd").replace("[parameters]", "# a comment\n\n[parameters]")
    text = re.sub(r'^sources = ".*"$', 'sources = "elsewhere"', text, flags=re.MULTILINE)
    assert text.count("elsewhere") == 1
    assert fingerprint("snd", copy_of("snd", tmp_path / "snd.toml", text)) == fingerprint("snd")


def test_layout_and_provenance_in_json_do_not_change_it(tmp_path: Path) -> None:
    content = {**json.loads(shipped_text("mlp")), "provenance": {"sources": "elsewhere"}}
    text = json.dumps(dict(reversed(content.items())), indent=3)
    assert fingerprint("mlp", copy_of("mlp", tmp_path / "mlp.json", text)) == fingerprint("mlp")


def test_a_whole_number_is_the_same_with_and_without_its_point(tmp_path: Path) -> None:
    one, other = (tmp_path / name for name in ("one", "other"))
    one.write_text("a = 1", encoding="utf-8")
    other.write_text("a = 1.0", encoding="utf-8")
    assert fingerprint_of("mine", one, (1.0,)) == fingerprint_of("mine", other, (1.0,))


def test_true_is_not_1(tmp_path: Path) -> None:
    one, other = (tmp_path / name for name in ("one", "other"))
    one.write_text("a = 1", encoding="utf-8")
    other.write_text("a = true", encoding="utf-8")
    assert fingerprint_of("mine", one, (1.0,)) != fingerprint_of("mine", other, (1.0,))


def test_a_file_of_any_other_format_counts_byte_by_byte(tmp_path: Path) -> None:
    found = set()
    for number, content in enumerate(
        (b"PK\x03\x04 no archive", b"PK\x03\x04 no archive!", b"\xff\xfe\x00", b"words = = 1")
    ):
        file = tmp_path / str(number)
        file.write_bytes(content)
        found.add(fingerprint_of("mine", file, (1.0,)))
    assert len(found) == 4


def test_an_unknown_name_is_refused_as_by_build() -> None:
    with pytest.raises(ValueError, match=r"no detector 'tree'.*did you mean 'trees'"):
        fingerprint("tree")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of a user's own that offers a detector."""
    folder = tmp_path / "their_detectors"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "rules.py").write_text("LIMIT = 3\n", encoding="utf-8")
    (folder / "quiet.py").write_text(
        "from detectors.reference.silent import Silent\nclass Quiet(Silent):\n    'Quiet.'\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "their_detectors"]:
        del sys.modules[name]


def test_the_code_of_a_plug_in_s_package_is_part_of_it(package: Path) -> None:
    theirs = entry_at("their_detectors.quiet:Quiet")
    before = theirs.fingerprint(None, 1.0)
    (package / "rules.py").write_text("LIMIT = 4\n", encoding="utf-8")
    assert theirs.fingerprint(None, 1.0) != before


def test_a_plug_in_s_parameter_file_is_part_of_it(package: Path) -> None:
    quiet = entry_at("their_detectors.quiet:Quiet")
    theirs = Entry("quiet", "", quiet.build, module=quiet.module)
    file = package.parent / "quiet.toml"
    found = []
    for text in ("limit = 3", "limit = 3  # cars", "limit = 4"):
        file.write_text(text, encoding="utf-8")
        found.append(theirs.fingerprint(file, 1.0))
    assert (found[0] == found[1], found[0] == found[2]) == (True, False)


def test_a_callable_that_is_offered_keeps_where_it_comes_from() -> None:
    assert as_entry("mine", DETECTORS["silent"].build).module == "detectors.shipped_detectors"


def balance(factor: float = 1.0, sources: str = "here") -> Balance:
    one, two = np.full(1, factor), np.full((2, 1), 0.5)
    return Balance(one, one, two, two, {1.0: 9.0}, sources, (("a", 0.0, 1), ("b", 500.0, 1)))


def test_a_fault_detector_s_file_is_part_of_its_fingerprint_but_not_its_sources(tmp_path: Path) -> None:
    found = []
    for number, each in enumerate((balance(), balance(sources="there"), balance(1.5))):
        write_balance(tmp_path / str(number), each)
        found.append(fault_fingerprint("conservation", tmp_path / str(number)))
    assert (found[0] == found[1], found[0] == found[2]) == (True, False)


def test_arrays_count_by_their_numbers_and_the_text_beside_them_without_its_sources(tmp_path: Path) -> None:
    def of(values: list[float], **words: object) -> str:
        file = tmp_path / "model.npz"
        np.savez(file, words=np.array(json.dumps(words)), loops=np.array(values))
        return fault_fingerprint("gp_cusum", file)

    assert of([1, 2], slack=0.5, sources="a") == of([1.0, 2.0], slack=0.5, sources="b")
    assert len({of([1, 2], slack=0.5), of([1, 3], slack=0.5), of([1, 2], slack=0.6)}) == 3


def test_every_fault_detector_has_one_by_name_aim_and_factor() -> None:
    found = {
        fault_fingerprint(name, None, *each)
        for name in FAULT_DETECTORS
        for each in ((1.0, 1.0), (10.0, 1.0), (1.0, 2.0))
    }
    assert len(found) == 3 * len(FAULT_DETECTORS)
