"""Why a detector alarmed, over time: the charted series with its limits, the score with its threshold, the parts behind it.

Panels, from above: of a chart of one series, the series in standard deviations with warning and action limits; the score, for a
chart in multiples of its limit, both sides; the parts that weigh most, as colours.
"""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, TwoSlopeNorm
from matplotlib.figure import Figure

from harness.reporting.figures.evidence_path import ChartLines, EvidencePath
from harness.reporting.figures.figure_style import (
    BLUE,
    DASHED,
    DOTTED,
    FAINT,
    INK,
    ORANGE,
    SMALL_PT,
    VERMILLION,
    TimeAxis,
    dress,
    legend,
    new_figure,
)
from harness.reporting.figures.run_picture import RunPicture, ShownAlarm
from harness.reporting.figures.time_marks import mark_alarms, mark_incident
from simulator.frame import Array
from simulator.truth import ObservedIncident

MOST_PARTS = 6
"""Rows of parts. Chosen: all of a chart's; of a learned detector's many features those that are farthest from normal."""
NAME_WIDTH, NAME_LINES = 13, 3
"""Characters of a part's name per line, and lines. Chosen: features of anomaly detectors take three; a word is never broken."""
LEFT, RIGHT, GAP_IN, FOOT_IN = 0.205, 0.865, 0.42, 0.5
PART_IN, LINE_IN, SERIES_IN = 0.31, 0.125, 1.35
"""Heights: a row of parts, a line of its name, a panel, in."""


def evidence_figure(
    path: EvidencePath, name: str, picture: RunPicture, axis: TimeAxis, alarms: Sequence[ShownAlarm]
) -> Figure:
    """Return the panels of the evidence of the detector `name` in one section, on one time axis; `alarms` are the detector's."""
    with_series = path.chart is not None and bool(np.isfinite(path.chart.value).any())
    rows = weightiest(path, alarms)
    names = [part_name(path.names[row]) for row in rows]
    row_in = max(PART_IN, LINE_IN * max((name.count("\n") + 1 for name in names), default=1))
    heights = [*([SERIES_IN] if with_series else []), SERIES_IN, row_in * max(len(rows), 1)]
    total = sum(heights) + GAP_IN * len(heights) + FOOT_IN - 0.1
    figure = new_figure(total)
    panels: list[Axes] = []
    below_top = 0.0
    for height in heights:
        below_top += GAP_IN - 0.1 if not panels else GAP_IN
        below_top += height
        panels.append(figure.add_axes((LEFT, 1 - below_top / total, RIGHT - LEFT, height / total)))
    if with_series and path.chart is not None:
        _draw_series(panels[0], path, path.chart, axis)
        dress(panels[0], f"{name}: series, standard deviations")
    _draw_score(panels[-2], path, axis)
    scale = "score" if path.chart is None else f"multiples of the {path.chart.limit}"
    dress(panels[-2], scale.capitalize() if with_series else f"{name}: {scale}")
    _draw_parts(figure, panels[-1], path, rows, names, axis)
    shown = [each for each in picture.incidents if each.section == path.section]
    for panel in panels:
        _mark(panel, shown, alarms, path.section, axis, shaded=panel is not panels[-1])
        panel.tick_params(labelbottom=panel is panels[-1])
    panels[-1].set_xlabel(axis.label, fontsize=SMALL_PT)
    return figure


def weightiest(path: EvidencePath, alarms: Sequence[ShownAlarm]) -> list[int]:
    """Return the places of the MOST_PARTS parts that weigh most where the section's alarms are raised; without any, at any time."""
    size = np.abs(np.where(np.isfinite(path.parts), path.parts, 0.0))
    raises = np.isin(path.times_s, [alarm.raised_s for alarm in alarms if alarm.section == path.section])
    largest = size[raises].max(axis=0) if raises.any() else size.max(axis=0, initial=0.0)
    kept = np.argsort(-largest, kind="stable")[:MOST_PARTS]
    return sorted(kept.tolist()) if len(largest) <= MOST_PARTS else kept.tolist()


def part_name(name: str) -> str:
    """Return a part's name in lines.

    >>> part_name("occupancy upstream residual 12")
    'occupancy\\nupstream\\nresidual 12'
    """
    lines = textwrap.wrap(name, NAME_WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines[:NAME_LINES])


