"""What is there by loop and time, and the picture of it."""

from dataclasses import replace

import numpy as np
import pytest

from harness.studies.recording_doubt.availability_figure import draw_availability, panels_of
from harness.studies.recording_doubt.availability_grid import availability_grid, column_s
from harness.studies.recording_doubt.readings import Readings
from tests.harness.studies.recording_doubt.made_traffic import corridor, traffic
from tests.harness.studies.recording_doubt.test_availability import without


def test_columns_are_ten_minutes_hours_or_days_and_never_too_many() -> None:
    assert [column_s(hours * 3600.0, 30.0) for hours in (2, 24, 24 * 9)] == [600.0, 3600.0, 86400.0]
    assert column_s(7200.0, 900.0) == 3600.0  # ten minutes would hold no frame at times
    assert 1e11 / column_s(1e11, 30.0) <= 200


def test_all_of_a_whole_recording_is_there() -> None:
    grid = availability_grid(traffic())
    assert grid.edges_s.tolist() == [600.0 * k for k in range(13)]
    assert grid.due.tolist() == [20.0] * 12
    assert [bool((shares == 1).all()) for shares in grid.shares.values()] == [True] * 3


def test_absent_frames_are_missing_in_their_column_alone() -> None:
    counts = availability_grid(without(traffic(), 30, 60)).shares["counts"]
    assert counts[:, 2, 1].tolist() == [1.0, 0.5, 0.0, *[1.0] * 9]


def test_a_loop_that_stops_is_missing_from_then_on() -> None:
    count = traffic().count.copy()
    count[60:, 1, 2] = np.nan
    counts = availability_grid(replace(traffic(), count=count)).shares["counts"]
    assert counts[:, 1, 2].tolist() == [1.0] * 3 + [0.0] * 9
    assert (counts[:, 1, :2] == 1).all()


def test_a_speed_is_not_due_where_nobody_passed() -> None:
    count, speed = traffic().count.copy(), traffic().speed.copy()
    count[:20, 0, 0], speed[:20, 0, 0] = 0, np.nan
    speed[20:30, 0, 0] = np.nan
    speeds = availability_grid(replace(traffic(), count=count, speed=speed)).shares["speeds"]
    assert np.isnan(speeds[0, 0, 0])
    assert speeds[1, 0, 0] == pytest.approx(0.5, abs=0.03)  # one frame more or less without a vehicle


def test_a_column_begins_at_a_whole_hour_of_the_clock() -> None:
    late = replace(traffic(hours=8), time_s=traffic(hours=8).time_s + 1800.0)
    grid = availability_grid(late)
    assert (grid.edges_s[0], grid.edges_s[-1]) == (0.0, 9 * 3600.0)
    assert grid.due.tolist() == [60.0, *[120.0] * 7, 60.0]


def test_a_gap_of_a_thousand_years_takes_no_memory() -> None:
    times_s = np.array([30.0, 3.0e10 + 30.0])
    made = traffic()
    short = Readings(made.corridor, times_s, made.count[:2], made.speed[:2], made.occupancy[:2])
    grid = availability_grid(short)
    assert len(grid.due) <= 201
    assert grid.due.sum() == 3.0e10 / 30 + 1


def test_quantities_that_are_there_alike_share_a_panel_and_absent_ones_have_none() -> None:
    blank = np.full_like(traffic().speed, np.nan)
    assert list(panels_of(availability_grid(traffic()))) == ["counts, speeds, occupancies"]
    assert list(panels_of(availability_grid(replace(traffic(), occupancy=blank)))) == ["counts, speeds"]


@pytest.mark.parametrize("narrow", [False, True])
def test_the_picture_has_a_row_for_each_loop_and_names_each_station(narrow: bool) -> None:
    speed = traffic().speed.copy()
    speed[:, 0, 0] = np.nan
    figure = draw_availability(availability_grid(replace(traffic(), speed=speed)), corridor(), narrow)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["counts, occupancies", "speeds"]
    assert [axes.get_ylim() for axes in figure.axes] == [(12.0, 0.0)] * 2
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["S0", "S1", "S2", "S3"]
