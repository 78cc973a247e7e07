"""The contour of speed over time and position, with the true incidents and the detector's alarms."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from harness.reporting.figures.figure_style import (
    INK,
    MARKERS,
    ORANGE,
    SMALL_PT,
    VERMILLION,
    TimeAxis,
    dress,
    legend,
    new_figure,
    spaced,
    time_axis,
)
from harness.reporting.figures.run_picture import RunPicture, station_speeds
from simulator.frame import Array

KMH_PER_MPS = 3.6
# 10 km/h per colour up to 120 km/h: one colour is then a speed a reader can name.
LEVELS_KMH = np.arange(0.0, 121.0, 10.0)
NO_DATA = "#f0f0f0"
ROWS = 72
MOST_TICKS = 14
"""Labels of stations. Chosen: their text is 0.12 in high, the lowest contour 2.3 in."""
LINES_PT = 6.0
"""Width of all lines at stations together. Chosen: they hide 1 part in 25 of the lowest contour."""


def speed_colours() -> tuple[Colormap, BoundaryNorm]:
    """Return ColorBrewer's YlGnBu, reversed, and its steps of speed: dark is slow, also when printed in grey."""
    steps = len(LEVELS_KMH) - 1
    colours = ListedColormap(colormaps["YlGnBu_r"](np.linspace(0.0, 0.92, steps)))
    return colours.with_extremes(bad=NO_DATA), BoundaryNorm(LEVELS_KMH, steps)


def speed_grid(picture: RunPicture, axis: TimeAxis) -> tuple[Array, Array, Array]:
    """Return the edges of time [min] and position [km], and the speeds between them [km/h], linear between stations.

    Where one of two stations is not known, its half of the section is empty. Missing frames are empty.
    """
    period_s = picture.corridor.period_s
    positions = np.array([station.position_m for station in picture.corridor.stations])
    # a frame is drawn where any part of its period is on the axis; the first edge is the start of a frame
    chosen = np.flatnonzero((picture.times_s > axis.from_s) & (picture.times_s - period_s < axis.to_s))
    first_s = float(picture.times_s[chosen[0]]) - period_s
    columns = np.rint((picture.times_s[chosen] - first_s) / period_s).astype(int) - 1
    stations = np.full((int(columns[-1]) + 1, len(positions)), np.nan)
    stations[columns] = station_speeds(picture)[chosen] * KMH_PER_MPS

    position_edges, speeds = between_stations(positions, stations, ROWS)
    times_min = np.array([axis.minutes(first_s + period_s * step) for step in range(len(stations) + 1)])
    return times_min, position_edges / 1000.0, speeds


def between_stations(positions: Array, values: Array, rows: int) -> tuple[Array, Array]:
    """Return the edges (rows + 1,) of equal parts of the road, and the values (rows, T) there, linear between stations (T, S).

    Where one of two stations is not known, its half of the section is empty.
    """
    edges = np.linspace(positions[0], positions[-1], rows + 1)
    at = (edges[:-1] + edges[1:]) / 2
    below = np.clip(np.searchsorted(positions, at, side="right") - 1, 0, len(positions) - 2)
    share = (at - positions[below]) / (positions[below + 1] - positions[below])
    between = (1 - share) * values[:, below] + share * values[:, below + 1]
    nearest = values[:, np.where(share < 0.5, below, below + 1)]
    return edges, np.where(np.isnan(between), nearest, between).T


def draw_contour(axes: Axes, picture: RunPicture, axis: TimeAxis) -> None:
    """Draw speed, stations as ticks, incidents as boxes, alarms as marks, queues' tails, earliest evidence as dashed lines."""
    colours, norm = speed_colours()
    inside = (picture.times_s > axis.from_s) & (picture.times_s - picture.corridor.period_s < axis.to_s)
    if inside.any():
        axes.pcolormesh(*speed_grid(picture, axis), cmap=colours, norm=norm)
    _draw_stations(axes, picture)
    _draw_incidents(axes, picture, axis)
    _draw_tails(axes, picture, axis)
    _draw_alarms(axes, picture, axis)
    axes.set_xlim(axis.minutes(axis.from_s), axis.minutes(axis.to_s))
    axes.set_xlabel(axis.label, fontsize=SMALL_PT)
    axes.set_ylabel("position at stations, km  (traffic ↑)", fontsize=SMALL_PT)


def colour_key() -> ScalarMappable:
    """Return the colours of the contour, for a colour bar."""
    colours, norm = speed_colours()
    return ScalarMappable(norm, colours)


def _draw_stations(axes: Axes, picture: RunPicture) -> None:
    kilometres = [station.position_m / 1000.0 for station in picture.corridor.stations]
    shown = [kilometres[number] for number in spaced(kilometres, MOST_TICKS)]
    axes.set_yticks(shown, [f"{position:.1f}" for position in shown])
    axes.set_ylim(kilometres[0], kilometres[-1])
    axes.grid(visible=False)
    for position in kilometres[1:-1]:
        axes.axhline(position, color="white", linewidth=min(0.5, LINES_PT / len(kilometres)), alpha=0.8)


