"""Pictures are drawn from what is known, and say so where nothing is."""

import dataclasses
import io

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from harness.records.decisions import EstimateRow
from harness.reporting.figures.figure_style import DPI, WIDTH_IN, png, time_axis
from harness.reporting.figures.incident_panels import lane_counts, panels_figure, true_path
from harness.reporting.figures.run_picture import (
    EstimatePath,
    RunPicture,
    ShownAlarm,
    Verdict,
    aligned,
    estimate_paths,
    lanes_text,
    station_speeds,
)
from harness.reporting.figures.speed_contour import contour_figure, speed_grid
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags
from simulator.truth import LaneTruth, ObservedIncident
from tests.harness.drawn_lines import points_of

CORRIDOR = Corridor("short", 30.0, (Station("a", 0.0, 2), Station("b", 1000.0, 2), Station("c", 1800.0, 2)))
INCIDENT = ObservedIncident(1112.0, 1400.0, 400.0, (1,), 0, 1170.0, True, 3.5, 6.0)
TIMES: Array = np.arange(930.0, 1801.0, 30.0)


def truth_row(time_s: float, lane: int, queue: float, share: float) -> LaneTruth:
    return LaneTruth(time_s, 0, lane, queue, queue + 1, 2.0, 5.0, 2.0, share)


def path(times_s: Array = TIMES) -> EstimatePath:
    some = np.where((times_s > 1100) & (times_s < 1400), 1.0, np.nan)
    return EstimatePath(times_s, 4 * some, 0.3 * some, 0.5 * some, 2 * some, -2 * some, 700 * some)


def picture(incidents: tuple[ObservedIncident, ...] = (INCIDENT,), verdict: Verdict = "hit") -> RunPicture:
    count = np.full((30, 3, 2), 8.0)
    count[8:14, 1, 1] = 1.0
    decided: Flags = np.zeros((30, 2), dtype=np.bool_)
    decided[8:14, 0] = True
    return RunPicture(
        name="one incident",
        corridor=CORRIDOR,
        times_s=TIMES,
        count=count,
        speed=np.full((30, 3, 2), 25.0),
        occupancy=np.full((30, 3, 2), 0.1),
        twin_count=np.full((30, 3, 2), 8.0),
        score=np.zeros((30, 2)),
        decided=decided,
        alarms=(ShownAlarm(1170.0, 1320.0, 0, verdict),),
        incidents=incidents,
        truth_lanes=(truth_row(1140.0, 1, 2.0, 0.4), truth_row(1170.0, 1, 3.0, np.nan), truth_row(1170.0, 0, 9.0, 0.9)),
        estimates={0: path()},
    )


def lines(figure: Figure) -> list[tuple[str, list[tuple[float, float]]]]:
    """Label and finite points of every line of a figure."""
    drawn = [line for axes in figure.axes for line in axes.lines]
    return [(str(line.get_label()), [(x, y) for x, y in points_of(line) if np.isfinite(y)]) for line in drawn]


def labels(axes: Axes) -> list[str]:
    """The names in the legend of `axes`."""
    return [str(label) for label in axes.get_legend_handles_labels()[1]]


def speeds_drawn(figure: Figure) -> Array:
    """The coloured speeds [km/h] of a contour, NaN where there is no data."""
    (mesh,) = (each for each in figure.axes[0].collections if isinstance(each, QuadMesh))
    return np.ma.filled(np.ma.asarray(mesh.get_array()).astype(float), np.nan)


def test_a_contour_is_a_png_of_the_common_width_and_less_than_100_kb() -> None:
    drawn = png(contour_figure(picture(), 0, "Detected"))
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.width) == ("PNG", round(WIDTH_IN * DPI))
    assert len(drawn) < 100_000


def test_a_contour_has_minutes_below_and_stations_at_the_side() -> None:
    axes = contour_figure(picture(), 0, "Detected").axes[0]
    assert axes.get_title(loc="left") == "Detected"
    assert axes.get_xlabel() == "minutes since onset"
    assert axes.get_xlim() == pytest.approx(((900 - 1112) / 60, (1800 - 1112) / 60))
    assert axes.get_yticks().tolist() == [0.0, 1.0, 1.8]
    assert axes.get_ylim() == (0.0, 1.8)


def test_a_contour_names_the_blockage_the_evidence_and_the_alarm() -> None:
    for verdict in ("hit", "false", "neutral"):
        axes = contour_figure(picture(verdict=verdict), 0, "").axes[0]
        assert labels(axes) == ["lanes blocked", "earliest evidence", "queue's tail", f"alarm: {verdict}"]


def test_a_contour_draws_the_tail_of_an_alarms_queue_while_the_alarm_lasts() -> None:
    (tail,) = [points for label, points in lines(contour_figure(picture(), 0, "")) if label == "queue's tail"]
    assert [y for _, y in tail] == pytest.approx([0.7] * len(tail))
    assert (tail[0][0], tail[-1][0]) == pytest.approx(((1170 - 1112) / 60, (1320 - 1112) / 60))


