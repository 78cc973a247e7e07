"""False alarms are counted in alarms and in groups; worked out by hand on three sections of 1000 m."""

import numpy as np
import pytest

from harness.reporting.score_files import alarm_rows, run_rows
from harness.scoring.detection_score import Score
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.corridor import Corridor, Station
from simulator.truth import ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
FRAMES = 240
INCIDENT = ObservedIncident(3600.0, 4200.0, 2500.0, (0,), 2, 60.0, True, 5.0, 30.0)


def score(*alarms: tuple[int, int, int], known: bool = True) -> Score:
    """Score alarms of one section from one frame's number to another's."""
    raised = np.zeros((FRAMES, 3), dtype=np.bool_)
    for section, first, last in alarms:
        raised[first - 1 : last, section] = True
    times_s = 30.0 * np.arange(1, FRAMES + 1, dtype=np.float64)
    truth = Truth((INCIDENT,), (), (), (), 0, 0) if known else None
    return score_runs([ScoredRun("run", CORRIDOR, times_s, raised, truth)], 0)


def test_queue_of_false_alarms_is_one_group() -> None:
    found = score((2, 10, 20), (1, 14, 20), (0, 18, 20))
    assert (found.false_alarms, found.false_groups) == (3, 1)


def test_false_alarms_an_hour_apart_are_two_groups() -> None:
    assert score((2, 10, 11), (2, 100, 101)).false_groups == 2


def test_false_alarm_in_the_queue_of_a_detected_incident_is_no_group_of_its_own() -> None:
    found = score((2, 122, 140), (1, 126, 140))  # detected in section 2 at 3660 s; nothing is known of a queue
    assert (found.detected, found.false_alarms, found.false_groups) == (1, 1, 0)


def test_group_that_begins_with_a_false_alarm_is_false_whatever_joins_it() -> None:
    found = score((2, 112, 118), (2, 123, 140))  # before the onset, and in the incident five frames later
    assert (found.detected, found.false_alarms, found.false_groups) == (1, 1, 1)


def test_groups_per_day_are_counted_over_the_same_corridor_days() -> None:
    found = score((2, 10, 20), (1, 14, 20))
    assert found.false_groups_per_corridor_day.value == pytest.approx(found.false_alarms_per_corridor_day.value / 2)


def test_files_name_each_alarm_s_group_and_its_head() -> None:
    found = score((2, 10, 20), (1, 14, 20), (2, 100, 101), known=False)
    header, *rows = alarm_rows(found)
    assert [(row[header.index("group")], row[header.index("head")]) for row in rows] == [
        ("1", "1"),
        ("1", "0"),
        ("2", "1"),
    ]
    header, row = run_rows(found)
    assert (row[header.index("alarm_groups")], row[header.index("false_alarm_groups")]) == ("2", "0")