def _draw_incidents(axes: Axes, picture: RunPicture, axis: TimeAxis) -> None:
    first_km, last_km = (picture.corridor.stations[end].position_m / 1000.0 for end in (0, -1))
    height_km = 0.03 * (last_km - first_km)
    in_legend = False
    for incident in picture.incidents:
        end_s = incident.clearance_s if np.isfinite(incident.clearance_s) else axis.to_s
        if end_s < axis.from_s or incident.onset_s > axis.to_s:
            continue
        start, width = axis.minutes(incident.onset_s), (end_s - incident.onset_s) / 60.0
        lower_km = min(max(incident.position_m / 1000.0 - height_km / 2, first_km), last_km - height_km)
        corner = (start, lower_km)
        box = Rectangle(
            corner,
            width,
            height_km,
            facecolor=VERMILLION,
            edgecolor="white",
            linewidth=0.8,
            zorder=4,
            label=None if in_legend else "lanes blocked",
        )
        axes.add_patch(box)
        if np.isfinite(incident.earliest_evidence_s):
            minutes = axis.minutes(incident.earliest_evidence_s)
            label = None if in_legend else "earliest evidence"
            axes.axvline(minutes, color="white", linewidth=2.2, zorder=3)
            axes.axvline(minutes, color=INK, linewidth=1.0, linestyle=(0, (4, 2)), zorder=3, label=label)
        in_legend = True


def _draw_tails(axes: Axes, picture: RunPicture, axis: TimeAxis) -> None:
    """Draw the estimated tail of each alarm's queue while the alarm lasts, as far as the corridor's first station."""
    first_km = picture.corridor.stations[0].position_m / 1000.0
    in_legend = False
    for alarm in picture.alarms:
        path = picture.estimates.get(alarm.section)
        if path is None or not axis.holds(alarm.raised_s):
            continue
        lasts = (path.times_s >= alarm.raised_s) & (path.times_s <= min(alarm.ended_s, axis.to_s))
        tail_km = np.maximum(path.tail_m[lasts] / 1000.0, first_km)
        if not np.isfinite(tail_km).any():
            continue
        minutes = [axis.minutes(time_s) for time_s in path.times_s[lasts]]
        label = None if in_legend else "queue's tail"
        axes.plot(minutes, tail_km, color="white", linewidth=2.6, zorder=3.5)
        axes.plot(minutes, tail_km, color=ORANGE, linewidth=1.3, zorder=3.6, label=label)
        in_legend = True


def _draw_alarms(axes: Axes, picture: RunPicture, axis: TimeAxis) -> None:
    stations = picture.corridor.stations
    in_legend: set[str] = set()
    for alarm in picture.alarms:
        if not axis.holds(alarm.raised_s):
            continue
        marker, face, edge, name = MARKERS[alarm.verdict]
        low, high = (stations[alarm.section + side].position_m / 1000.0 for side in (0, 1))
        raised, ended = axis.minutes(alarm.raised_s), axis.minutes(min(max(alarm.ended_s, alarm.raised_s), axis.to_s))
        middle = (low + high) / 2
        colour = VERMILLION if alarm.verdict == "false" else INK
        # vertical: the alarm's section; horizontal: how long it lasted
        for x, y in (((raised, raised), (low, high)), ((raised, ended), (middle, middle))):
            axes.add_line(Line2D(x, y, color="white", linewidth=2.6, zorder=4.5, solid_capstyle="butt"))
            axes.add_line(Line2D(x, y, color=colour, linewidth=1.2, zorder=4.6))
        axes.plot(
            [raised],
            [middle],
            marker=marker,
            markersize=7.5,
            markerfacecolor=face,
            markeredgecolor=edge,
            markeredgewidth=1.4 if alarm.verdict != "false" else 0.7,
            linestyle="none",
            zorder=5,
            clip_on=False,
            label=None if name in in_legend else name,
        )
        in_legend.add(name)


def contour_figure(picture: RunPicture, incident: int | None, title: str) -> Figure:
    """Return speed over time and position, with incidents and alarms; around `incident`, or the whole run for None."""
    figure = new_figure(3.7)
    axes = figure.add_axes((0.12, 0.235, 0.72, 0.685))
    axis = time_axis(picture, incident)
    draw_contour(axes, picture, axis)
    dress(axes, title)
    axes.grid(visible=False)
    legend(axes, below=0.155)
    bar = figure.colorbar(colour_key(), cax=figure.add_axes((0.865, 0.235, 0.024, 0.685)), ticks=LEVELS_KMH[::2])
    bar.set_label("speed, km/h (dark is slow)", fontsize=SMALL_PT)
    bar.ax.tick_params(labelsize=SMALL_PT, length=2)
    return figure
