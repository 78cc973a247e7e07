from math import inf, isnan

import pytest

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import EventKind
from harness.service.reports.response_targets import Target, targets_of
from harness.service.response.escalation_policy import read_policy
from tests.harness.service.reports.made_reports import times


def test_steps_count_from_when_it_was_opened() -> None:
    found = times(
        (EventKind.ACKNOWLEDGED, 120.0),
        (EventKind.INVESTIGATING, 300.0),
        (EventKind.CLEARED, 900.0),
        (EventKind.RESOLVED, 1000.0),
    )
    assert (found.taken_s, found.investigated_s, found.cleared_s, found.closed_s) == (120.0, 300.0, 900.0, 1000.0)
    assert found.onset_to_opened_s == 60.0


def test_a_team_is_compared_with_when_it_was_expected_and_the_first_that_is_there_counts() -> None:
    found = times(
        (EventKind.TEAM_ASSIGNED, 60.0, {"team": "patrol 1", "type": "patrol", "eta_s": 600.0}),
        (EventKind.TEAM_ASSIGNED, 60.0, {"team": "tow 1", "type": "tow", "eta_s": 900.0}),
        (EventKind.TEAM_UNAVAILABLE, 60.0, {"type": "fire"}),
        (EventKind.TEAM_ARRIVED, 1020.0, {"team": "tow 1", "type": "tow"}),
        (EventKind.TEAM_ARRIVED, 1100.0, {"team": "patrol 1", "type": "patrol"}),
    )
    assert (found.sent_s, found.arrived_s, found.arrived_late_s) == (60.0, 1020.0, 60.0)
    assert found.lacking == ("fire",)


def test_without_a_team_there_is_no_arrival() -> None:
    found = times((EventKind.ACKNOWLEDGED, 60.0))
    assert isnan(found.sent_s)
    assert isnan(found.arrived_s)
    assert isnan(found.arrived_late_s)


def test_live_traffic_counts_by_the_wall_clock() -> None:
    assert times((EventKind.ACKNOWLEDGED, 120.0), exercise=False).taken_s == 2.0


def test_closing_it_at_once_is_taking_it() -> None:
    assert times((EventKind.FALSE_ALARM, 45.0)).taken_s == 45.0


@pytest.mark.parametrize(
    ("after_s", "in_time", "late_s"), [(800.0, True, -100.0), (900.0, True, 0.0), (960.0, False, 60.0)]
)
def test_taken_is_compared_with_the_target_of_its_severity(after_s: float, in_time: bool, late_s: float) -> None:
    found = times((EventKind.ACKNOWLEDGED, after_s))
    assert (found.in_time, found.late_s) == (in_time, late_s)


def test_a_higher_severity_asks_for_its_own_time_from_then_on() -> None:
    found = times((EventKind.CHANGED, 400.0, {"severity": "critical"}), (EventKind.ACKNOWLEDGED, 750.0))
    assert (found.due_s, found.late_s, found.top_severity) == (700.0, 50.0, Severity.CRITICAL)


def test_what_it_became_after_it_was_taken_asks_for_nothing() -> None:
    found = times((EventKind.ACKNOWLEDGED, 300.0), (EventKind.CHANGED, 310.0, {"severity": "critical"}))
    assert found.due_s == 900.0


def test_what_still_waits_is_late_once_its_target_has_passed() -> None:
    assert times(until_s=600.0 + 1500.0).late_s == 600.0
    assert times(until_s=600.0 + 500.0).in_time is None


def test_what_cleared_untaken_before_its_target_is_neither_late_nor_in_time() -> None:
    assert times((EventKind.CLEARED, 800.0), until_s=9000.0).in_time is None


def test_what_cleared_untaken_after_its_target_is_late() -> None:
    assert times((EventKind.CLEARED, 2000.0), until_s=9000.0).late_s == 1100.0


def test_without_a_target_nothing_is_late() -> None:
    found = times((EventKind.ACKNOWLEDGED, 5000.0), targets=None)
    assert (found.due_s, found.in_time) == (inf, None)


def test_what_was_undone_is_no_step() -> None:
    undone = {"undoes": "a4-600-3 0", "state": "active", "acknowledged_by": "", "closed_s": None, "duplicate_of": ""}
    found = times((EventKind.ACKNOWLEDGED, 30.0), (EventKind.UNDONE, 60.0, undone), (EventKind.ACKNOWLEDGED, 500.0))
    assert (found.taken_s, found.undone) == (500.0, 1)


def test_a_reopened_incident_is_not_closed() -> None:
    found = times((EventKind.RESOLVED, 100.0), (EventKind.REOPENED, 200.0))
    assert isnan(found.closed_s)
    assert found.reopened == 1


def test_targets_are_those_of_the_policy() -> None:
    found = targets_of(read_policy())
    assert (found[Severity.CRITICAL], found[Severity.LOW]) == (Target(300.0, 600.0), Target(3600.0, inf))
