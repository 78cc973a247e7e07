"""The road of a placement study: its ramps, places for stations, incidents, and the best placement of each size.

Drawn for a desktop with names at the side, or `narrow` for a phone with each name above its row.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import (
    BLUE,
    DPI,
    FAINT,
    GREEN,
    GRID,
    INK,
    ORANGE,
    SMALL_PT,
    TEXT_PT,
    VERMILLION,
    WIDE_IN,
    WIDTH_IN,
)
from harness.studies.placement.judge_placement import PlacementScore
from harness.studies.placement.own_dense_road import OwnStudyRoad
from harness.studies.placement.placement_study import PlacementFindings

LANE_H = 0.16  # drawn height of a lane on the road
RAMP_SLANT = 0.004  # drawn slant of a ramp, as a share of the road's length
UNDER_TEXT = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6}
ROAD_IN = 2.2  # height of the road with its legend
ROAD_WITHOUT_RAMPS_IN = 1.4  # the same where no ramps are drawn under it


def draw_road(findings: PlacementFindings, narrow: bool = False) -> Figure:
    """Return the figure of the road with its ramps, the places for stations, the incidents, and the best placements."""
    rows = [(findings.own.label, findings.own, INK), *((each.label, each, BLUE) for each in findings.best)]
    if findings.sturdy is not None:
        rows.append(("for dead loops", findings.sturdy, GREEN))
    full_in = ROAD_IN if findings.road.ramp else ROAD_WITHOUT_RAMPS_IN
    road_in, rows_in = (full_in + 0.7, 0.7 + 0.52 * len(rows)) if narrow else (full_in, 0.7 + 0.36 * len(rows))
    size = (WIDTH_IN if narrow else WIDE_IN, road_in + rows_in)
    figure = Figure(figsize=size, dpi=DPI, layout="constrained", facecolor="white")
    road, below = figure.subplots(2, 1, sharex=True, height_ratios=[full_in, rows_in])
    _draw_lanes(road, findings)
    figure.legend(
        *road.get_legend_handles_labels(),
        loc="outside upper center",
        ncols=2 if narrow else 5,
        fontsize=SMALL_PT,
        frameon=False,
        handletextpad=0.3,
    )
    for number, (_, found, colour) in enumerate(rows):
        at_km = np.array(found.placement.positions_m(findings.dense)) / 1000
        if found.label == findings.chosen.label:
            below.axhspan(number - (0.75 if narrow else 0.42), number + 0.42, color="#e8f1f8", zorder=0)
            for each in at_km:
                below.plot([each, each], [-0.7, number], color=BLUE, linewidth=0.7, alpha=0.5, zorder=1)
        below.plot(at_km, [number] * len(at_km), color=GRID, linewidth=1, zorder=1)
        marker = "D" if colour == INK else "o"
        below.plot(at_km, [number] * len(at_km), marker, color=colour, markersize=6.5, zorder=3, clip_on=False)
    names = [f"{label}{'  (chosen)' if found.label == findings.chosen.label else ''}" for label, found, _ in rows]
    delays = [f"{found.test.delay.mean:.0f} s" for _, found, _ in rows]
    below.set_ylim(len(rows) - 0.4, -0.95)
    right = below.twinx()
    right.set_ylim(below.get_ylim())
    if narrow:
        below.set_yticks([])
        right.set_yticks([])
        start_km = below.get_xlim()[0]
        for number, (name, delay) in enumerate(zip(names, delays, strict=True)):
            text = f"{name}: test delay {delay}"
            below.text(
                start_km, number - 0.3, text, fontsize=SMALL_PT, color=INK, va="bottom", zorder=4, bbox=UNDER_TEXT
            )
    else:
        below.set_yticks(range(len(rows)), names, fontsize=TEXT_PT)
        right.set_yticks(range(len(rows)), delays, fontsize=TEXT_PT)
        right.text(1.0, -0.65, "  test delay", transform=right.get_yaxis_transform(), fontsize=SMALL_PT, color=FAINT)
    below.set_xlabel("position, km downstream  (traffic →)", fontsize=SMALL_PT)
    for axes in (road, below, right):
        for side in axes.spines.values():
            side.set_visible(False)
        axes.tick_params(length=0, colors=INK, labelsize=SMALL_PT)
    return figure


def _draw_lanes(axes: Axes, findings: PlacementFindings) -> None:
    road, site = findings.road, findings.site
    first_m, last_m = road.station[0].position_m, road.station[-1].position_m
    height = LANE_H * road.lanes
    for start_km, end_km, lanes in _lane_pieces(findings):
        middles = [_at_lane(findings, lane) for lane in lanes]
        lowest, highest = min(middles) - LANE_H / 2, max(middles) + LANE_H / 2
        axes.fill_between([start_km, end_km], lowest, highest, color="#d9d9d9", linewidth=0)
        for middle in sorted(middles)[1:]:
            axes.plot([start_km, end_km], [middle - LANE_H / 2] * 2, color="white", linewidth=0.8, dashes=(6, 4))
    for ramp in road.ramp:
        start, end = ramp.start_m / 1000, ramp.end_m / 1000
        axes.fill_between([start, end], -LANE_H, 0, color="#bdbdbd", linewidth=0)
        # steep arrows with names outside: an off-ramp ends shortly before the next on-ramp begins
        on = ramp.kind == "on"
        slant_km = RAMP_SLANT * (last_m - first_m) / 1000
        tip, foot = (start, start - slant_km) if on else (end, end + slant_km)
        ends = ((tip, -LANE_H / 2), (foot, -4 * LANE_H))
        arrow = {"arrowstyle": "-|>" if on else "<|-", "color": FAINT, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", *ends, arrowprops=arrow)
        axes.text(tip, -4.4 * LANE_H, ramp.name, ha="left" if on else "right", va="top", fontsize=SMALL_PT, color=FAINT)
    for number, (start_m, end_m) in enumerate(findings.study.candidates.forbidden_m):
        label = "no station allowed" if number == 0 else None
        axes.axvspan(start_m / 1000, end_m / 1000, ymin=0.3, color=VERMILLION, alpha=0.22, linewidth=0, label=label)
    free = sorted({site.positions_m[option.station] for option in site.options})
    axes.plot(
        [each / 1000 for each in free],
        [height + 0.1] * len(free),
        "|",
        color=FAINT,
        markersize=7,
        label=f"station allowed ({len(free)} places)",
    )
    standing = [site.positions_m[at.station] / 1000 for at in site.fixed]
    axes.plot(standing, [height + 0.1] * len(standing), "s", color=INK, markersize=6, label="existing, kept")
    for which, judged, mark in (("calibration", findings.chosen.calibration, "1"), ("test", findings.chosen.test, "x")):
        _incidents(axes, findings, judged, mark, f"{which} incidents")
    axes.set_ylim(-6.2 * LANE_H if road.ramp else -0.35, height + 0.35)
    axes.set_yticks([])


def _lane_pieces(findings: PlacementFindings) -> list[tuple[float, float, Sequence[int]]]:
    """Where the road has which lanes, by start and end [km]: everywhere the same on a site, and edge by edge on an own network."""
    road = findings.road
    first_m, last_m = road.station[0].position_m, road.station[-1].position_m
    if isinstance(road, OwnStudyRoad):
        edges = [edge for edge in road.road.edges if edge.end_m > first_m and edge.start_m < last_m]
        return [
            (max(edge.start_m, first_m) / 1000, min(edge.end_m, last_m) / 1000, edge.lane_numbers) for edge in edges
        ]
    return [(first_m / 1000, last_m / 1000, range(road.lanes))]


def _at_lane(findings: PlacementFindings, lane: float) -> float:
    """Where the middle of a lane is drawn; traffic drives to the right, so lane 0 is below, above where traffic keeps left."""
    row = findings.road.lanes - 1 - lane if findings.dense.keeps_left else lane
    return LANE_H * (row + 0.5)


def _incidents(axes: Axes, findings: PlacementFindings, judged: PlacementScore, mark: str, label: str) -> None:
    incidents = judged.score.incident_outcomes
    lanes = [_at_lane(findings, float(np.mean(each.lanes))) for each in incidents]
    colour = ORANGE if mark == "1" else VERMILLION
    axes.plot([each.position_m / 1000 for each in incidents], lanes, mark, color=colour, markersize=6, label=label)
