"""Errors of a detector of another package name it; its decisions pass unchanged."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue_entry import Entry
from detectors.contract_traffic import CORRIDOR, traffic
from detectors.detector import Decision, Detector, Estimator
from detectors.explained_detector import reasons_of
from detectors.plugin_guard import blaming, build_guarded
from detectors.reference.silent import Silent
from detectors.sheu.sheu2004 import Sheu2004
from detectors.sheu.sheu_parameter_file import shipped_parameters
from scenarios.corridor import Corridor
from scenarios.errors import MachineError, PluginError, UserError
from simulator.frame import LoopFrame

FRAME = traffic()[0]


class Stepping:
    """A detector whose step is given."""

    version = "7"

    def __init__(self, step: Callable[[LoopFrame], object]) -> None:
        self._step = step

    def step(self, frame: LoopFrame) -> object:
        """Whatever was given."""
        return self._step(frame)


def guarded(make: Callable[[Corridor, Path | None, float], object]) -> Detector:
    entry = Entry("theirs", "", make)  # type: ignore[arg-type]  # that is what is tried
    return build_guarded(entry, "their_package", CORRIDOR, None, 1.0)


def stepping(step: Callable[[LoopFrame], object]) -> Detector:
    return guarded(lambda corridor, file, aim: Stepping(step))


def test_an_error_while_building_names_detector_and_package_and_keeps_the_cause() -> None:
    def broken(corridor: Corridor, file: Path | None, aim: float) -> Detector:
        raise KeyError("lane")

    with pytest.raises(
        PluginError, match="detector 'theirs' of the package their_package failed: KeyError: 'lane'"
    ) as e:
        guarded(broken)
    assert isinstance(e.value.__cause__, KeyError)


def test_an_error_while_stepping_names_them_too() -> None:
    def broken(frame: LoopFrame) -> Decision:
        raise ValueError("operands could not be\nbroadcast")

    with pytest.raises(PluginError, match=r"'theirs' .* failed: ValueError: operands could not be broadcast"):
        stepping(broken).step(FRAME)


def test_wrong_use_on_a_frame_is_the_detector_s_error_too() -> None:
    def broken(frame: LoopFrame) -> Decision:
        raise UserError("wanted another frame")

    with pytest.raises(PluginError, match=r"'theirs' .* failed: UserError: wanted another frame"):
        stepping(broken).step(FRAME)


@pytest.mark.parametrize("error", [SystemExit(0), GeneratorExit()])
def test_what_would_end_the_process_is_the_detector_s_error(error: BaseException) -> None:
    with pytest.raises(PluginError, match=type(error).__name__), blaming("theirs", "their_package"):
        raise error


def test_an_error_that_cannot_be_printed_is_named_by_its_class() -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise KeyError

    with (
        pytest.raises(PluginError, match=r"failed: BrokenError$"),
        blaming("theirs", "their_package"),
    ):
        raise BrokenError


def test_what_is_no_decision_on_the_frame_is_the_detector_s_fault() -> None:
    few, late = np.zeros(1), np.zeros(CORRIDOR.sections)
    with pytest.raises(PluginError, match=r"step\(frame\) returned None, wanted"):
        stepping(lambda frame: None).step(FRAME)
    with pytest.raises(PluginError, match=f"wanted a decision about {CORRIDOR.sections} sections"):
        stepping(lambda frame: Decision(frame.time_s, few, few > 0)).step(FRAME)
    with pytest.raises(PluginError, match="wanted a decision about"):
        stepping(lambda frame: Decision(frame.time_s + 1, late, late > 0)).step(FRAME)


@pytest.mark.parametrize("error", [UserError("mine.toml: no"), MachineError("no GPU")])
def test_errors_that_say_whose_they_are_pass(error: Exception) -> None:
    with pytest.raises(type(error), match=str(error)), blaming("theirs", "their_package"):
        raise error


def test_decisions_and_estimates_pass_unchanged() -> None:
    own = Sheu2004(CORRIDOR, shipped_parameters())
    theirs = guarded(lambda corridor, file, aim: Sheu2004(corridor, shipped_parameters()))
    for frame in traffic():
        one, other = own.step(frame), theirs.step(frame)
        np.testing.assert_array_equal(one.score, other.score)
    assert isinstance(theirs, Estimator)
    np.testing.assert_array_equal(own.estimate.evidence, theirs.estimate.evidence)
    assert not isinstance(guarded(lambda corridor, file, aim: Silent(corridor)), Estimator)


def test_what_else_a_detector_offers_is_reached_through_the_guard() -> None:
    assert stepping(lambda frame: None).version == "7"  # type: ignore[attr-defined]


class Explaining(Silent):
    """Its evidence is given."""

    def __init__(self, corridor: Corridor, evidence: object) -> None:
        super().__init__(corridor)
        self.evidence = evidence


class Saying:
    """Reasons that are given."""

    def __init__(self, said: object) -> None:
        self._said = said

    def text(self, section: int) -> str:
        if isinstance(self._said, Exception):
            raise self._said
        return self._said  # type: ignore[return-value]  # that is what is tried


def explaining(evidence: object) -> Detector:
    return guarded(lambda corridor, file, aim: Explaining(corridor, evidence))


def test_reasons_pass_the_guard() -> None:
    reasons = reasons_of(explaining(Saying("because")))
    assert reasons is not None
    assert reasons.text(0) == "because"


@pytest.mark.parametrize("evidence", [None, 3.0, "text"])
def test_evidence_that_is_no_reasons_is_none(evidence: object) -> None:
    assert reasons_of(explaining(evidence)) is None


@pytest.mark.parametrize(("said", "named"), [(IndexError("far"), "IndexError: far"), (7, "returned 7, wanted a text")])
def test_reasons_that_fail_name_the_detector(said: object, named: str) -> None:
    reasons = reasons_of(explaining(Saying(said)))
    assert reasons is not None
    with pytest.raises(PluginError, match=f"'theirs' of the package their_package failed: .*{named}"):
        reasons.text(0)
