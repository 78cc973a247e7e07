"""Panels about one incident over time: counts, queue, lane changing, evidence."""

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import (
    BLUE,
    FAINT,
    INK,
    SMALL_PT,
    VERMILLION,
    TimeAxis,
    dress,
    legend,
    new_figure,
    time_axis,
)
from harness.reporting.figures.run_picture import RunPicture, blocked_text
from harness.reporting.figures.score_panel import draw_decided, draw_score
from harness.reporting.figures.time_marks import mark_alarms, mark_incident
from simulator.frame import Array
from simulator.truth import ObservedIncident

PER_MINUTE = 60.0


def mark_times(axes: Axes, picture: RunPicture, incident: ObservedIncident, axis: TimeAxis) -> None:
    """Shade the time lanes were blocked; mark the earliest evidence, and its section's alarms at the top."""
    mark_incident(axes, incident, axis)
    mark_alarms(axes, picture.alarms, incident.section, axis)
    axes.set_xlim(axis.minutes(axis.from_s), axis.minutes(axis.to_s))


def lane_counts(count: Array, station: int, lanes: tuple[int, ...]) -> Array:
    """Return the vehicles per frame (T,) at `station`, summed over `lanes`; NaN where any of them is not known."""
    counted = [lane for lane in lanes if lane < count.shape[2]]  # others pass no station
    return np.asarray(count[:, station, counted].sum(axis=1), dtype=np.float64)


def draw_counts(axes: Axes, picture: RunPicture, incident: ObservedIncident, axis: TimeAxis) -> None:
    """Draw the counts of the blocked lanes at both stations of the section; dashed: those of the twin."""
    minutes = (picture.times_s - axis.zero_s) / PER_MINUTE
    lanes = incident.lanes or tuple(picture.corridor.lanes_beside(incident.section))
    ends = ((incident.section, BLUE, "upstream"), (incident.section + 1, VERMILLION, "downstream"))
    for station, colour, name in ends:
        if picture.twin_count is not None:
            twin = lane_counts(picture.twin_count, station, lanes)
            axes.step(minutes, twin, where="pre", color=colour, linewidth=0.9, linestyle=(0, (2, 1.5)), alpha=0.8)
        axes.step(
            minutes,
            lane_counts(picture.count, station, lanes),
            where="pre",
            color=colour,
            linewidth=1.5,
            label=name,
        )
    if picture.twin_count is not None:
        axes.plot([], [], color=FAINT, linewidth=0.9, linestyle=(0, (2, 1.5)), label="without incident")
    dress(axes, f"Vehicles per frame, blocked {blocked_text(incident.lanes, incident.no_lane)}")
    _from_zero(axes)
    mark_times(axes, picture, incident, axis)
    legend(axes)


def draw_queue(axes: Axes, picture: RunPicture, index: int, axis: TimeAxis) -> None:
    """Draw the vehicles queuing in the blocked lanes, true and estimated."""
    _true_and_estimated(axes, picture, index, "queue", axis)
    dress(axes, "Queue in the blocked lanes, vehicles")
    _from_zero(axes)
    mark_times(axes, picture, picture.incidents[index], axis)
    legend(axes)


def draw_lane_changing(axes: Axes, picture: RunPicture, index: int, axis: TimeAxis) -> None:
    """Draw the share of the blocked lanes' vehicles that leave them within a frame, true and estimated."""
    _true_and_estimated(axes, picture, index, "lane_changing", axis)
    dress(axes, "Share leaving the blocked lanes per frame")
    axes.set_ylim(0, 1.25)
    axes.set_yticks([0.0, 0.5, 1.0])
    mark_times(axes, picture, picture.incidents[index], axis)
    legend(axes)