def _minutes(path: EvidencePath, axis: TimeAxis) -> Array:
    return (path.times_s - axis.zero_s) / 60.0


def _draw_series(axes: Axes, path: EvidencePath, chart: ChartLines, axis: TimeAxis) -> None:
    minutes = _minutes(path, axis)
    for limit, colour, dashes, name in (
        (chart.action, BLUE, DASHED, f"{chart.limit}s"),
        (chart.warning, ORANGE, DOTTED, "warning limits"),
    ):
        if np.isfinite(limit).any():
            axes.plot(minutes, limit, color=colour, linewidth=1.1, linestyle=dashes, label=name)
            axes.plot(minutes, -limit, color=colour, linewidth=1.1, linestyle=dashes)
    if np.isfinite(path.threshold) and np.isfinite(chart.action).any():
        axes.plot(minutes, path.threshold * chart.action, color=VERMILLION, linewidth=1.1)
    axes.plot(minutes, chart.value, color=FAINT, linewidth=0.6, marker=".", markersize=4, label="value")
    if np.isfinite(chart.mean).any():
        axes.plot(minutes, chart.mean, color=INK, linewidth=1.4, drawstyle="steps-post", label="mean")
    axes.axhline(0.0, color=FAINT, linewidth=0.6)
    _make_room(axes)
    legend(axes, columns=2)


def _draw_score(axes: Axes, path: EvidencePath, axis: TimeAxis) -> None:
    minutes, chart = _minutes(path, axis), path.chart
    if chart is not None:
        axes.axhline(1.0, color=BLUE, linewidth=1.1, linestyle=DASHED, label=chart.limit)
        if not np.allclose(chart.lower, -path.score, equal_nan=True):  # two sides, not one drawn twice
            axes.axhline(-1.0, color=BLUE, linewidth=1.1, linestyle=DASHED)
            axes.plot(minutes, -chart.lower, color=FAINT, linewidth=1.1, label="lower side")
    if np.isfinite(path.threshold):
        axes.axhline(path.threshold, color=VERMILLION, linewidth=1.1, label="alarms above")
    name = "score" if chart is None else "upper side"
    axes.plot(minutes, path.score, color=INK, linewidth=1.2, marker=".", markersize=3.5, label=name)
    _make_room(axes)
    legend(axes, columns=2)


def _draw_parts(
    figure: Figure, axes: Axes, path: EvidencePath, rows: Sequence[int], names: Sequence[str], axis: TimeAxis
) -> None:
    shown = path.parts[:, rows].T
    known = shown[np.isfinite(shown)]
    most = max(float(np.abs(known).max(initial=0.0)), 1.0)
    one_sided = bool((known >= 0.0).all())
    norm: Normalize = Normalize(0.0, most) if one_sided else TwoSlopeNorm(0.0, -most, most)
    minutes = _minutes(path, axis)
    period = float(np.median(np.diff(minutes))) if len(minutes) > 1 else 0.5
    edges = np.append(minutes - period, minutes[-1:])
    axes.set_facecolor("#cccccc")
    mesh = axes.pcolormesh(edges, np.arange(len(rows) + 1), shown, cmap="OrRd" if one_sided else "RdBu_r", norm=norm)
    dress(axes, f"What is behind it: {path.unit}")
    axes.grid(visible=False)
    axes.set_yticks(np.arange(len(rows)) + 0.5, names)
    axes.tick_params(axis="y", length=0, labelsize=SMALL_PT - 0.5)
    axes.invert_yaxis()
    box = axes.get_position()
    bar = figure.colorbar(mesh, cax=figure.add_axes((RIGHT + 0.015, box.y0, 0.024, box.height)))
    bar.ax.tick_params(labelsize=SMALL_PT, length=2)


def _mark(
    axes: Axes,
    incidents: Sequence[ObservedIncident],
    alarms: Sequence[ShownAlarm],
    section: int,
    axis: TimeAxis,
    shaded: bool,
) -> None:
    for incident in incidents if shaded else ():
        mark_incident(axes, incident, axis)
    mark_alarms(axes, alarms, section, axis)
    axes.set_xlim(axis.minutes(axis.from_s), axis.minutes(axis.to_s))


def _make_room(axes: Axes) -> None:
    """Make room above for the legend."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.5 * (high - low))
