"""Loops placed along a carriageway that has none: a station every so many metres, a loop in each through lane."""

from collections.abc import Callable, Sequence
from xml.sax.saxutils import quoteattr

from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError

MARGIN_M = 5.0
"""Distance of a loop from the ends of its edge. Chosen: a vehicle's length."""
LONGEST_SPACING_M = 20_000.0
SHORTEST_SPACING_M = 50.0


def loops_every(edges: Sequence[CorridorEdge], spacing_m: float, period_s: float) -> str:
    """Return an additional file with a station every `spacing_m` along the edges, the first half of that behind the start.

    Raises UserError for a spacing that leaves no section.
    """
    if not SHORTEST_SPACING_M <= spacing_m <= LONGEST_SPACING_M:
        raise UserError(
            f"--spacing: wanted {SHORTEST_SPACING_M:g} to {LONGEST_SPACING_M:g} m between stations, got {spacing_m:g}"
        )
    end_m = edges[-1].end_m
    first_m = min(spacing_m / 2, end_m / 4)
    places = [first_m + spacing_m * number for number in range(int((end_m - first_m) / spacing_m) + 1)]
    rows, stations = _loops(edges, places, period_s, lambda number, _: f"S{number}")
    if stations <= 1:
        raise UserError(
            f"--spacing: {spacing_m:g} m leaves {stations} station on {end_m:.0f} m of road, wanted two or more"
        )
    return f"<additional>\n{rows}</additional>\n"


def loops_at(edges: Sequence[CorridorEdge], positions_m: Sequence[float], period_s: float) -> str:
    """Return an additional file with a loop in each through lane at positions along the edges, named after these."""
    rows, _ = _loops(edges, positions_m, period_s, lambda _, position_m: f"at{position_m:.1f}")
    return f"<additional>\n{rows}</additional>\n"


def _loops(
    edges: Sequence[CorridorEdge],
    places_m: Sequence[float],
    period_s: float,
    name: Callable[[int, float], str],
) -> tuple[str, int]:
    """The loops as XML, and the number of their stations; `name` gives a station's by its number and place."""
    rows = []
    stations = 0
    for wanted_m in places_m:
        edge = next((each for each in edges if each.start_m <= wanted_m < each.end_m), None)
        if edge is None or edge.length_m < 2 * MARGIN_M:
            continue
        pos_m = min(max(wanted_m - edge.start_m, MARGIN_M), edge.length_m - MARGIN_M)
        stations += 1
        called = name(stations, wanted_m)
        for lane in edge.lane_numbers:
            sumo_lane = edge.lane(lane)
            rows.append(
                f'    <inductionLoop id="{called}_{lane}" lane={quoteattr(sumo_lane)} pos="{pos_m:.2f}" '
                f'period="{period_s:g}" file="NUL"/>\n'
            )
    return "".join(rows), stations
