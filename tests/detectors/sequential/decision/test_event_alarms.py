"""One event, one alarm."""

import numpy as np

from detectors.catalogue import DETECTORS
from detectors.sequential.decision.event_alarms import EventAlarms, event_alarms
from detectors.threshold_detector import lasting_alarms
from scenarios.corridor import Corridor, Station

ROAD = Corridor("road", 30.0, tuple(Station(f"S{s}", 800.0 * s, 3) for s in range(9)))


def starts(scores: dict[int, dict[int, float]], frames: int = 80) -> list[tuple[int, int]]:
    """Frames and sections in which alarms begin, threshold 5; `scores`: by frame, then by section, from that frame on."""
    alarms, score, before, found = EventAlarms(ROAD, 5.0), np.zeros(8), np.zeros(8, dtype=bool), []
    for k in range(frames):
        for section, value in scores.get(k, {}).items():
            score[section] = value
        now = alarms.step(30.0 * (k + 1), score)
        found += [(k, int(section)) for section in np.flatnonzero(now & ~before)]
        before = now
    return found


def test_a_queue_that_reaches_the_next_section_is_the_same_event() -> None:
    assert starts({2: {4: 9.0}, 8: {3: 8.0}, 14: {2: 7.0}}) == [(2, 4)]


def test_what_stands_two_kilometres_away_is_another_event() -> None:
    assert starts({2: {4: 9.0}, 8: {1: 8.0}}) == [(2, 4), (8, 1)]


def test_a_clearer_section_beside_is_raised_all_the_same() -> None:
    assert starts({2: {4: 6.0}, 4: {3: 9.5}}) == [(2, 4), (4, 3)]


def test_of_two_in_one_frame_the_clearer_is_raised() -> None:
    assert starts({2: {4: 6.0, 3: 9.0}}) == [(2, 3)]


def test_an_event_is_over_after_a_quarter_of_an_hour() -> None:
    assert starts({2: {4: 9.0}, 4: {4: 0.0}, 20: {3: 8.0}}) == [(2, 4)]
    assert starts({2: {4: 9.0}, 4: {4: 0.0}, 40: {3: 8.0}}) == [(2, 4), (40, 3)]


def test_an_alarm_lasts_two_minutes_and_no_longer() -> None:
    alarms = EventAlarms(ROAD, 5.0)
    high, low = np.full(8, 0.0), np.zeros(8)
    high[4] = 9.0
    on = [bool(alarms.step(30.0 * (k + 1), high if k == 1 else low)[4]) for k in range(8)]
    assert on == [False, True, True, True, True, False, False, False]


def test_alarms_of_all_frames_at_once_are_those_of_one_after_another() -> None:
    rng = np.random.default_rng(3)
    score = np.cumsum(rng.normal(0.0, 1.5, (200, 8)), axis=0)
    times_s = 30.0 * np.arange(1.0, 201.0)
    alarms = EventAlarms(ROAD, 5.0)
    one_by_one = [alarms.step(float(time_s), row) for time_s, row in zip(times_s, score, strict=True)]
    found = event_alarms(score, 5.0, times_s, ROAD)
    np.testing.assert_array_equal(found, one_by_one)
    assert found.sum() < lasting_alarms(score, 5.0, times_s, ROAD).sum()  # not every section above is an alarm


def test_no_frames_are_no_alarms() -> None:
    assert event_alarms(np.empty((0, 8)), 5.0, np.empty(0), ROAD).shape == (0, 8)


def test_studies_that_move_the_threshold_get_these_alarms() -> None:
    assert DETECTORS["sequential"].alarms is event_alarms
