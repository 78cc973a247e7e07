"""Incident-free frames and corridor-days by hand."""

import numpy as np
import pytest

from detectors.calibration.aims import CORRIDOR_SECTIONS
from detectors.calibration.incident_free import corridor_days, counted_frames, incident_free_frames
from tests.detectors.calibration.conftest import PERIOD_S, run_of
from tests.detectors.known_runs import Known


def test_an_incident_takes_its_section_and_those_upstream_from_onset_and_those_downstream_from_clearance() -> None:
    run = run_of(60, 3, (Known(600.0, 900.0, 1500.0),))
    taken = ~incident_free_frames(run, 300.0)
    ends = np.arange(1, 61) * PERIOD_S
    from_onset = (ends > 600.0) & (ends - PERIOD_S < 1200.0)
    from_clearance = (ends > 900.0) & (ends - PERIOD_S < 1200.0)
    assert taken.T.tolist() == [from_onset.tolist(), from_onset.tolist(), from_clearance.tolist()]
    assert taken.sum(axis=0).tolist() == [20, 20, 10]


@pytest.mark.parametrize("incidents", [None, ()])
def test_a_run_without_known_incidents_is_free_throughout(incidents: tuple[Known, ...] | None) -> None:
    assert incident_free_frames(run_of(7, 2, incidents), 900.0).all()


def test_two_incidents_take_what_either_takes() -> None:
    first, second = Known(300.0, 600.0, 500.0), Known(500.0, 900.0, 1500.0)
    both = incident_free_frames(run_of(80, 3, (first, second)), 120.0)
    apart = [incident_free_frames(run_of(80, 3, (each,)), 120.0) for each in (first, second)]
    assert (both == (apart[0] & apart[1])).all()


def test_a_longer_recovery_frees_no_frame() -> None:
    run = run_of(80, 3, (Known(300.0, 600.0, 1500.0),))
    assert not (incident_free_frames(run, 900.0) & ~incident_free_frames(run, 300.0)).any()


def test_seven_sections_for_a_day_are_a_corridor_day() -> None:
    run = run_of(288, CORRIDOR_SECTIONS)  # a tenth of a day
    free = [incident_free_frames(run, 900.0)] * 10
    assert corridor_days([run] * 10, free) == pytest.approx(1.0)


def test_frames_that_are_not_free_are_no_corridor_days() -> None:
    run = run_of(20, 1)
    free = np.zeros((20, 1), dtype=bool)
    free[:4] = True
    assert corridor_days([run], [free]) == pytest.approx(4 * PERIOD_S / 86400 / 7)


def test_false_alarms_are_counted_on_whole_days_where_they_make_up_a_corridor_day() -> None:
    short = run_of(400, CORRIDOR_SECTIONS)
    assert [each.any() for each in counted_frames([short, run_of(2880, CORRIDOR_SECTIONS)], 900.0)] == [False, True]


def test_they_are_counted_on_all_recordings_where_whole_days_are_too_few() -> None:
    narrow = run_of(2880, CORRIDOR_SECTIONS - 1)
    assert all(each.all() for each in counted_frames([run_of(400, 1), narrow], 900.0))
