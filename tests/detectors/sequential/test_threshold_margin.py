"""Caution: a new site, a long section, more suspicions than promised, an incident that does not teach; by hand."""

from math import log

import numpy as np
import pytest

from detectors.sequential.threshold_margin import FORGET_S, LEARNED_S, NEAR, NEW, NEW_S, PER_KM, REACH, Caution
from simulator.frame import Array

PERIOD_S = 60.0
SUSPICION, ALARM, CALM = 0.5, 3.0, -6.0
M = (ALARM - SUSPICION) / log(10)  # of the score: e times fewer false alarms
PROMISED = 10 / (7 * 24)  # suspicions per section-hour
WAIT = round(LEARNED_S / PERIOD_S)


def caution_of(
    sections: int = 3, length_m: float = 1000.0, longest_m: float = 2000.0, period_s: float = PERIOD_S
) -> Caution:
    return Caution(np.full(sections, length_m), period_s, SUSPICION, ALARM, longest_m)


def fed(caution: Caution, scores: list[Array]) -> Array:
    """What is taken off the last of the scores."""
    taken = np.zeros(0)
    for score in scores:
        taken = caution.step(score)
    return taken


def calm(minutes: int, sections: int = 3) -> list[Array]:
    return [np.full(sections, CALM)] * minutes


def raised(section: int, score: float = 1.0, minutes: int = 1, sections: int = 3) -> list[Array]:
    """Frames in which one section scores so high."""
    frame = np.full(sections, CALM)
    frame[section] = score
    return [frame] * minutes


def test_a_new_site_must_give_as_much_more_evidence_as_makes_false_alarms_ten_times_rarer() -> None:
    assert NEW == 10
    assert fed(caution_of(), calm(1)) == pytest.approx([ALARM - SUSPICION] * 3)


def test_a_site_is_new_for_ten_minutes_and_less_so_with_every_frame() -> None:
    caution = caution_of()
    taken = [float(fed(caution, calm(1))[0]) for _ in range(11)]
    assert NEW_S == 600
    assert np.diff(taken) == pytest.approx([-(ALARM - SUSPICION) / 10] * 10)
    assert taken[-1] == 0


def test_a_section_that_cannot_be_judged_stays_new() -> None:
    dead = np.array([np.nan, CALM, CALM])
    taken = fed(caution_of(), [dead] * 30)
    assert taken == pytest.approx([ALARM - SUSPICION, 0, 0])


def test_nothing_is_taken_off_at_a_site_that_keeps_the_promise() -> None:
    assert fed(caution_of(), calm(600)) == pytest.approx([0.0] * 3)


@pytest.mark.parametrize(("length_m", "over_km"), [(1999.0, 0.0), (2000.0, 0.0), (3000.0, 1.0), (6000.0, 4.0)])
def test_a_section_longer_than_any_calibrated_on_must_give_more(length_m: float, over_km: float) -> None:
    taken = fed(caution_of(length_m=length_m), calm(60))
    assert taken == pytest.approx([M * over_km * log(PER_KM)] * 3)


def test_a_suspicion_counts_once_it_is_old_enough() -> None:
    caution = caution_of(period_s=PERIOD_S)
    fed(caution, [*calm(60), *raised(1)])
    assert fed(caution, calm(WAIT)) == pytest.approx(
        [0.0] * 3
    )  # of its own frame and the WAIT after it none knows of it
    assert (fed(caution, calm(1)) > 0.5).all()


def test_a_suspicion_by_hand() -> None:
    caution = caution_of(sections=1)
    fed(caution, [*calm(60, 1), *raised(0, sections=1), *calm(WAIT, 1)])
    minutes = 60 + 1  # that have taught when the suspicion has, one after the other forgotten at the same rate
    kept = np.exp(-PERIOD_S / FORGET_S)
    hours = PERIOD_S / 3600 * (1 - kept**minutes) / (1 - kept)
    wanted = M * log((1 + 1) / (1 + PROMISED * hours))
    assert fed(caution, calm(1, 1)) == pytest.approx([wanted])


def test_more_suspicions_make_more_cautious() -> None:
    taken = []
    for often in (1, 3, 6):
        caution = caution_of()
        taken.append(fed(caution, [*calm(30), *(raised(0) + calm(9)) * often])[0])
    assert 0 < taken[0] < taken[1] < taken[2]


def test_a_suspicion_that_goes_on_counts_once() -> None:
    once, long = caution_of(), caution_of()
    fed(once, [*calm(60), *raised(1), *calm(30)])
    fed(long, [*calm(60), *raised(1, minutes=25), *calm(6)])
    assert long.site == pytest.approx(once.site)


def test_a_suspicion_is_forgotten() -> None:
    caution = caution_of()
    first = fed(caution, [*calm(60), *raised(1), *calm(WAIT + 1)])
    assert (fed(caution, calm(round(3 * FORGET_S / PERIOD_S))) < 0.1 * first).all()


def test_an_incident_teaches_nothing() -> None:
    caution = caution_of()
    fed(caution, [*calm(60), *raised(1, score=ALARM + 1, minutes=WAIT + 10)])
    assert fed(caution, calm(30)) == pytest.approx([0.0] * 3)


def test_nor_does_what_it_does_to_its_neighbours() -> None:
    caution, sections = caution_of(sections=6), 6
    incident = raised(2, ALARM + 1, WAIT + 10, sections)
    for frame in incident[2:4]:
        frame[2 - NEAR] = frame[2 + NEAR] = SUSPICION + 0.1
    fed(caution, [*calm(60, sections), *incident])
    assert fed(caution, calm(30, sections)) == pytest.approx([0.0] * sections)


def test_a_false_alarm_that_is_soon_over_teaches() -> None:
    caution = caution_of()
    fed(caution, [*calm(60), *raised(1, score=ALARM + 1, minutes=2)])
    assert (fed(caution, calm(30)) > 0.4).all()


def test_a_site_is_the_sections_within_reach() -> None:
    caution, sections = caution_of(sections=20), 20
    taken = fed(caution, [*calm(60, sections), *raised(0, sections=sections), *calm(WAIT + 1, sections)])
    assert (taken[: REACH + 1] > 0.1).all()
    assert taken[REACH + 1 :] == pytest.approx([0.0] * (sections - REACH - 1))


def test_the_caution_of_a_frame_is_of_those_before_it() -> None:
    one, other = caution_of(), caution_of()
    fed(one, calm(5))
    fed(other, calm(5))
    np.testing.assert_array_equal(one.step(np.full(3, 9.0)), other.step(np.full(3, CALM)))


def test_any_number_of_sections_is_borne() -> None:
    for sections in (1, 2, 3, 40):
        assert fed(
            caution_of(sections), [*calm(9, sections), *raised(0, 9.0, 9, sections), *calm(9, sections)]
        ).shape == (sections,)
