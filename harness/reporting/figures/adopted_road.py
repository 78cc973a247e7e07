"""A picture of an adopted network: all roads, its carriageways by colour, their stations, and what was left out."""

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from harness.reporting.figures.figure_style import (
    FAINT,
    GRID,
    INK,
    SERIES,
    SMALL_PT,
    WIDE_IN,
    dress,
    legend_below,
    new_panels,
    write_png,
)
from scenarios.adoption.adopted_study import Study
from scenarios.adoption.carriageways import Carriageway
from scenarios.adoption.network_edges import Network, Points
from scenarios.own_road import OwnRoad

Point = tuple[float, float]
LEANING = 0.4
"""Share of a direction along an axis from which a name lies on that side of its station, and not beside its middle."""
HEIGHTS_IN = (2.4, 5.5)
"""Least and largest height of the picture, inches: a straight road needs little."""
MARGINS_IN = 1.5
"""Title, axis labels and legend, inches."""
LANE_PT = 0.9
"""Width of a line per lane, points."""
LONG_NAME = 36
"""Characters of a name of which the legend has three beside each other. Measured: 36 take a third of the width."""
MOST_NAMED = 30
"""Stations of a carriageway with a name in the picture. Chosen: more would cover each other."""
NAME_PT = SMALL_PT - 2
"""Size of a station's name, points."""
STEPS_PT = tuple(7 + 1.6 * NAME_PT * line for line in range(3))
"""Distances of a name from its station, points, tried until it covers no other; then it is left out."""


def draw_network(path: Path, network: Network, ways: Sequence[Carriageway], studies: Sequence[Study]) -> None:
    """Write the picture as a PNG file."""
    write_png(path, network_figure(network, ways, studies))


def network_figure(network: Network, ways: Sequence[Carriageway], studies: Sequence[Study]) -> Figure:
    """Return the picture: an arrow at a carriageway's end shows its direction; names are on its outer side."""
    figure, (axes,) = new_panels(1, _height_in(network), narrow=False)
    of_ways = {edge.edge for way in ways for edge in way.edges}
    others = [edge for edge in network.edges.values() if edge.edge not in of_ways]
    for edge in others:
        _line(axes, edge.shape, GRID, max(1, edge.lanes) * LANE_PT)
    adopted = {study.name: study for study in studies}
    names: list[tuple[Annotation, Point]] = []
    for number, way in enumerate(ways):
        colour = SERIES[number % len(SERIES)][0] if way.name in adopted else FAINT
        for edge in way.edges:
            _line(axes, edge.shape, colour, edge.lanes * LANE_PT)
        _arrow(axes, way.edges[-1].shape, colour)
        axes.plot([], [], color=colour, linewidth=3, label=way.name + ("" if way.name in adopted else " (not adopted)"))
        if way.name in adopted:
            names += _stations(axes, way, adopted[way.name].road, colour)
    if others:
        axes.plot([], [], color=GRID, linewidth=3, label="left out: other roads and ramps")
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.04, 0.12)
    axes.set_xlabel("x, m", fontsize=SMALL_PT)
    axes.set_ylabel("y, m", fontsize=SMALL_PT)
    dress(axes, "Carriageways and stations")
    longest = max((len(way.name) for way in ways), default=0)
    legend_below(figure, axes, 3 if longest <= LONG_NAME else 2)
    _spread(figure, names)
    return figure


def _height_in(network: Network) -> float:
    """The height that the network needs at the picture's width."""
    points = [point for edge in network.edges.values() for point in _finite(edge.shape)]
    if not points:
        return HEIGHTS_IN[1]
    (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    wanted_in: float = MARGINS_IN + WIDE_IN * (high - low) / max(right - left, 1.0)
    return min(max(wanted_in, HEIGHTS_IN[0]), HEIGHTS_IN[1])


def _finite(shape: Points) -> list[Point]:
    return [point for point in shape if all(map(math.isfinite, point))]


def _line(axes: Axes, shape: Points, colour: str, width_pt: float) -> None:
    points = _finite(shape)
    axes.plot([x for x, _ in points], [y for _, y in points], color=colour, linewidth=width_pt, solid_capstyle="butt")


def _arrow(axes: Axes, shape: Points, colour: str) -> None:
    """An arrow head at the end of a line."""
    points = _finite(shape)
    before = next((point for point in reversed(points) if point != points[-1]), None)
    if before is not None:
        arrow = {"arrowstyle": "-|>", "color": colour, "mutation_scale": 20, "shrinkA": 0, "shrinkB": 0, "linewidth": 0}
        (x0, y0), (x1, y1) = before, points[-1]
        share = min(1.0, 1.0 / math.dist(before, points[-1]))
        near = (x1 + (x0 - x1) * share, y1 + (y0 - y1) * share)
        axes.annotate("", points[-1], near, arrowprops=arrow)


def _stations(axes: Axes, way: Carriageway, road: OwnRoad, colour: str) -> list[tuple[Annotation, Point]]:
    """Draw a carriageway's stations; return their names, each with the direction in which it lies from its station."""
    shapes = {edge.edge: edge.shape for edge in way.edges}
    named = len(road.corridor.stations) <= MOST_NAMED
    names = []
    for station in road.corridor.stations:
        edge = road.edge_at(station.position_m)
        share = (station.position_m - edge.start_m) / edge.length_m
        point = point_along(shapes[edge.edge], share)
        if point is None:
            continue
        axes.plot(*point, marker="o", markersize=4, markerfacecolor="white", markeredgecolor=INK)
        if named:
            outer = _outer_side(shapes[edge.edge], share, road.corridor.keeps_left)
            name = axes.annotate(
                station.name,
                point,
                (0, 0),
                textcoords="offset points",
                fontsize=NAME_PT,
                color=colour,
                ha="left" if outer[0] > LEANING else "right" if outer[0] < -LEANING else "center",
                va="bottom" if outer[1] > LEANING else "top" if outer[1] < -LEANING else "center",
            )
            names.append((name, outer))
    return names


def _outer_side(shape: Points, share: float, keeps_left: bool) -> Point:
    """The direction from the road to the side of slow traffic at a share of a line's length, of length 1."""
    before, after = (point_along(shape, min(max(share + step, 0.0), 1.0)) for step in (-0.01, 0.01))
    if before is None or after is None or before == after:
        return 0.0, 1.0
    x, y = after[0] - before[0], after[1] - before[1]
    side = (-1 if keeps_left else 1) / math.hypot(x, y)
    return y * side, -x * side


def _spread(figure: Figure, names: Sequence[tuple[Annotation, Point]]) -> None:
    """Move names away from the road until none covers another; those that still would are left out."""
    figure.draw_without_rendering()
    kept: list[Bbox] = []
    for name, (x, y) in names:
        for step_pt in STEPS_PT:
            name.set_position((x * step_pt, y * step_pt))
            box = name.get_window_extent()
            if not any(box.overlaps(other) for other in kept):
                kept.append(box)
                break
        else:
            name.set_visible(False)


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
