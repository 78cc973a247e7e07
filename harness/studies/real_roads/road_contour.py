"""The picture of a road: speed over time and place, with the log, extents and one detector's alarms; below, all alarms."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from harness.reporting.figures.figure_style import (
    DPI,
    MARKERS,
    SMALL_PT,
    VERMILLION,
    WIDE_IN,
    WIDTH_IN,
    dress,
    spaced,
)
from harness.reporting.figures.run_picture import VERDICTS
from harness.reporting.figures.speed_contour import KMH_PER_MPS, LEVELS_KMH, MOST_TICKS, colour_key, speed_colours
from harness.running.road_extents import WatchedRecording, WatchedRoad
from harness.scoring.incident_extent import with_tolerances
from harness.scoring.recording_score import RoadAlarm
from harness.studies.real_roads.real_roads_study import RealRoads

HOUR_S = 3600.0
EXTENT = "#cc79a7"
LONGEST_NAME, LONGEST_TITLE = 18, 46  # characters that fit on a phone


def shown_recording(found: RealRoads, road: WatchedRoad) -> WatchedRecording:
    """Return the recording of a road to draw: with the most visible incidents, then alarms, then hours; the earliest of equals."""
    alarms: dict[str, int] = {}
    for name in found.detectors:
        for alarm in found.scores[road.name, name].alarms:
            alarms[alarm.recording] = alarms.get(alarm.recording, 0) + 1

    def worth(one: WatchedRecording) -> tuple[int, int, int]:
        return sum(extent.visible for extent in one.extents or ()), alarms.get(one.name, 0), len(one.times_s)

    return max(road.recordings, key=worth)


def draw_road(found: RealRoads, road: WatchedRoad, detector: str, narrow: bool = False) -> Figure:
    """Return the picture of a road, with the alarms of `detector` on the contour; for a phone where `narrow`."""
    shown = shown_recording(found, road)
    rows = len(found.detectors)
    height = (4.2 if narrow else 4.6) + 0.24 * rows + 0.9
    figure = Figure(figsize=(WIDTH_IN if narrow else WIDE_IN, height), dpi=DPI, facecolor="white", layout="constrained")
    contour, below = figure.subplots(2, 1, sharex=True, height_ratios=(4.2 if narrow else 4.6, 0.24 * rows + 0.5))
    _draw_speeds(contour, road, shown)
    _draw_incidents(contour, road, shown)
    _draw_alarms(contour, road, [a for a in found.scores[road.name, detector].alarms if a.recording == shown.name])
    both = f"{road.name}, {shown.name}"
    dress(contour, shown.name if road.name == shown.name or len(both) > LONGEST_TITLE else both)
    contour.grid(visible=False)
    _draw_rows(below, found, road, shown)
    bar = figure.colorbar(colour_key(), ax=contour, ticks=LEVELS_KMH[::2], pad=0.01, aspect=30, fraction=0.05)
    bar.set_label("speed, km/h (dark is slow)", fontsize=SMALL_PT)
    bar.ax.tick_params(labelsize=SMALL_PT, length=2)
    figure.legend(
        handles=_legend(found), loc="outside lower center", ncols=2 if narrow else 5, fontsize=SMALL_PT, frameon=False
    )
    return figure


def _draw_speeds(axes: Axes, road: WatchedRoad, shown: WatchedRecording) -> None:
    colours, norm = speed_colours()
    period_s = road.road.corridor.period_s
    first_s = float(shown.times_s[0]) - period_s
    columns = np.rint((shown.times_s - first_s) / period_s).astype(int) - 1
    grid = np.full((len(road.road.corridor.stations), int(columns[-1]) + 1), np.nan)
    grid[:, columns] = shown.station_mps.T * KMH_PER_MPS
    kilometres = np.array([station.position_m / 1000 for station in road.road.corridor.stations])
    edges = np.concatenate([kilometres[:1], (kilometres[:-1] + kilometres[1:]) / 2, kilometres[-1:]])
    hours = (first_s + period_s * np.arange(grid.shape[1] + 1)) / HOUR_S
    axes.pcolormesh(hours, edges, grid, cmap=colours, norm=norm, rasterized=True)
    ticks = kilometres[spaced(kilometres.tolist(), MOST_TICKS)]
    axes.set_yticks(ticks, [f"{position:.1f}" for position in ticks])
    axes.set_xlim(hours[0], hours[-1])
    axes.set_ylim(kilometres[0], kilometres[-1])
    axes.set_ylabel("position at stations, km  (traffic ↑)", fontsize=SMALL_PT)


def _draw_incidents(axes: Axes, road: WatchedRoad, shown: WatchedRecording) -> None:
    """Draw each extent's outline, and the log's tolerances as a dashed box."""
    kilometres = np.array([station.position_m / 1000 for station in road.road.corridor.stations])
    for extent in shown.extents or ():
        if extent.cells.any():
            axes.contour(
                shown.times_s / HOUR_S, kilometres, extent.cells.T.astype(float), [0.5], colors=EXTENT, linewidths=1.6
            )
        logged = with_tolerances(extent.incident)
        corner = (logged.earliest_s / HOUR_S, (logged.position_m - logged.position_tolerance_m) / 1000)
        width = (logged.onset_early_s + logged.onset_late_s) / HOUR_S
        height = 2 * logged.position_tolerance_m / 1000
        axes.add_patch(
            Rectangle(
                corner,
                width,
                height,
                fill=False,
                edgecolor=VERMILLION,
                linewidth=1.3,
                linestyle=(0, (3, 1.5)),
                zorder=4,
            )
        )
        axes.plot(
            [logged.onset_s / HOUR_S], [logged.position_m / 1000], "+", color=VERMILLION, markersize=9, zorder=4.1
        )


def _draw_alarms(axes: Axes, road: WatchedRoad, alarms: list[RoadAlarm]) -> None:
    stations = road.road.corridor.stations
    for alarm in alarms:
        marker, face, edge, _ = MARKERS[VERDICTS[alarm.kind]]
        middle = (stations[alarm.section].position_m + stations[alarm.section + 1].position_m) / 2000
        axes.plot(
            [alarm.raised_s / HOUR_S],
            [middle],
            marker=marker,
            markersize=7,
            markerfacecolor=face,
            markeredgecolor=edge,
            markeredgewidth=0.8,
            linestyle="none",
            zorder=5,
        )


def _draw_rows(axes: Axes, found: RealRoads, road: WatchedRoad, shown: WatchedRecording) -> None:
    for row, name in enumerate(found.detectors):
        axes.axhline(row, color="#dddddd", linewidth=0.6, zorder=1)
        for alarm in found.scores[road.name, name].alarms:
            if alarm.recording == shown.name:
                marker, face, edge, _ = MARKERS[VERDICTS[alarm.kind]]
                axes.plot(
                    [alarm.raised_s / HOUR_S],
                    [row],
                    marker=marker,
                    markersize=5,
                    markerfacecolor=face,
                    markeredgecolor=_visible(edge, face),
                    markeredgewidth=0.6,
                    linestyle="none",
                )
    names = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}." for name in found.detectors]
    dress(axes, "Alarms of every detector")
    axes.set_yticks(range(len(names)), names, fontsize=SMALL_PT - 1)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("time on the recording's clock, h", fontsize=SMALL_PT)
    axes.grid(visible=False)


def _visible(edge: str, face: str) -> str:
    """The edge of a mark on white: a white one, with which marks stand out on the contour, would hide those beside it."""
    return face if edge == "white" else edge


def _legend(found: RealRoads) -> list[Line2D | Patch]:
    there = {VERDICTS[alarm.kind] for score in found.scores.values() for alarm in score.alarms}
    marks: list[Line2D | Patch] = [
        Line2D(
            [],
            [],
            marker=marker,
            markerfacecolor=face,
            markeredgecolor=_visible(edge, face),
            linestyle="none",
            label=name,
        )
        for verdict, (marker, face, edge, name) in MARKERS.items()
        if verdict in there
    ]
    return [
        *marks,
        Patch(fill=False, edgecolor=VERMILLION, linestyle="--", label="log, with its tolerances"),
        Patch(fill=False, edgecolor=EXTENT, linewidth=1.6, label="extent in the loops"),
    ]


def contour_caption(road: WatchedRoad, detector: str) -> str:
    """Return what to look for in the picture."""
    of = f", of {len(road.recordings)} recordings the one with the most to see" if len(road.recordings) > 1 else ""
    return (
        f"Speed over time and place on {road.name}{of}; the marks on it are the alarms of {detector}, those below of every "
        "detector. An alarm inside an extent is the incident's; one outside all is false."
    )
