"""The road around an incident at the end of a frame: queue, and vehicles up- and downstream, lane by lane.

The queue stands or crawls behind the blockage: vehicles slower than `QUEUE_SPEED_MPS` with gaps below `QUEUE_GAP_M`, chained
back from the blocked position; a faster vehicle among them is skipped. The queue may reach over the upstream
station, and `tail_m` says how far.
"""

from dataclasses import dataclass

from scenarios.corridor import Corridor
from simulator.sumo.connection import Sumo
from simulator.sumo.road import Road

QUEUE_SPEED_MPS = 8.3
"""30 km/h. Chosen: below the speed of dense moving traffic; a higher one counts slow traffic as queue."""
QUEUE_GAP_M = 150.0
"""Chosen: spans vehicles that leave the lane; a longer one chains vehicles that only follow."""


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane at an incident at one time: vehicles up- and downstream within the section, the queue, and its tail."""

    lane: int
    queue: int
    tail_m: float
    upstream: int
    downstream: int


def lane_views(
    sumo: Sumo, road: Road, corridor: Corridor, position_m: float, blocked: frozenset[int]
) -> list[LaneView]:
    """Return all through lanes at `position_m` now. The queue is counted in `blocked` lanes, 0 elsewhere."""
    section = corridor.section_at(position_m)
    start_m = corridor.stations[section].position_m
    end_m = corridor.stations[section + 1].position_m
    views = []
    for lane in road.piece_at(position_m).lane_numbers:
        inside = [front for front, _ in _vehicles(sumo, road, lane, start_m, end_m)]
        queue, tail_m = _queue(sumo, road, lane, position_m) if lane in blocked else (0, position_m)
        # The vehicle that blocks stands with its front at the position: it is the blockage, not its queue.
        upstream = sum(front < position_m - 1 for front in inside)
        downstream = sum(front > position_m + 1 for front in inside)
        views.append(LaneView(lane, queue, tail_m, upstream, downstream))
    return views


def vehicles_held(sumo: Sumo, road: Road, corridor: Corridor) -> int:
    """Return the vehicles on the road or waiting to enter it, without those that have left the corridor past its last station.

    On a site all count: its road ends behind the last station.
    """
    number = sumo.vehicles_in_system()
    if road.around is None:
        return number
    end_m = corridor.stations[-1].position_m
    gone = sum(sumo.vehicles_on_edge(edge) for edge in road.around.beyond)
    for piece in road.pieces:
        if piece.end_m > end_m:
            gone += sum(piece.start_m + position_m > end_m for position_m in sumo.positions_on_edge(piece.edge))
    return number - gone


def _vehicles(sumo: Sumo, road: Road, lane: int, start_m: float, end_m: float) -> list[tuple[float, str]]:
    """Fronts [m along the corridor] and names of the vehicles in a through lane, in downstream order."""
    found = []
    for piece in road.pieces:
        if piece.end_m > start_m and piece.start_m < end_m and lane in piece.lane_numbers:
            for vehicle in sumo.vehicles_on(piece.lane(lane)):
                front = piece.start_m + sumo.lane_position_m(vehicle)
                if start_m <= front <= end_m:
                    found.append((front, vehicle))
    return sorted(found)


def _queue(sumo: Sumo, road: Road, lane: int, position_m: float) -> tuple[int, float]:
    """Vehicles in the queue behind `position_m` in `lane`, and the position [m] of its tail."""
    tail_m, queue = position_m, 0
    for piece in reversed([piece for piece in road.pieces if piece.start_m < position_m]):
        if lane not in piece.lane_numbers:  # the lane begins downstream
            return queue, tail_m
        name = piece.lane(lane)
        for vehicle in reversed(sumo.vehicles_on(name)):
            front = piece.start_m + sumo.lane_position_m(vehicle)
            if front > position_m - 1:
                continue
            if tail_m - front > QUEUE_GAP_M:
                return queue, tail_m
            if sumo.speed_mps(vehicle) < QUEUE_SPEED_MPS:
                queue, tail_m = queue + 1, front
        if tail_m - piece.start_m > QUEUE_GAP_M:
            return queue, tail_m
    return queue, tail_m
