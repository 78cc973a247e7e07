"""The picture of a report's headline: who detects how much by when."""

import dataclasses

import numpy as np
import pytest
from matplotlib.axes import Axes

from harness.reporting.figures.detection_curve import detection_curve_figure
from harness.scoring.detection_score import Score
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.corridor import Corridor, Station
from simulator.frame import Flags
from simulator.truth import ObservedIncident, Truth
from tests.harness.drawn_lines import points_of

CORRIDOR = Corridor("short", 30.0, (Station("a", 0.0, 2), Station("b", 1000.0, 2), Station("c", 1800.0, 2)))
TIMES = np.arange(930.0, 1801.0, 30.0)


def score_of(*first_alarms: int | None) -> Score:
    """A run for each: an incident at 1112 s, evident at 1170 s, and an alarm from that frame on, or none."""
    runs = []
    for number, frame in enumerate(first_alarms):
        alarm: Flags = np.zeros((len(TIMES), 2), dtype=np.bool_)
        if frame is not None:
            alarm[frame:, 0] = True
        incident = ObservedIncident(1112.0, 1700.0, 400.0, (1,), 0, 1170.0, True, 3.5, 6.0)
        runs.append(ScoredRun(f"run-{number}", CORRIDOR, TIMES, alarm, Truth((incident,), (), (), (), 0, 0)))
    return score_runs(runs, 0)


def steps(axes: Axes) -> dict[str, list[tuple[float, float]]]:
    """The points of every line by its name."""
    return {str(line.get_label()): points_of(line) for line in axes.lines}


def test_each_detection_raises_the_line_by_its_share() -> None:
    (axes,) = detection_curve_figure({"one": score_of(8, 12)}).axes
    end_s = axes.get_xlim()[1]
    assert steps(axes)["one"] == [(0, 0), (58, 50), (178, 100), (end_s, 100)]


def test_a_miss_keeps_the_line_below_the_top() -> None:
    (axes,) = detection_curve_figure({"one": score_of(8, None)}).axes
    assert steps(axes)["one"][-1][1] == 50.0


def test_the_floor_is_the_earliest_evidence() -> None:
    (axes,) = detection_curve_figure({"one": score_of(8, None)}).axes
    assert steps(axes)["floor"][1:3] == [(58, 50), (58, 100)]


def test_every_detector_has_a_line_of_its_own_look() -> None:
    scores = {name: score_of(8, 12) for name in ("one", "two", "three")}
    (axes,) = detection_curve_figure(scores).axes
    assert list(steps(axes)) == ["floor", *scores]
    assert len({(line.get_color(), str(line.get_linestyle())) for line in axes.lines}) == 4


def test_axes_are_named_and_hold_every_detection() -> None:
    (axes,) = detection_curve_figure({"one": score_of(8), "two": score_of(20)}).axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("seconds since onset", "incidents detected, %")
    assert axes.get_xlim() == pytest.approx((0, 1.08 * 418))
    assert axes.get_ylim() == (0, 104)


def test_incidents_left_out_of_dr_have_no_floor() -> None:
    score = score_of(8, 12)
    faint = dataclasses.replace(score.incident_outcomes[1], impact=False)
    (axes,) = detection_curve_figure(
        {"one": dataclasses.replace(score, incident_outcomes=(score.incident_outcomes[0], faint))}
    ).axes
    assert len(steps(axes)["floor"]) == 3
