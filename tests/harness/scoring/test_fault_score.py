"""Fault detectors are scored: a day of two stations of two lanes, by hand."""

import numpy as np
import pytest

from harness.scoring.fault_score import FaultScore, combined_fault_score, score_faults
from scenarios.corridor import Corridor, Station
from scenarios.fault import SensorFault

CORRIDOR = Corridor("far", 3600.0, tuple(Station(f"s{k}", 1000.0 * k, 2) for k in range(4)))
TIMES_S = np.arange(1, 25, dtype=np.float64) * 3600.0
FAULT = SensorFault(station="s0", lane=1, kind="dead", onset_s=3 * 3600.0, end_s=9 * 3600.0)
COUNT = np.full((24, 4, 2), 500.0)


def alarms(*spans: tuple[int, int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(loop, first hour, last hour) of each alarm; hour k ends at k x 3600 s."""
    alarm = np.zeros((24, 8), dtype=np.bool_)
    for loop, first, last in spans:
        alarm[first - 1 : last, loop] = True
    return alarm


def score(
    *spans: tuple[int, int, int],
    faults: tuple[SensorFault, ...] = (FAULT,),
    incidents: tuple[tuple[float, float], ...] = (),
) -> FaultScore:
    return score_faults("run", CORRIDOR, TIMES_S, alarms(*spans), faults, COUNT, incidents)


def test_an_alarm_at_its_loop_finds_a_fault_and_counts_from_its_onset() -> None:
    found = score((1, 5, 20))
    assert [each.ttd_s for each in found.found] == [2 * 3600.0]
    assert found.found[0].flow_vph != found.found[0].flow_vph  # no frame ends within half an hour of the onset
    assert (found.free.events, found.beside.events, found.during.events) == (0, 0, 0)


def test_an_alarm_raised_before_the_onset_finds_nothing_and_is_false() -> None:
    found = score((1, 2, 9))
    assert not found.found[0].detected
    assert found.free.events == 1


def test_alarms_elsewhere_are_false_beside_the_fault_or_free() -> None:
    found = score((0, 5, 6), (2, 5, 6), (4, 5, 6), (0, 20, 21))
    assert (found.beside.events, found.free.events) == (2, 2)  # s0 and s1 while it lasts; s2 then, and s0 long after
    assert found.dr.value == 0.0


def test_for_half_an_hour_after_its_end_an_alarm_at_the_loop_still_counts_for_the_fault() -> None:
    late = FAULT.model_copy(update={"end_s": 9.6 * 3600.0})
    assert score((1, 10, 12), faults=(late,)).found[0].ttd_s == 7 * 3600.0
    assert not score((1, 10, 12)).found[0].detected


def test_loop_days_are_what_is_left() -> None:
    found = score(incidents=((12 * 3600.0, 13 * 3600.0),))
    # Faulty: loop 1 in the 6 frames that end at 4 h to 9 h. Beside: the three other loops of s0 and s1 then. An incident from
    # 12 h to 13 h and a quarter: the frame that ends at 13 h, 8 loops.
    assert found.during.exposure == pytest.approx(8 / 24)
    assert found.beside.exposure == pytest.approx(6 * 3 / 24)
    assert found.free.exposure == pytest.approx((24 * 8 - 6 * 4 - 8) / 24)


def test_alarms_during_an_incident_are_counted_apart() -> None:
    found = score((6, 13, 13), incidents=((12 * 3600.0, 13 * 3600.0),))
    assert (found.free.events, found.during.events) == (0, 1)


def test_either_loop_of_a_swap_finds_it() -> None:
    swap = SensorFault(station="s2", lane=0, kind="swapped", onset_s=3600.0)
    assert score((5, 4, 4), faults=(swap,)).found[0].detected
    assert score((4, 4, 4), faults=(swap,)).found[0].detected
    assert score((4, 4, 4), faults=(swap,)).free.events == 0


def test_runs_add_up_and_rates_have_intervals() -> None:
    both = combined_fault_score([score((1, 5, 20)), score((7, 20, 20))])
    assert both.dr.value == 0.5
    assert both.per_loop_month.value == pytest.approx(30 / both.free.exposure)
    assert both.per_loop_month.interval.low < both.per_loop_month.value < both.per_loop_month.interval.high
    assert both.of(("stuck",)).found == ()
    assert np.isnan(both.of(("stuck",)).dr.value)
