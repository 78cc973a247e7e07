import numpy as np
import pytest

from harness.service.incidents.incident_event import EventKind
from harness.service.reports.incident_picture import AFTER_S, BEFORE_S, LONGEST_S, incident_picture, shown_span_s
from simulator.frame import LoopFrame
from tests.harness.service.reports.made_reports import ROAD, times


def frames(lanes: int) -> list[LoopFrame]:
    """Free traffic for half an hour."""
    shape = (len(ROAD.stations), lanes)
    return [LoopFrame(30.0 * k, np.full(shape, 8.0), np.full(shape, 30.0), np.full(shape, 0.1)) for k in range(1, 61)]


def test_time_is_shown_from_before_the_onset_to_after_the_end() -> None:
    assert shown_span_s(times((EventKind.CLEARED, 900.0))) == (540.0 - BEFORE_S, 1500.0 + AFTER_S)


def test_what_lasts_is_shown_for_as_long_as_a_picture_may() -> None:
    assert shown_span_s(times()) == (540.0 - BEFORE_S, 540.0 - BEFORE_S + LONGEST_S)


def test_the_picture_is_a_png_and_says_what_it_shows() -> None:
    picture = incident_picture(times((EventKind.CLEARED, 300.0)), ROAD, frames(ROAD.lanes))
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    assert "section 3" in picture.alt


@pytest.mark.parametrize("lanes", [1, 3])
def test_frames_of_another_road_make_no_picture(lanes: int) -> None:
    assert incident_picture(times(), ROAD, frames(lanes)) is None


def test_an_incident_of_a_section_that_the_road_has_no_more_has_no_picture() -> None:
    assert incident_picture(times(section=70), ROAD, frames(ROAD.lanes)) is None
