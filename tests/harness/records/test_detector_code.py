"""The digest of detectors' code: that of other packages is part of it where they are among the detectors."""

import pytest

from detectors.catalogue import DETECTORS, Entry
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
