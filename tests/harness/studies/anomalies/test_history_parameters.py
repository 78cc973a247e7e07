"""Parameters learned on a history: by whom, and when they are learned again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from detectors.catalogue import DETECTORS, Entry
from harness.studies.anomalies import history_parameters as module
from harness.studies.anomalies.history_parameters import OWN_RATE, history_parameters
from scenarios.errors import UserError

CALLS: list[str] = []


def _calibrate(name: str, folders: Sequence[Path], out: Path, command: str, aim: float) -> None:
    CALLS.append(name)
    if name == "needy":
        raise UserError("needy needs known incidents (calibrated on a, b and 3 more)")
    out.write_text(f"learned {len(CALLS)}", encoding="utf-8")


def _never(*arguments: Any) -> Any:
    raise AssertionError("was called")


def _thresholds() -> Mapping[float, float]:
    return {1.0: 2.0}


@pytest.fixture(autouse=True)
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    CALLS.clear()
    monkeypatch.setattr(module, "calibrate_detector", _calibrate)
    for name in ("eager", "needy"):
        monkeypatch.setitem(DETECTORS, name, Entry(name, "", _never, _never, _thresholds))
    monkeypatch.setitem(DETECTORS, "own-rate", Entry("own-rate", "", _never, _never))
    monkeypatch.setitem(DETECTORS, "fixed", Entry("fixed", "", _never))


def test_a_detector_learns_once_per_history(tmp_path: Path) -> None:
    first = history_parameters("eager", [], "a", tmp_path, "")
    again = history_parameters("eager", [], "a", tmp_path, "")
    assert first == again
    assert first.file is not None
    assert (first.basis, first.why_shipped, CALLS) == ("history", "", ["eager"])
    history_parameters("eager", [], "b", tmp_path, "")
    assert CALLS == ["eager", "eager"]


def test_a_lost_file_is_learned_again(tmp_path: Path) -> None:
    file = history_parameters("eager", [], "a", tmp_path, "").file
    assert file is not None
    file.unlink()
    assert history_parameters("eager", [], "a", tmp_path, "").file == file
    assert file.is_file()


def test_who_cannot_learn_keeps_what_it_ships_with_and_the_reason_is_kept(tmp_path: Path) -> None:
    for _ in range(2):
        found = history_parameters("needy", [], "a", tmp_path, "")
        assert (found.file, found.basis, found.why_shipped) == (None, "shipped", "needy needs known incidents")
    assert CALLS == ["needy"]


def test_who_sets_its_own_rate_or_has_no_parameters_does_not_learn(tmp_path: Path) -> None:
    assert history_parameters("own-rate", [], "a", tmp_path, "").why_shipped == OWN_RATE
    assert history_parameters("fixed", [], "a", tmp_path, "").why_shipped == "it has nothing to calibrate"
    assert not CALLS
