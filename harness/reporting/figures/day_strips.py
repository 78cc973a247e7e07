"""Speed over time and place, a strip a day under another, with alarms and incidents; and all days at a glance, a line each.

Conventions: hours of a recording's clock, kilometres downstream; speeds in km/h; K steps, S stations.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from harness.reporting.figures.figure_style import (
    DPI,
    INK,
    MARKERS,
    SMALL_PT,
    TEXT_PT,
    VERMILLION,
    WIDE_IN,
    WIDTH_IN,
)
from harness.reporting.figures.run_picture import Verdict
from harness.reporting.figures.speed_contour import LEVELS_KMH, between_stations, colour_key, speed_colours
from simulator.frame import Array

STRIP_ROWS = 40
STRIP_IN, ALONE_IN, LINE_IN, TALLEST_IN = 0.78, 2.6, 0.09, 11.0
"""Heights of a strip, of one that is alone, of a day's line at a glance, and of all lines, which are lower where they are many."""
LONGEST_LABEL = 44  # characters that fit on a phone


@dataclass(frozen=True, slots=True, eq=False)
class DayStrip:
    """One day of a road: `kmh` (K, S) in equal steps between `hours`; alarms: hour, km, verdict; incidents: from, to [h], km."""

    label: str
    hours: tuple[float, float]
    kmh: Array
    alarms: tuple[tuple[float, float, Verdict], ...]
    incidents: tuple[tuple[float, float, float], ...]


def strips_figure(strips: Sequence[DayStrip], positions_km: Array, title: str, narrow: bool = False) -> Figure:
    """Return the strips of a road, one under another; all have the same hours."""
    height_in = len(strips) * STRIP_IN if len(strips) > 1 else ALONE_IN
    figure = _figure(height_in + 1.25, narrow, title)
    rows = figure.subplots(len(strips), 1, sharex=True, squeeze=False).ravel()
    for axes, strip in zip(rows, strips, strict=True):
        _draw_strip(axes, strip, positions_km)
        axes.set_title(strip.label[:LONGEST_LABEL], fontsize=SMALL_PT - 1, color=INK, loc="left", pad=3)
    rows[-1].set_xlabel("time of the recording's clock, h", fontsize=SMALL_PT)
    rows[len(strips) // 2].set_ylabel("km  (traffic ↑)", fontsize=SMALL_PT)
    _finish(figure, list(rows), strips, narrow)
    return figure


def glance_figure(strips: Sequence[DayStrip], title: str, narrow: bool = False) -> Figure:
    """Return a line per day: the speed at the road's slowest station, and the alarms."""
    figure = _figure(min(max(1.2, len(strips) * LINE_IN), TALLEST_IN) + 1.25, narrow, title)
    axes = figure.subplots()
    colours, norm = speed_colours()
    with np.errstate(invalid="ignore"):
        slowest = np.array([np.fmin.reduce(strip.kmh, axis=1) for strip in strips])
    from_h, to_h = strips[0].hours
    extent = (from_h, to_h, len(strips), 0.0)
    axes.imshow(slowest, aspect="auto", extent=extent, cmap=colours, norm=norm, interpolation="nearest")
    for line, strip in enumerate(strips):
        _draw_alarms(axes, [(hour, line + 0.5, verdict) for hour, _, verdict in strip.alarms], 4.0)
    axes.set_xlabel("time of the recording's clock, h", fontsize=SMALL_PT)
    axes.set_ylabel("days, the first above", fontsize=SMALL_PT)
    axes.tick_params(labelsize=SMALL_PT, length=2)
    _finish(figure, [axes], [replace(strip, incidents=()) for strip in strips], narrow)
    return figure


def _figure(height_in: float, narrow: bool, title: str) -> Figure:
    size = (WIDTH_IN if narrow else WIDE_IN, height_in)
    figure = Figure(figsize=size, dpi=DPI, facecolor="white", layout="constrained")
    figure.suptitle(title[:LONGEST_LABEL] if narrow else title, fontsize=TEXT_PT, fontweight="bold", color=INK)
    return figure


def _draw_strip(axes: Axes, strip: DayStrip, positions_km: Array) -> None:
    colours, norm = speed_colours()
    _, rows = between_stations(positions_km, strip.kmh, STRIP_ROWS)
    extent = (*strip.hours, float(positions_km[0]), float(positions_km[-1]))
    axes.imshow(rows, aspect="auto", origin="lower", extent=extent, cmap=colours, norm=norm, interpolation="nearest")
    height_km = 0.06 * (extent[3] - extent[2])
    for from_h, to_h, km in strip.incidents:
        corner = (from_h, min(max(km, extent[2] + height_km / 2), extent[3] - height_km / 2) - height_km / 2)
        width_h = max(to_h - from_h, 0.004 * (strip.hours[1] - strip.hours[0]))
        box = Rectangle(corner, width_h, height_km, facecolor=VERMILLION, edgecolor="white", linewidth=0.6, zorder=4)
        axes.add_patch(box)
    _draw_alarms(axes, strip.alarms, 6.0)
    axes.set_xlim(*strip.hours)
    axes.set_ylim(extent[2], extent[3])
    axes.tick_params(labelsize=SMALL_PT - 1, length=2)
    axes.locator_params(axis="y", nbins=4)


def _draw_alarms(axes: Axes, alarms: Sequence[tuple[float, float, Verdict]], size: float) -> None:
    for verdict in MARKERS:
        own = [(hour, height) for hour, height, each in alarms if each == verdict]
        if own:
            marker, face, edge, _ = MARKERS[verdict]
            axes.plot(
                *zip(*own, strict=True),
                marker=marker,
                markersize=size,
                markerfacecolor=face,
                markeredgecolor=edge,
                markeredgewidth=0.7,
                linestyle="none",
                zorder=5,
                clip_on=False,
            )


def _finish(figure: Figure, rows: list[Axes], strips: Sequence[DayStrip], narrow: bool) -> None:
    """Draw the colours of speed, and name the marks that are drawn."""
    bar = figure.colorbar(colour_key(), ax=rows, ticks=LEVELS_KMH[::4], pad=0.01, aspect=30, fraction=0.05)
    bar.set_label("km/h (dark is slow)", fontsize=SMALL_PT)
    bar.ax.tick_params(labelsize=SMALL_PT, length=2)
    marks: list[Line2D | Patch] = []
    drawn = {verdict for strip in strips for _, _, verdict in strip.alarms}
    for marker, face, edge, name in (MARKERS[verdict] for verdict in MARKERS if verdict in drawn):
        seen = (
            face if edge == "white" else edge
        )  # a white edge, which parts a mark from the contour, is not seen on white
        marks.append(
            Line2D([], [], marker=marker, markerfacecolor=face, markeredgecolor=seen, linestyle="none", label=name)
        )
    if any(strip.incidents for strip in strips):
        marks.append(Patch(facecolor=VERMILLION, label="incident as known"))
    if marks:
        figure.legend(
            handles=marks, loc="outside lower center", ncols=2 if narrow else 4, fontsize=SMALL_PT, frameon=False
        )
