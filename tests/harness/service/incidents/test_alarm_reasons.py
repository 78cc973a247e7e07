"""Why the detectors alarm, as of their highest score."""

from math import isnan, nan

from harness.service.incidents.alarm_reasons import Reason, strongest_reasons, values_of
from tests.harness.service.incidents.made_steps import estimate, road, step

ROAD = road()


def test_a_frame_without_alarm_in_the_section_says_nothing() -> None:
    assert strongest_reasons({}, 2, {"one": step(ROAD, 30.0, [1], estimate(ROAD, 30.0, 2, symptom="slow"))}, 0.9) == {}


def test_a_lower_score_changes_nothing_and_a_higher_one_replaces() -> None:
    first = {"one": Reason(2, 5.0, 0.8, "first")}
    for high, said in ((4.0, "first"), (5.0, "first"), (6.0, "new")):
        made = step(ROAD, 30.0, [2], estimate(ROAD, 30.0, 2, symptom="new"), high=high)
        assert strongest_reasons(first, 2, {"one": made}, 0.9)["one"].words == said


def test_what_was_said_of_another_section_is_dropped_when_the_head_moves() -> None:
    first = {"one": Reason(1, 50.0, 0.8, "there")}
    made = step(ROAD, 30.0, [2], estimate(ROAD, 30.0, 2, symptom="here"), high=2.0)
    assert strongest_reasons(first, 2, {"one": made}, 0.9) == {"one": Reason(2, 2.0, 0.9, "here")}


def test_any_score_is_more_than_one_that_is_not_known() -> None:
    unscored = strongest_reasons({}, 2, {"one": step(ROAD, 30.0, [2], unjudged=[2])}, nan)
    assert isnan(unscored["one"].score)
    assert strongest_reasons(unscored, 2, {"one": step(ROAD, 60.0, [2], high=-4.0)}, nan)["one"].score == -4.0


def test_several_detectors_are_named_and_the_surest_counts() -> None:
    reasons = {"one": Reason(2, 5.0, 0.8, "slow"), "other": Reason(2, 1.0, 0.95, "dense")}
    assert values_of(reasons) == {"confidence": 0.95, "evidence": "one: slow; other: dense"}


def test_without_a_posterior_the_confidence_is_not_known() -> None:
    assert isnan(float(values_of({"one": Reason(2, 5.0, nan, "slow")})["confidence"]))