def test_the_blockage_lasts_from_onset_to_clearance_at_its_position() -> None:
    (box,) = contour_figure(picture(), 0, "").axes[0].patches
    assert isinstance(box, Rectangle)
    assert (box.get_x(), box.get_width()) == pytest.approx((0.0, (1400 - 1112) / 60))
    assert box.get_y() + box.get_height() / 2 == pytest.approx(0.4)


def test_a_contour_shows_the_speeds_of_the_stations() -> None:
    slow = dataclasses.replace(picture(), speed=np.full((30, 3, 2), 5.0))
    assert speeds_drawn(contour_figure(picture(), 0, "")) == pytest.approx(90.0)
    assert speeds_drawn(contour_figure(slow, 0, "")) == pytest.approx(18.0)


def test_panels_show_counts_queue_lane_changing_and_evidence() -> None:
    titles = [axes.get_title(loc="left") for axes in panels_figure(picture(), 0).axes]
    assert titles == [
        "Vehicles per frame, blocked lane 1",
        "Queue in the blocked lanes, vehicles",
        "Share leaving the blocked lanes per frame",
        "Evidence and its thresholds",
    ]


def test_panels_without_truth_and_estimates_leave_out_queue_and_lane_changing() -> None:
    bare = dataclasses.replace(picture(), estimates={}, truth_lanes=(), twin_count=None)
    counts, score = panels_figure(bare, 0).axes
    assert labels(counts) == ["upstream", "downstream"]
    assert score.get_title(loc="left") == "The detector's score in the incident's section"


def test_the_counts_panel_holds_the_counts_of_both_stations_and_of_the_twin() -> None:
    counts = panels_figure(picture(), 0).axes[0]
    assert labels(counts) == ["upstream", "downstream", "without incident"]
    shown = dict(lines(panels_figure(picture(), 0)))
    assert {y for _, y in shown["upstream"]} == {8.0}
    assert {y for _, y in shown["downstream"]} == {1.0, 8.0}


def test_the_queue_panel_holds_the_true_queue_and_the_estimate() -> None:
    (true, estimated) = [
        points for name, points in lines(panels_figure(picture(), 0)) if name in ("true", "estimated")
    ][:2]
    assert np.array(true) == pytest.approx(np.array([(28 / 60, 2.0), (58 / 60, 3.0)]))
    assert {y for _, y in estimated} == {4.0}


def test_frames_decided_for_the_incident_are_ticked() -> None:
    shown = dict(lines(panels_figure(picture(), 0)))
    assert len(shown["incident decision"]) == 6


def test_all_panels_share_the_time_axis_of_the_incident() -> None:
    limits = {axes.get_xlim() for axes in panels_figure(picture(), 0).axes}
    assert limits == {((900 - 1112) / 60, (1800 - 1112) / 60)}


def test_a_detector_with_nothing_to_weigh_is_said_to_have_had_nothing() -> None:
    silent = dataclasses.replace(picture(), score=np.full((30, 2), np.nan), estimates={})
    told = [text.get_text() for text in panels_figure(silent, 0).axes[-1].texts]
    assert told == ["no score in any frame"]
    known = dataclasses.replace(silent, score=np.zeros((30, 2)))
    assert not panels_figure(known, 0).axes[-1].texts


def test_a_free_run_is_drawn_whole() -> None:
    free = picture(incidents=(), verdict="false")
    axis = time_axis(free, None)
    assert (axis.from_s, axis.to_s, axis.zero_s) == (900.0, 1800.0, 0.0)
    axes = contour_figure(free, None, "False alarm").axes[0]
    assert axes.get_xlim() == (15.0, 30.0)
    assert axes.get_xlabel() == "simulation time, min"
    assert labels(axes) == ["queue's tail", "alarm: false"]


def test_an_incident_is_drawn_from_five_minutes_before_within_the_run() -> None:
    axis = time_axis(picture(), 0)
    assert (axis.from_s, axis.to_s) == (900.0, 1800.0)
    late = dataclasses.replace(INCIDENT, onset_s=1500.0, clearance_s=1650.0)
    assert time_axis(picture((late,)), 0).from_s == 1200.0


@pytest.mark.parametrize("field", ["speed", "count"])
def test_a_run_without_any_reading_is_drawn_empty(field: str) -> None:
    nothing = np.full((30, 3, 2), np.nan)
    known = picture()
    unknown = dataclasses.replace(
        known, speed=nothing if field == "speed" else known.speed, count=nothing if field == "count" else known.count
    )
    assert np.isnan(speeds_drawn(contour_figure(unknown, 0, "nothing known"))).all()
    shown = dict(lines(panels_figure(unknown, 0)))
    assert (shown["upstream"] == []) == (field == "count")