def _true_and_estimated(
    axes: Axes, picture: RunPicture, index: int, name: Literal["queue", "lane_changing"], axis: TimeAxis
) -> None:
    times_s, true = true_path(picture, index, name)
    if times_s.size:
        axes.plot((times_s - axis.zero_s) / PER_MINUTE, true, color=INK, linewidth=1.5, label="true")
    path = picture.estimates.get(picture.incidents[index].section)
    if path is not None:
        minutes = (path.times_s - axis.zero_s) / PER_MINUTE
        axes.plot(minutes, getattr(path, name), color=BLUE, linewidth=1.0, marker="o", markersize=3, label="estimated")


def draw_evidence(axes: Axes, picture: RunPicture, incident: ObservedIncident, axis: TimeAxis) -> None:
    """Draw the evidence with its thresholds (without estimates: the score); ticks mark the incident decisions."""
    path = picture.estimates.get(incident.section)
    if path is not None and np.isfinite(path.evidence).any():
        minutes = (path.times_s - axis.zero_s) / PER_MINUTE
        thresholds = (
            (path.upper, VERMILLION, (5, 1.5), "decide incident"),
            (path.lower, BLUE, (1, 1), "decide no incident"),
        )
        for threshold, colour, dashes, name in thresholds:
            axes.plot(minutes, threshold, color=colour, linewidth=1.1, linestyle=(0, dashes), label=name)
        axes.plot(minutes, path.evidence, color=INK, linewidth=1.2, marker=".", markersize=4, label="evidence")
        dress(axes, "Evidence and its thresholds")
    else:
        draw_score(axes, picture, incident.section, axis)
        dress(axes, "The detector's score in the incident's section")
    draw_decided(axes, picture, incident.section, axis)
    mark_times(axes, picture, incident, axis)
    _make_room(axes, axis)
    legend(axes, columns=2)


def true_path(picture: RunPicture, index: int, field: str) -> tuple[Array, Array]:
    """Return frame ends [s] and the true value in the blocked lanes of incident `index`: queue summed, share averaged."""
    lanes = picture.incidents[index].lanes
    values: dict[float, list[float]] = {}
    for row in picture.truth_lanes:
        if row.incident == index and row.lane in lanes:
            values.setdefault(row.time_s, []).append(float(getattr(row, field)))
    times_s = sorted(values)
    if field == "queue":
        combined = [sum(values[time_s]) for time_s in times_s]
    else:
        known = [[value for value in values[time_s] if np.isfinite(value)] for time_s in times_s]
        combined = [sum(shares) / len(shares) if shares else np.nan for shares in known]
    return np.array(times_s), np.array(combined)


def _from_zero(axes: Axes) -> None:
    axes.set_ylim(0, max(axes.get_ylim()[1], 1.0) * 1.3)


def _make_room(axes: Axes, axis: TimeAxis) -> None:
    """Make room above for the legend and below for the incident decisions; label the time axis."""
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.15 * (high - low), high + 0.45 * (high - low))
    axes.set_xlabel(axis.label, fontsize=SMALL_PT)


def panels_figure(picture: RunPicture, incident: int) -> Figure:
    """Return counts, queue, lane changing and evidence about one incident, on one time axis.

    Queue and lane changing are left out where neither truth nor estimates are known.
    """
    shown = picture.incidents[incident]
    axis = time_axis(picture, incident)
    known = shown.section in picture.estimates or any(row.incident == incident for row in picture.truth_lanes)
    heights = [1.15, 1.0, 1.0, 1.35] if known else [1.15, 1.35]
    figure = new_figure(sum(heights) + 0.36 * len(heights) + 0.35)
    grid = figure.add_gridspec(
        len(heights),
        1,
        height_ratios=heights,
        left=0.09,
        right=0.985,
        hspace=0.34,
        top=1 - 0.28 / figure.get_figheight(),
        bottom=0.42 / figure.get_figheight(),
    )
    rows = [figure.add_subplot(grid[row]) for row in range(len(heights))]
    draw_counts(rows[0], picture, shown, axis)
    if known:
        draw_queue(rows[1], picture, incident, axis)
        draw_lane_changing(rows[2], picture, incident, axis)
    draw_evidence(rows[-1], picture, shown, axis)
    for axes in rows[:-1]:
        axes.tick_params(labelbottom=False)
    return figure
