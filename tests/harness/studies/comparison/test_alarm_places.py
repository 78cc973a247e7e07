"""Where alarms are, worked out by hand on one run of three sections with an incident in the middle one."""

from dataclasses import replace

import numpy as np
import pytest

from harness.scoring.detection_score import Score
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.comparison.alarm_places import alarm_places, first_alarms_of
from scenarios.corridor import Corridor, Station
from simulator.truth import Carrying, ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S = 30.0 * np.arange(1.0, 61.0)
INCIDENT = ObservedIncident(100.0, 700.0, 1500.0, (1,), 1, 120.0, True, 5.0, 30.0)
QUEUE = Carrying(1, 200.0, 800.0)


def score(*raised: tuple[float, int], incidents: tuple[ObservedIncident, ...] = (INCIDENT,)) -> Score:
    """The score of alarms of one frame, each at a time [s] in a section; the queue is at station 1 from 200 s on."""
    alarm = np.zeros((60, 3), dtype=np.bool_)
    for time_s, section in raised:
        alarm[int(time_s / 30.0) - 1, section] = True
    return score_runs([ScoredRun("run", CORRIDOR, TIMES_S, alarm, Truth(incidents, (QUEUE,), (), (), 0, 0))], 0)


@pytest.mark.parametrize(
    ("raised", "first"),
    [
        (((180.0, 1),), 0),
        (((270.0, 0),), -1),  # in its queue: it detects
        (((150.0, 2), (180.0, 1)), 1),  # false, and sooner
        (((180.0, 2), (180.0, 1)), 0),  # at once
        (((90.0, 2), (180.0, 1)), 0),  # before the onset
        (((180.0, 1), (210.0, 0)), 0),  # after the detection
        (((180.0, 2),), None),  # detects nothing
    ],
)
def test_the_first_alarm_after_the_onset_is_where_it_is(
    raised: tuple[tuple[float, int], ...], first: int | None
) -> None:
    assert first_alarms_of(score(*raised)) == (first,)


def test_an_alarm_of_another_incident_is_not_this_ones_first() -> None:
    other = replace(INCIDENT, position_m=2500.0, section=2)
    assert first_alarms_of(score((150.0, 2), (180.0, 1), incidents=(INCIDENT, other))) == (0, 0)


def test_an_alarm_in_the_queue_detects_without_being_located() -> None:
    found = score((270.0, 0))
    places = alarm_places(found.counted, first_alarms_of(found))
    assert (places.located.part, places.located.whole) == (0, 1)
    assert (places.first_own.part, places.first_upstream.part, places.first_downstream.part) == (0, 1, 0)


def test_incidents_that_are_missed_are_in_no_share() -> None:
    found = score((180.0, 2))
    assert alarm_places(found.counted, first_alarms_of(found)).located.whole == 0