def test_an_incident_never_cleared_or_evident_is_drawn_to_the_end() -> None:
    endless = dataclasses.replace(INCIDENT, clearance_s=np.nan, earliest_evidence_s=np.nan)
    assert time_axis(picture((endless,)), 0).to_s == 1800.0
    axes = contour_figure(picture((endless,)), 0, "not cleared").axes[0]
    (box,) = axes.patches
    assert isinstance(box, Rectangle)
    assert box.get_width() == pytest.approx((1800 - 1112) / 60)
    assert "earliest evidence" not in labels(axes)


def test_station_speed_weights_lanes_by_their_counts() -> None:
    two = dataclasses.replace(
        picture(),
        times_s=TIMES[:1],
        count=np.array([[[3.0, 1.0], [0.0, 0.0], [0.0, 0.0]]]),
        speed=np.array([[[10.0, 30.0], [np.nan, np.nan], [np.nan, np.nan]]]),
        occupancy=np.array([[[0.1, 0.1], [0.0, 0.0], [0.0, 0.9]]]),
    )
    speeds = station_speeds(two)[0]
    assert speeds[0] == pytest.approx(15.0)
    assert np.isnan(speeds[1]), "nobody passed an empty station"
    assert speeds[2] == 0.0, "nobody passed because a queue stood on the loop"


def test_speeds_between_stations_are_linear_and_missing_frames_stay_empty() -> None:
    speed = np.full((30, 3, 2), 20.0)
    speed[:, 1] = 10.0
    kept = [0, 1, 4, 5]
    gap = dataclasses.replace(
        picture(incidents=()),
        times_s=TIMES[kept],
        count=picture().count[kept],
        speed=speed[kept],
        occupancy=picture().occupancy[kept],
    )
    times_min, position_km, speeds = speed_grid(gap, time_axis(gap, None))
    assert times_min[0] == 15.0
    assert np.isnan(speeds[:, 2:4]).all()
    assert np.isfinite(speeds[:, [0, 1, 4, 5]]).all()
    middles = (position_km[:-1] + position_km[1:]) / 2
    half = np.argmin(np.abs(middles - 0.5))
    assert speeds[half, 0] == pytest.approx(15.0 * 3.6, abs=0.5)


def test_a_dead_station_leaves_its_half_of_the_section_to_nobody() -> None:
    speed = np.full((30, 3, 2), 20.0)
    speed[:, 2] = np.nan
    _, position_km, speeds = speed_grid(dataclasses.replace(picture(), speed=speed), time_axis(picture(), 0))
    middles = (position_km[:-1] + position_km[1:]) / 2
    assert np.isfinite(speeds[middles < 1.39, 0]).all()
    assert np.isnan(speeds[middles > 1.41, 0]).all()


def test_true_queue_is_summed_and_true_share_averaged_over_the_blocked_lanes_only() -> None:
    times_s, queue = true_path(picture(), 0, "queue")
    _, share = true_path(picture(), 0, "lane_changing")
    assert times_s.tolist() == [1140.0, 1170.0]
    assert queue.tolist() == [2.0, 3.0]
    assert share[0] == 0.4
    assert np.isnan(share[1])


def test_counts_of_two_lanes_are_their_sum_and_unknown_when_one_is() -> None:
    count = picture().count.copy()
    count[0, 0, 0] = np.nan
    assert lane_counts(count, 0, (0, 1))[1] == 16.0
    assert np.isnan(lane_counts(count, 0, (0, 1))[0])
    assert (lanes_text((2,)), lanes_text((0, 1))) == ("lane 2", "lanes 0 and 1")


def test_frames_the_twin_lacks_are_unknown() -> None:
    assert aligned(TIMES[:3], TIMES[1:2], np.array([[5.0]])).ravel().tolist()[1] == 5.0
    assert np.isnan(aligned(TIMES[:3], TIMES[1:2], np.array([[5.0]]))[[0, 2]]).all()


def test_an_estimate_path_sums_the_queues_of_the_blocked_lanes_and_breaks_between_bouts() -> None:
    def row(time_s: float, lane: int, blocked: bool, queue: float) -> EstimateRow:
        return EstimateRow(time_s, 1, lane, blocked, 0.25, queue, 3.0, 1.5, 2.0, -2.0, 930.0, np.nan, np.nan, "rule")

    paths = estimate_paths([row(930.0, 0, True, 2.0), row(930.0, 1, True, 3.0), row(990.0, 0, False, 9.0)], TIMES[:3])
    assert list(paths) == [1]
    assert paths[1].queue[0] == 5.0
    assert np.isnan(paths[1].queue[1:]).all()
    assert paths[1].evidence[0] == paths[1].evidence[2] == 1.5
    assert np.isnan(paths[1].evidence[1])
