from dataclasses import replace

import numpy as np

from harness.service.incidents.incident_event import Event, EventKind, StoredEvent
from harness.service.reports.period_figures import blind_s, detected, false_by_hour, false_by_section
from simulator.truth import ObservedIncident, Truth
from tests.harness.service.reports.made_reports import ROAD, closed, times

TIMES_S = np.arange(30.0, 12_000.0, 30.0)


def test_false_alarms_are_counted_by_section_and_hour_of_those_judged() -> None:
    found = [
        *closed(EventKind.FALSE_ALARM, 2, section=1),
        *closed(EventKind.RESOLVED, 1, section=1),
        *closed(EventKind.DUPLICATE, 0),
        *closed(EventKind.FALSE_ALARM, 1, section=4),
        times(),
    ]
    assert false_by_section(found) == {("A4 east", 1): (2, 3), ("A4 east", 4): (1, 1)}
    assert false_by_hour(found) == {0: 3}


def truth_of(*onsets_s: float) -> Truth:
    """Incidents of a quarter of an hour in section 3."""
    true = [
        ObservedIncident(onset_s, onset_s + 900.0, 3500.0, (1,), 3, float("nan"), True, float("nan"), float("nan"))
        for onset_s in onsets_s
    ]
    return Truth(tuple(true), (), (), (), 0, 0)


def test_latency_is_from_the_true_onset_of_those_that_were_found() -> None:
    result = detected([times((EventKind.CLEARED, 800.0))], truth_of(480.0, 9000.0), ROAD, TIMES_S)
    assert (result.there, result.latency_s) == (2, (120.0,))


def test_incidents_of_another_road_find_none_of_this() -> None:
    other = replace(ROAD, name="A4 west")
    assert detected([times((EventKind.CLEARED, 800.0))], truth_of(480.0), other, TIMES_S).latency_s == ()


def test_what_happened_after_the_last_frame_could_not_be_found() -> None:
    assert detected([], truth_of(480.0, 12_600.0), ROAD, TIMES_S).there == 1


def test_blind_times_add_up_and_one_that_lasts_ends_with_the_last_frame() -> None:
    kinds = [
        (EventKind.SOURCE_SILENT, 100.0),
        (EventKind.SOURCE_SILENT, 130.0),
        (EventKind.SOURCE_BACK, 160.0),
        (EventKind.SOURCE_SILENT, 500.0),
    ]
    events = [StoredEvent(k, 0.0, Event(f"{k}", "A4 east", time_s, kind)) for k, (kind, time_s) in enumerate(kinds)]
    assert blind_s(events, {"A4 east": 540.0}) == {"A4 east": 100.0}
