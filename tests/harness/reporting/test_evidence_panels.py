"""Pictures of a detector's evidence show the series, its limits, the threshold and the parts that weigh most."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.lines import Line2D

from harness.reporting.figures.evidence_panels import MOST_PARTS, evidence_figure, part_name, weightiest
from harness.reporting.figures.evidence_path import ChartLines, EvidencePath
from harness.reporting.figures.figure_style import TimeAxis
from harness.reporting.figures.run_picture import RunPicture, ShownAlarm
from scenarios.corridor import Corridor, Station
from simulator.truth import ObservedIncident
from tests.harness.drawn_lines import points_of

CORRIDOR = Corridor("short", 30.0, (Station("a", 0.0, 2), Station("b", 1000.0, 2), Station("c", 1800.0, 2)))
INCIDENT = ObservedIncident(1112.0, 1400.0, 400.0, (1,), 0, 1170.0, True, 3.5, 6.0)
TIMES = np.arange(930.0, 1801.0, 30.0)
AXIS = TimeAxis(900.0, 1800.0, 0.0, "simulation time, min")
NAMES = ("occupancy upstream", "speed upstream")
ALARM = ShownAlarm(1200.0, 1290.0, 0, "hit")


def chart(value: float = 0.5) -> ChartLines:
    some = np.ones(len(TIMES))
    return ChartLines(-0.5 * some, value * some, 0.25 * some, 2.0 * some, 1.3 * some, "action limit", logarithmic=False)


def path(lines: ChartLines | None) -> EvidencePath:
    score = np.linspace(0.0, 3.0, len(TIMES))
    return EvidencePath(0, TIMES, score, NAMES, np.outer(score, [1.0, -2.0]), "standard deviations", 1.8, lines)


def picture(incidents: tuple[ObservedIncident, ...] = (INCIDENT,)) -> RunPicture:
    cells = np.full((len(TIMES), 3, 2), 8.0)
    nothing = np.zeros((len(TIMES), 2))
    return RunPicture("one", CORRIDOR, TIMES, cells, cells, cells, None, nothing, nothing > 0, (), incidents, (), {})


def panels(lines: ChartLines | None, alarms: tuple[ShownAlarm, ...] = ()) -> list[Axes]:
    """The axes of the figure, without the colour bar."""
    return evidence_figure(path(lines), "xbar", picture(), AXIS, alarms).axes[:-1]


def line_of(axes: Axes, label: str) -> Line2D:
    return next(line for line in axes.lines if line.get_label() == label)


def heights(axes: Axes) -> set[float]:
    """The values of the horizontal lines."""
    ys = [[y for _, y in points_of(line)] for line in axes.lines]
    return {found[0] for found in ys if len(set(found)) == 1}


def test_a_chart_of_a_series_shows_it_with_warning_and_action_limits_on_both_sides() -> None:
    series = panels(chart())[0]
    assert {2.0, -2.0, 1.3, -1.3} <= heights(series)
    assert points_of(line_of(series, "mean"))[0] == (15.5, 0.25)
    assert [y for _, y in points_of(line_of(series, "value"))] == [0.5] * len(TIMES)
    assert 1.8 * 2.0 in heights(series)  # the threshold, in the series' deviations


def test_the_score_is_shown_with_its_limit_and_its_threshold() -> None:
    score = panels(chart())[1]
    assert {1.0, -1.0, 1.8} <= heights(score)
    assert points_of(line_of(score, "upper side"))[-1] == (30.0, 3.0)
    assert points_of(line_of(score, "lower side"))[0] == (15.5, 0.5)


def test_a_chart_without_a_series_has_no_panel_of_one() -> None:
    assert len(panels(chart())) == 3
    assert len(panels(chart(np.nan))) == 2


def test_a_detector_that_is_no_chart_shows_its_score_and_threshold() -> None:
    score, parts = panels(None)
    assert heights(score) == {1.8}
    assert score.get_title(loc="left") == "xbar: score"
    assert [text.get_text() for text in parts.get_yticklabels()] == ["occupancy\nupstream", "speed\nupstream"]


def test_colours_are_the_parts_of_each_frame() -> None:
    mesh = next(each for each in panels(chart())[2].collections if isinstance(each, QuadMesh))
    values = np.asarray(mesh.get_array())
    assert values == pytest.approx(path(None).parts.T)
    assert mesh.norm.vmin == -6.0
    assert mesh.norm.vmax == 6.0


def test_an_incident_is_shaded_in_its_own_section_alone() -> None:
    assert panels(chart())[0].patches
    elsewhere = replace(path(chart()), section=1)
    assert not evidence_figure(elsewhere, "xbar", picture(), AXIS, ()).axes[0].patches


def test_alarms_of_the_section_are_marked_on_every_panel() -> None:
    for panel in panels(chart(), (ALARM, replace(ALARM, section=1, raised_s=1500.0))):
        ups = [ends[0][0] for ends in map(points_of, panel.lines) if ends[0][0] == ends[-1][0]]
        assert 20.0 in ups
        assert 25.0 not in ups


def test_of_many_parts_those_are_shown_that_weigh_most_at_the_alarm() -> None:
    parts = np.zeros((len(TIMES), 20))
    parts[9, 3:9] = [1.0, -6.0, 2.0, 5.0, -3.0, 4.0]  # the frame at 1200 s
    parts[0, 15] = 9.0
    many = replace(path(None), names=tuple(f"feature {k}" for k in range(20)), parts=parts)
    assert weightiest(many, (ALARM,)) == [4, 6, 8, 7, 5, 3]
    assert weightiest(many, ())[0] == 15
    assert len(weightiest(many, ())) == MOST_PARTS


def test_where_nothing_is_known_there_is_a_picture_without_lines() -> None:
    unknown = np.full(len(TIMES), np.nan)
    lines = ChartLines(unknown, unknown, unknown, unknown, unknown, "F limit", logarithmic=True)
    nothing = replace(path(lines), score=unknown, parts=np.full((len(TIMES), 2), np.nan))
    assert evidence_figure(nothing, "hotelling_t2", picture(()), AXIS, ()).axes


def test_a_part_is_named_in_full_so_that_features_of_other_windows_differ() -> None:
    whole = "occupancy upstream residual 12"
    assert part_name(whole).split() == whole.split()


def test_a_name_without_spaces_is_not_broken() -> None:
    assert part_name("lstm_autoencoder") == "lstm_autoencoder"


def test_the_unit_of_the_parts_is_in_their_title() -> None:
    assert panels(None)[-1].get_title(loc="left") == "What is behind it: standard deviations"
