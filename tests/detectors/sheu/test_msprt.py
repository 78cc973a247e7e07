"""The modified sequential test against sequences computed by hand."""

from dataclasses import replace
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sheu.msprt import (
    Observation,
    SequentialTest,
    Standing,
    Verdict,
    advance,
    lower_threshold,
    upper_threshold,
)
from detectors.sheu.sheu_parameters import MsprtParameters

# eta_1 = 0.9 / 0.1 = 9, eta_0 = 1 / 9, log 9 = 2.197
FOUR = MsprtParameters(
    alpha=0.1,
    beta=0.1,
    a=2.4,
    b=2.4,
    r_0=1.0,
    r_1=1.0,
    longest_frames=4,
    queue_growth=float("inf"),
    flow_bounds_vphpl=(1000.0,),
    free_probability=(0.2, 0.3),
    clip=0.01,
)


def test_thresholds_by_hand() -> None:
    assert [upper_threshold(k, FOUR) for k in range(5)] == pytest.approx([2.4, 1.8, 1.2, 0.6, 0.0])
    assert [lower_threshold(k, FOUR) for k in range(5)] == pytest.approx([-2.4, -1.8, -1.2, -0.6, 0.0])
    bent = replace(FOUR, r_1=0.5)
    assert upper_threshold(3, bent) == pytest.approx(1.2)  # 2.4 * sqrt(1/4)


@given(
    longest=st.integers(1, 100),
    a=st.floats(2.2, 50.0),
    b=st.floats(2.2, 50.0),
    r_0=st.floats(0.01, 1.0),
    r_1=st.floats(0.01, 1.0),
)
def test_thresholds_meet_at_the_longest_test(longest: int, a: float, b: float, r_0: float, r_1: float) -> None:
    parameters = replace(FOUR, longest_frames=longest, a=a, b=b, r_0=r_0, r_1=r_1)
    assert upper_threshold(longest, parameters) == 0 == lower_threshold(longest, parameters)
    for k in range(longest):
        assert lower_threshold(k, parameters) < 0 < upper_threshold(k, parameters)


def test_evidence_adds_up_by_hand_to_an_incident() -> None:
    # Z = 1 with P = 0.4 against 0.2: log 2 = 0.693 per frame, thresholds 1.8, 1.2: above at k = 2 (1.386 > 1.2)
    test, verdict = advance(SequentialTest(), True, 0.4, 0.2, 0.0, FOUR)
    assert (test.frames, verdict) == (1, Verdict.UNDECIDED)
    assert test.evidence == pytest.approx(log(2))
    test, verdict = advance(test, True, 0.4, 0.2, 0.0, FOUR)
    assert (test.frames, verdict) == (2, Verdict.INCIDENT)
    assert test.evidence == pytest.approx(2 * log(2))


def test_no_lane_changing_speaks_against_an_incident_by_hand() -> None:
    # Z = 0 with P = 0.8 against 0.2: log(0.2 / 0.8) = -1.386, not below -1.8; twice -2.773, below -1.2
    test, verdict = advance(SequentialTest(), False, 0.8, 0.2, 0.0, FOUR)
    assert verdict is Verdict.UNDECIDED
    assert test.evidence == pytest.approx(-log(4))
    test, verdict = advance(test, False, 0.8, 0.2, 0.0, FOUR)
    assert verdict is Verdict.NO_INCIDENT
    assert test.evidence == pytest.approx(-2 * log(4))


def test_a_growing_queue_decides_between_the_thresholds() -> None:
    parameters = replace(FOUR, queue_growth=5.0)
    assert advance(SequentialTest(), True, 0.2, 0.2, 5.1, parameters)[1] is Verdict.INCIDENT
    assert advance(SequentialTest(), True, 0.2, 0.2, 5.0, parameters)[1] is Verdict.UNDECIDED


