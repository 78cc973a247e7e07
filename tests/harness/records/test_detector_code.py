"""The digest of detectors' code: that of other packages is part of it where they are among the detectors."""

from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, Entry
from detectors.fingerprints import code_digest
from detectors.plugins import Plugins
from harness.records import detector_code


def test_another_package_s_code_is_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry("theirs", "", DETECTORS["silent"].build, module="their_package.detector")
    monkeypatch.setattr("detectors.catalogue.plugins", lambda taken: Plugins({"theirs": entry}, {}))
    monkeypatch.setattr(detector_code, "plugin_code_digest", lambda module: module.encode())
    own = detector_code.detector_code_digest(["silent"])
    assert own == detector_code.own_code_digest()
    before = detector_code.detector_code_digest(["silent", "theirs"])
    assert before != own
    monkeypatch.setattr(detector_code, "plugin_code_digest", lambda module: b"changed")
    assert detector_code.detector_code_digest(["silent", "theirs"]) != before


def test_the_digest_of_code_does_not_depend_on_where_it_is_nor_on_ends_of_lines(tmp_path: Path) -> None:
    for name, end in (("here", "\n"), ("there", "\r\n")):
        (tmp_path / name / "inner" / "__pycache__").mkdir(parents=True)
        (tmp_path / name / "inner" / "a.py").write_bytes(f"x = 1{end}".encode())
        (tmp_path / name / "inner" / "__pycache__" / "a.pyc").write_bytes(name.encode())
        (tmp_path / name / "README.md").write_bytes(name.encode())
    before = code_digest(tmp_path / "here")
    assert before == code_digest(tmp_path / "there")
    (tmp_path / "there" / "inner" / "a.py").rename(tmp_path / "there" / "inner" / "b.py")
    assert code_digest(tmp_path / "there") != before
