"""The window of an alarm: legends beside the data, labels whole and apart."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from harness.reporting.figures.alarm_calendar import calendar_figure
from harness.reporting.figures.alarm_window import window_axis, window_figure
from harness.reporting.figures.day_strips import DayStrip, strips_figure
from harness.reporting.figures.run_picture import RunPicture, ShownAlarm, Verdict
from scenarios.corridor import Corridor, Station
from simulator.truth import ObservedIncident

PLACES_M = (0.0, 100.0, 150.0, 600.0, 8200.0, 8790.0, 9000.0, *(10_000.0 + 300.0 * k for k in range(20)))
ROAD = Corridor("uneven", 30.0, tuple(Station(f"s{k}", place_m, 2) for k, place_m in enumerate(PLACES_M)))
TIMES = np.arange(1230.0, 3631.0, 30.0)


@pytest.fixture(scope="module")
def window() -> Figure:
    shape = (len(TIMES), len(PLACES_M), 2)
    picture = RunPicture(
        name="made",
        corridor=ROAD,
        times_s=TIMES,
        count=np.full(shape, 8.0),
        speed=np.full(shape, 34.0),
        occupancy=np.full(shape, 0.1),
        twin_count=None,
        score=np.zeros((len(TIMES), len(PLACES_M) - 1)),
        decided=np.zeros((len(TIMES), len(PLACES_M) - 1), dtype=np.bool_),
        alarms=(ShownAlarm(2400.0, 2500.0, 3, "false"),),
        incidents=(ObservedIncident(2300.0, 2700.0, 700.0, (), 3, np.nan, True, np.nan, np.nan),),
        truth_lanes=(),
        estimates={},
    )
    figure = window_figure(picture, 3, window_axis(picture, 2400.0, "minutes from the alarm"), "0:40:00: false")
    figure.draw_without_rendering()
    return figure


def test_the_legend_lies_over_no_panel(window: Figure) -> None:
    legend = window.axes[1].get_legend()
    assert legend is not None
    assert not any(legend.get_window_extent().overlaps(axes.bbox) for axes in window.axes)


def test_no_label_is_cut(window: Figure) -> None:
    for axes in window.axes:
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        drawn = [label for label in axes.get_xticklabels() if left <= label.get_position()[0] <= right]
        drawn += [label for label in axes.get_yticklabels() if low <= label.get_position()[1] <= high]
        for box in (label.get_window_extent() for label in drawn):
            assert Bbox.union([box, window.bbox]).bounds == window.bbox.bounds


def test_stations_close_to_one_another_share_a_label(window: Figure) -> None:
    labels = window.axes[0].get_yticklabels()
    assert [labels[0].get_text(), labels[-1].get_text()] == ["0.0", "15.7"]
    boxes = [label.get_window_extent() for label in labels]
    assert all(upper.y0 >= lower.y1 for lower, upper in pairwise(boxes))


def test_speeds_and_score_show_when_the_sections_incident_lasted(window: Figure) -> None:
    for axes in window.axes[1:]:
        (span,) = axes.patches
        assert isinstance(span, Rectangle)
        assert (span.get_x(), span.get_width()) == pytest.approx((-100 / 60, 400 / 60))


def test_days_name_only_the_marks_that_they_have() -> None:
    speeds = np.full((4, 2), 90.0)
    days: tuple[tuple[tuple[tuple[float, float, Verdict], ...], tuple[tuple[float, float, float], ...], list[str]], ...]
    days = (
        ((), (), []),
        (((1.0, 0.5, "unknown"),), (), ["alarm, not judged"]),
        (((1.0, 0.5, "false"),), ((1.0, 2.0, 0.4),), ["alarm: false", "incident as known"]),
    )
    for alarms, incidents, named in days:
        strip = DayStrip("day", (0.0, 4.0), speeds, alarms, incidents)
        legends = strips_figure([strip], np.array([0.0, 1.0]), "road").legends
        assert [text.get_text() for legend in legends for text in legend.get_texts()] == named


def test_the_fullest_hour_of_a_calendar_is_light_enough_for_its_number() -> None:
    counts = np.zeros((2, 24))
    counts[1, 7] = 1
    (image,) = calendar_figure(counts, 1, np.array([0.0, 1.0, 2.0]), "alarms").axes[0].images
    red, green, blue, _ = image.to_rgba(counts)[1, 7]
    assert 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5