def test_a_growing_queue_does_not_overrule_a_decision() -> None:
    parameters = replace(FOUR, queue_growth=5.0)
    assert advance(SequentialTest(), True, 0.01, 0.9, 9.0, parameters)[1] is Verdict.NO_INCIDENT


def test_nothing_at_all_by_the_last_frame_is_no_incident() -> None:
    test = SequentialTest()
    for k in range(1, 5):
        test, verdict = advance(test, True, 0.3, 0.3, 0.0, FOUR)
        assert verdict is (Verdict.NO_INCIDENT if k == 4 else Verdict.UNDECIDED)


@given(
    longest=st.integers(1, 12),
    seen=st.lists(
        st.tuples(st.booleans(), st.floats(0, 1), st.floats(0, 1), st.floats(-50, 50)), min_size=12, max_size=12
    ),
)
def test_a_decision_comes_by_the_longest_test_always(
    longest: int, seen: list[tuple[bool, float, float, float]]
) -> None:
    parameters = replace(FOUR, longest_frames=longest, queue_growth=20.0)
    test = SequentialTest()
    for k, (changing, probability, free, growth) in enumerate(seen[:longest], start=1):
        test, verdict = advance(test, changing, probability, free, growth, parameters)
        if verdict is not Verdict.UNDECIDED:
            return
        assert k < longest
    pytest.fail("undecided at the longest test")


def test_a_test_beyond_its_longest_is_refused() -> None:
    with pytest.raises(ValueError, match="decides by frame 4"):
        advance(SequentialTest(4, 0.0), True, 0.5, 0.5, 0.0, FOUR)


@pytest.mark.parametrize("probability", [0.0, 1.0])
@pytest.mark.parametrize("changing", [True, False])
def test_certain_probabilities_are_kept_away_from_0_and_1(probability: float, changing: bool) -> None:
    test, _ = advance(SequentialTest(), changing, probability, 1.0 - probability, 0.0, FOUR)
    assert abs(test.evidence) == pytest.approx(log(99))


def test_a_decision_stands_until_the_next_test_decides() -> None:
    standing, history = Standing(), []
    yes, no = Observation(True, 0.8, 0.0), Observation(True, 0.1, 0.0)
    for seen in (yes, yes, no, no, no):  # log 4 = 1.386 a frame up, log(1/2) = -0.693 a frame down
        standing = standing.after(seen, 0.2, FOUR)
        history.append((standing.test.frames, standing.incident))
    # H1 at the second frame (2.773 > 1.2); of the next test, H0 at its second (-1.386 < -1.2)
    assert history == [(1, False), (0, True), (1, True), (0, False), (1, False)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"alpha": 0.0}, "alpha is a probability"),
        ({"beta": 1.0}, "beta is a probability"),
        ({"alpha": 0.5, "beta": 0.5}, r"alpha \+ test.beta is below 1"),
        ({"a": 2.19}, r"above log eta_1 = 2.1972"),
        ({"b": 2.19}, r"above -log eta_0 = 2.1972"),
        ({"r_0": 0.0}, "r_0 is above 0"),
        ({"r_1": 1.1}, "r_1 is above 0, at most 1"),
        ({"longest_frames": 0}, "longest_frames is 1 to"),
        ({"clip": 0.0}, "clip is 1e-12 or more"),
        ({"queue_growth": float("nan")}, "queue_growth"),
        ({"free_probability": (0.2,)}, "one value per flow class, 2"),
        ({"free_probability": (0.2, 1.2)}, "free_probability is 0 to 1"),
        ({"flow_bounds_vphpl": (900.0, 300.0), "free_probability": (0.1, 0.1, 0.1)}, "flow_bounds_vphpl rise"),
    ],
)
def test_impossible_parameters_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(FOUR, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("flow", "wanted"), [(500.0, 0.2), (1000.0, 0.3), (float("nan"), 0.2)])
def test_the_incident_free_probability_goes_by_the_class_of_flow(flow: float, wanted: float) -> None:
    assert FOUR.free_probability_at(flow) == wanted
