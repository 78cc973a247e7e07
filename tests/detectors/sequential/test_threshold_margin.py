"""The margin by hand: a new site, a long section, more crossings than expected, an incident that does not count."""

from math import log

import numpy as np
import pytest

from detectors.sequential.threshold_margin import FORGET_S, LEARNED_S, NEAR, NEW, NEW_S, PER_KM, REACH, ThresholdMargin
from simulator.frame import Array

PERIOD_S = 60.0
LOW, ALARM, CALM = 0.5, 3.0, -6.0
M = (ALARM - LOW) / log(10)  # so much more score: e times fewer false alarms
EXPECTED = 10 / (7 * 24)  # crossings per section-hour
WAIT = round(LEARNED_S / PERIOD_S)


def margin_of(
    sections: int = 3, length_m: float = 1000.0, longest_m: float = 2000.0, period_s: float = PERIOD_S
) -> ThresholdMargin:
    return ThresholdMargin(np.full(sections, length_m), period_s, LOW, ALARM, longest_m)


def fed(margin: ThresholdMargin, scores: list[Array]) -> Array:
    """Return the margins at the last of the scores."""
    taken = np.zeros(0)
    for score in scores:
        taken = margin.step(score)
    return taken


def calm(minutes: int, sections: int = 3) -> list[Array]:
    return [np.full(sections, CALM)] * minutes


def raised(section: int, score: float = 1.0, minutes: int = 1, sections: int = 3) -> list[Array]:
    """Frames in which one section scores so high."""
    frame = np.full(sections, CALM)
    frame[section] = score
    return [frame] * minutes


def test_the_margin_of_a_new_site_makes_false_alarms_ten_times_rarer() -> None:
    assert NEW == 10
    assert fed(margin_of(), calm(1)) == pytest.approx([ALARM - LOW] * 3)


def test_the_margin_of_a_new_site_falls_to_nothing_in_ten_minutes() -> None:
    margin = margin_of()
    taken = [float(fed(margin, calm(1))[0]) for _ in range(11)]
    assert NEW_S == 600
    assert np.diff(taken) == pytest.approx([-(ALARM - LOW) / 10] * 10)
    assert taken[-1] == 0


def test_a_section_without_a_score_stays_new() -> None:
    dead = np.array([np.nan, CALM, CALM])
    taken = fed(margin_of(), [dead] * 30)
    assert taken == pytest.approx([ALARM - LOW, 0, 0])


def test_a_site_with_no_more_crossings_than_expected_has_no_margin() -> None:
    assert fed(margin_of(), calm(600)) == pytest.approx([0.0] * 3)


@pytest.mark.parametrize(("length_m", "over_km"), [(1999.0, 0.0), (2000.0, 0.0), (3000.0, 1.0), (6000.0, 4.0)])
def test_a_section_longer_than_any_calibrated_on_has_a_margin(length_m: float, over_km: float) -> None:
    taken = fed(margin_of(length_m=length_m), calm(60))
    assert taken == pytest.approx([M * over_km * log(PER_KM)] * 3)


def test_a_crossing_counts_when_it_is_old_enough() -> None:
    margin = margin_of(period_s=PERIOD_S)
    fed(margin, [*calm(60), *raised(1)])
    assert fed(margin, calm(WAIT)) == pytest.approx([0.0] * 3)  # neither in its own frame nor in the WAIT after it
    assert (fed(margin, calm(1)) > 0.5).all()


def test_a_crossing_by_hand() -> None:
    margin = margin_of(sections=1)
    fed(margin, [*calm(60, 1), *raised(0, sections=1), *calm(WAIT, 1)])
    minutes = 60 + 1  # that have counted when the crossing has, each forgotten at the same rate
    kept = np.exp(-PERIOD_S / FORGET_S)
    hours = PERIOD_S / 3600 * (1 - kept**minutes) / (1 - kept)
    wanted = M * log((1 + 1) / (1 + EXPECTED * hours))
    assert fed(margin, calm(1, 1)) == pytest.approx([wanted])


def test_more_crossings_make_a_greater_margin() -> None:
    taken = []
    for often in (1, 3, 6):
        margin = margin_of()
        taken.append(fed(margin, [*calm(30), *(raised(0) + calm(9)) * often])[0])
    assert 0 < taken[0] < taken[1] < taken[2]


def test_a_crossing_that_lasts_counts_once() -> None:
    once, long = margin_of(), margin_of()
    fed(once, [*calm(60), *raised(1), *calm(30)])
    fed(long, [*calm(60), *raised(1, minutes=25), *calm(6)])
    assert fed(long, calm(1)) == pytest.approx(fed(once, calm(1)))


def test_a_crossing_is_forgotten() -> None:
    margin = margin_of()
    first = fed(margin, [*calm(60), *raised(1), *calm(WAIT + 1)])
    assert (fed(margin, calm(round(3 * FORGET_S / PERIOD_S))) < 0.1 * first).all()


def test_an_incident_is_no_crossing() -> None:
    margin = margin_of()
    fed(margin, [*calm(60), *raised(1, score=ALARM + 1, minutes=WAIT + 10)])
    assert fed(margin, calm(30)) == pytest.approx([0.0] * 3)


def test_the_crossings_of_an_incidents_neighbours_do_not_count() -> None:
    margin, sections = margin_of(sections=6), 6
    incident = raised(2, ALARM + 1, WAIT + 10, sections)
    for frame in incident[2:4]:
        frame[2 - NEAR] = frame[2 + NEAR] = LOW + 0.1
    fed(margin, [*calm(60, sections), *incident])
    assert fed(margin, calm(30, sections)) == pytest.approx([0.0] * sections)


def test_a_short_false_alarm_counts() -> None:
    margin = margin_of()
    fed(margin, [*calm(60), *raised(1, score=ALARM + 1, minutes=2)])
    assert (fed(margin, calm(30)) > 0.4).all()


def test_a_crossing_counts_for_the_sections_within_reach() -> None:
    margin, sections = margin_of(sections=20), 20
    taken = fed(margin, [*calm(60, sections), *raised(0, sections=sections), *calm(WAIT + 1, sections)])
    assert (taken[: REACH + 1] > 0.1).all()
    assert taken[REACH + 1 :] == pytest.approx([0.0] * (sections - REACH - 1))


def test_the_margin_of_a_frame_does_not_depend_on_its_own_score() -> None:
    one, other = margin_of(), margin_of()
    fed(one, calm(5))
    fed(other, calm(5))
    np.testing.assert_array_equal(one.step(np.full(3, 9.0)), other.step(np.full(3, CALM)))


def test_any_number_of_sections_has_margins() -> None:
    for sections in (1, 2, 3, 40):
        assert fed(
            margin_of(sections), [*calm(9, sections), *raised(0, 9.0, 9, sections), *calm(9, sections)]
        ).shape == (sections,)
