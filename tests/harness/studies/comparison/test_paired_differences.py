"""Differences on the same incidents, by hand."""

from collections.abc import Sequence
from math import isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scoring.characterization import AlarmEstimate, ErrorSums
from harness.scoring.outcomes import IncidentOutcome
from harness.studies.comparison.operating_curve import OperatingPoint
from harness.studies.comparison.paired_differences import paired_difference

MISSED = None


def incident(run: str, ttd_s: float | None) -> IncidentOutcome:
    found, late_s = ttd_s is not MISSED, nan if ttd_s is None else ttd_s
    return IncidentOutcome(
        run=run,
        incident=0,
        onset_s=100.0,
        clearance_s=900.0,
        section=1,
        position_m=1500.0,
        lanes=(1,),
        factors={},
        impact=True,
        observed=True,
        detected=found,
        located=found,
        alarm_s=100.0 + late_s,
        ttd_s=late_s,
        ttd_intervals_s=late_s,
        floor_s=20.0,
        delay_veh_h=1.0,
        queue_max_veh=9.0,
        suspected_s=nan,
        estimate=AlarmEstimate(),
        queue=ErrorSums(),
        lane_changing=ErrorSums(),
        beside=ErrorSums(),
    )


def point(detector: str, *ttd_s: float | None, false_alarms: int = 0) -> OperatingPoint:
    incidents = tuple(incident(f"run {number}", each) for number, each in enumerate(ttd_s))
    return OperatingPoint(detector, nan, false_alarms, 2.0, incidents)


def test_differences_by_hand() -> None:
    # Both find the first two: -30 and -50 s. The third is found by the reference alone, and costs 600 - 30 s.
    found = paired_difference(point("trees", 50, 70, MISSED, MISSED), point("sheu2004", 80, 120, 30, MISSED))
    assert (found.detector, found.reference, found.difference.values) == ("trees", "sheu2004", (-30, -50))
    assert found.difference.mean == -40
    # Of two values a quarter of all samples is twice the one, a quarter twice the other: both ends of 95 %.
    assert found.difference.interval == (-50, -30)
    assert found.cost_difference.mean == (-30 - 50 + 570 + 0) / 4
    assert (found.only_detector, found.only_reference) == (0, 1)
    assert found.mcnemar_p == 1


def test_mcnemar_by_hand() -> None:
    # Six found alone, none by the reference: 2 x (1/2)^6.
    found = paired_difference(point("a", *[50.0] * 6, 20), point("b", *[MISSED] * 6, 20))
    assert (found.only_detector, found.only_reference) == (6, 0)
    assert found.mcnemar_p == pytest.approx(2 / 2**6)


def test_constant_difference_has_no_width() -> None:
    found = paired_difference(point("a", 20, 40, 60), point("b", 50, 70, 90))
    assert found.difference.interval == (-30, -30) == found.cost_difference.interval
    assert isnan(found.mcnemar_p)  # neither finds one alone


def test_late_detection_costs_no_more_than_a_miss() -> None:
    found = paired_difference(point("a", 900.0), point("b", MISSED))
    assert found.cost_difference.mean == 0


def test_nothing_found_by_both_is_undefined() -> None:
    found = paired_difference(point("a", 50, MISSED), point("b", MISSED, 50))
    assert (found.difference.values, found.mcnemar_p) == ((), 1)
    assert isnan(found.difference.mean)
    assert isnan(found.difference.interval.low)
    nothing = paired_difference(point("a"), point("b"))
    assert isnan(nothing.cost_difference.mean)


def test_the_rates_of_both_are_kept() -> None:
    found = paired_difference(point("a", 50, false_alarms=1), point("b", 60, false_alarms=4))
    assert (found.rate, found.reference_rate) == (0.5, 2)


def test_other_incidents_are_refused() -> None:
    with pytest.raises(ValueError, match="a and b were not scored on the same incidents"):
        paired_difference(point("a", 50, 60), point("b", 50))


TIMES = st.lists(st.tuples(*[st.none() | st.floats(1, 900)] * 2), max_size=12)


@settings(max_examples=10, deadline=None)  # every interval is thousands of samples
@given(TIMES)
def test_either_way_round_gives_the_same_with_the_other_sign(
    times: Sequence[tuple[float | None, float | None]],
) -> None:
    one, other = point("a", *(a for a, _ in times)), point("b", *(b for _, b in times))
    there, back = paired_difference(one, other), paired_difference(other, one)
    assert len(there.difference.values) == len(back.difference.values)
    assert (there.only_detector, there.only_reference) == (back.only_reference, back.only_detector)
    assert there.difference.mean == pytest.approx(-back.difference.mean, nan_ok=True)
    assert there.cost_difference.mean == pytest.approx(-back.cost_difference.mean, nan_ok=True)
    assert there.mcnemar_p == pytest.approx(back.mcnemar_p, nan_ok=True)
    if len(there.difference.values) > 1:
        # The interval of the mean holds it, up to the rounding of means of equal values.
        assert there.difference.interval.low - 1e-9 <= there.difference.mean <= there.difference.interval.high + 1e-9
