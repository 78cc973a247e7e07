"""A picture of an adopted network: all roads, its carriageways by colour, their stations, and what was left out."""

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes

from harness.reporting.figures.figure_style import (
    FAINT,
    GRID,
    INK,
    SERIES,
    SMALL_PT,
    dress,
    legend,
    new_panels,
    write_png,
)
from scenarios.adoption.adopted_study import Study
from scenarios.adoption.carriageways import Carriageway
from scenarios.adoption.network_edges import Network, Points
from scenarios.own_road import OwnRoad

HEIGHT_IN = 5.5
LANE_PT = 0.9
"""Width of a line per lane, points."""
MOST_NAMED = 30
"""Stations with a name in the picture. Chosen: more would cover each other."""


def draw_network(path: Path, network: Network, ways: Sequence[Carriageway], studies: Sequence[Study]) -> None:
    """Write the picture as a PNG file."""
    figure, (axes,) = new_panels(1, HEIGHT_IN, narrow=False)
    of_ways = {edge.edge for way in ways for edge in way.edges}
    for edge in network.edges.values():
        if edge.edge not in of_ways:
            _line(axes, edge.shape, GRID, max(1, edge.lanes) * LANE_PT)
    adopted = {study.name: study for study in studies}
    for number, way in enumerate(ways):
        colour = SERIES[number % len(SERIES)][0] if way.name in adopted else FAINT
        for edge in way.edges:
            _line(axes, edge.shape, colour, edge.lanes * LANE_PT)
        axes.plot([], [], color=colour, linewidth=3, label=way.name + ("" if way.name in adopted else " (not adopted)"))
        if way.name in adopted:
            _stations(axes, way, adopted[way.name].road)
    axes.plot([], [], color=GRID, linewidth=3, label="left out: other roads and ramps")
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel("x, m", fontsize=SMALL_PT)
    axes.set_ylabel("y, m", fontsize=SMALL_PT)
    dress(axes, "Carriageways and stations")
    legend(axes, columns=2, below=0.14)
    write_png(path, figure)


def _line(axes: Axes, shape: Points, colour: str, width_pt: float) -> None:
    points = [point for point in shape if all(map(math.isfinite, point))]
    axes.plot([x for x, _ in points], [y for _, y in points], color=colour, linewidth=width_pt, solid_capstyle="butt")


def _stations(axes: Axes, way: Carriageway, road: OwnRoad) -> None:
    shapes = {edge.edge: edge.shape for edge in way.edges}
    named = len(road.corridor.stations) <= MOST_NAMED
    for station in road.corridor.stations:
        edge = road.edge_at(station.position_m)
        point = point_along(shapes[edge.edge], (station.position_m - edge.start_m) / edge.length_m)
        if point is None:
            continue
        axes.plot(*point, marker="o", markersize=4, markerfacecolor="white", markeredgecolor=INK)
        if named:
            axes.annotate(
                station.name, point, xytext=(4, 4), textcoords="offset points", fontsize=SMALL_PT - 2, color=INK
            )


def point_along(shape: Points, share: float) -> tuple[float, float] | None:
    """Return the point at a share 0..1 of a line's length; None where the line has no length.

    >>> point_along(((0.0, 0.0), (10.0, 0.0), (10.0, 10.0)), 0.75)
    (10.0, 5.0)
    """
    steps = [math.dist(a, b) for a, b in pairwise(shape)]
    left = share * math.fsum(steps)
    for ((x0, y0), (x1, y1)), step in zip(pairwise(shape), steps, strict=True):
        if step and left <= step:
            return x0 + (x1 - x0) * left / step, y0 + (y1 - y0) * left / step
        left -= step
    return None
