"""An ensemble frame by frame: scores by hand, reasons, and errors that name the member."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.detector import Detector
from detectors.ensemble.ensemble_detector import EnsembleDetector
from detectors.ensemble.ensemble_parameters import EnsembleParameters, Member
from detectors.ensemble.stacked_weights import StackedWeights
from scenarios.errors import PluginError, UserError
from simulator.frame import Array, LoopFrame
from tests.detectors.ensemble.toy_members import CORRIDOR, Reader, broken, frame, occupancy, slowness

LEVELS = {0.1: 0.3, 1.0: 0.2, 10.0: 0.1}  # margins of occupancies: 0 at 0.2, a decade per 0.1
SLOW = {0.1: 15.0, 1.0: 10.0, 10.0: 5.0}  # 0 at 20 m/s, a decade per 5 m/s
MEMBERS = (Member("occupancy", None, "", LEVELS), Member("slowness", None, "", SLOW))
AIMS = {0.1: 0.5, 1.0: 0.0, 10.0: -0.5}
MAJORITY = EnsembleParameters("majority", MEMBERS, None, AIMS, AIMS, {})
STACK = StackedWeights(-4.0, np.array([2.0, 1.0]), np.array([-1.0, -2.0]))
STACKED = replace(MAJORITY, method="stacked", stack=STACK)


def members() -> list[Detector]:
    return [Reader(CORRIDOR, occupancy), Reader(CORRIDOR, slowness)]


def at(time_s: float, occupancies: tuple[float, float], speeds: tuple[float, float]) -> LoopFrame:
    return frame(time_s, np.array([*occupancies, 0.1]), np.array([*speeds, 27.0]))


def test_a_majority_s_score_is_the_margin_that_more_than_half_reach() -> None:
    detector = EnsembleDetector(CORRIDOR, members(), MAJORITY, 1.0)
    decision = detector.step(at(30.0, (0.25, 0.25), (17.0, 22.0)))
    assert decision.score == pytest.approx([0.5, -0.4])  # both are needed: the lesser margin
    assert decision.alarm.tolist() == [True, False]


def test_a_stack_s_score_is_the_weighed_sum_of_margins() -> None:
    decision = EnsembleDetector(CORRIDOR, members(), STACKED, 1.0).step(at(30.0, (0.25, 0.1), (17.0, 25.0)))
    assert decision.score == pytest.approx([-4.0 + 2.0 * 1.5 + 1.0 * 2.6, -4.0 + 0.0 + 1.0])


@pytest.mark.parametrize(("aim", "confidence"), [(0.1, 0.5), (1.0, 1.0)])
def test_confidence_counts_the_members_above_the_vote_of_the_aim(aim: float, confidence: float) -> None:
    detector = EnsembleDetector(CORRIDOR, members(), MAJORITY, aim)
    detector.step(at(30.0, (0.28, 0.1), (19.0, 27.0)))
    assert detector.evidence.confidence[0] == confidence


def test_evidence_says_who_speaks_and_how_far() -> None:
    detector = EnsembleDetector(CORRIDOR, members(), STACKED, 1.0)
    assert detector.evidence.text(0) == ""
    detector.step(at(30.0, (0.25, 0.1), (np.nan, 27.0)))
    assert detector.evidence.time_s == 30.0
    assert detector.evidence.text(0) == "1 of 1 members agree: occupancy +3.0 log odds; slowness abstains"


def test_parts_of_a_majority_are_margins_above_the_vote() -> None:
    detector = EnsembleDetector(CORRIDOR, members(), MAJORITY, 10.0)
    detector.step(at(30.0, (0.25, 0.1), (20.0, 27.0)))
    assert detector.evidence.text(0) == "2 of 2 members agree: occupancy +1.0, slowness +0.5 decades"


def test_a_frame_of_another_shape_is_no_member_s_fault() -> None:
    detector = EnsembleDetector(CORRIDOR, members(), MAJORITY, 1.0)
    values = np.zeros((4, 1))
    with pytest.raises(UserError, match=r"^frame at 30.0 s: wanted 3 stations by 1 lanes"):
        detector.step(LoopFrame(30.0, values, values, values))


def test_an_error_in_a_member_says_which() -> None:
    detector = EnsembleDetector(CORRIDOR, [*members()[:1], Reader(CORRIDOR, broken)], MAJORITY, 1.0)
    detector.step(at(30.0, (0.1, 0.1), (27.0, 27.0)))
    detector.step(at(60.0, (0.1, 0.1), (27.0, 27.0)))
    with pytest.raises(ZeroDivisionError) as error:
        detector.step(at(90.0, (0.1, 0.1), (27.0, 27.0)))
    assert error.value.__notes__ == ["raised in ensemble: member 'slowness'"]


def test_a_plug_in_s_error_says_which_member_it_is() -> None:
    def failing(frame: LoopFrame) -> Array:
        raise PluginError("detector 'slowness' of package 'theirs' failed")

    detector = EnsembleDetector(CORRIDOR, [*members()[:1], Reader(CORRIDOR, failing)], MAJORITY, 1.0)
    with pytest.raises(PluginError, match="ensemble: member 'slowness': detector 'slowness' of package 'theirs'"):
        detector.step(at(30.0, (0.1, 0.1), (27.0, 27.0)))
