"""Trips: single vehicles sent onto the road while SUMO runs, and when they reach their place. They drive as ordinary traffic.

One that was told which lanes are blocked leaves them, and keeps out of them, from AVOID_M before its place on.

trips = Trips(road)
session = SumoSession(prepared, blockages, work, "run", trips=trips)
trip = trips.send(entry_edges, 0.0, 4800.0)   # departs in the next step
...
trip.arrived_s - trip.sent_s
"""

import math
from dataclasses import dataclass, field
from itertools import count

from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from simulator.sumo.connection import Sumo
from simulator.sumo.road import Road

AVOID_M = 2000.0
"""Distance before its place from which a driver keeps out of lanes that are blocked there, m. Chosen: further than most queues
reach, so that a lane is left before its queue."""
KEEP_S = 2.0
"""Time for which a lane is asked for, s. Chosen: twice SUMO's step, it is asked for anew in each."""


@dataclass
class Trip:
    """One vehicle on its way to `place_m`; times are NaN until they are seen.

    `edges`: its route; it departs `depart_pos_m` along the first. `avoid`: through lanes that it was told are blocked.
    `sent_s`: it was told to depart; `departed_s`: it found a gap. `track`: the end of each step and the position on the road, m.
    """

    vehicle: str
    edges: tuple[str, ...]
    depart_pos_m: float
    place_m: float
    speed_factor: float
    avoid: frozenset[int] = frozenset()
    sent_s: float = math.nan
    departed_s: float = math.nan
    arrived_s: float = math.nan
    track: list[tuple[float, float]] = field(default_factory=list)

    @property
    def drives(self) -> bool:
        """Whether it is on its way, or waits to depart."""
        return math.isnan(self.arrived_s)


class Trips:
    """All trips of a run; `act` is called at the end of every step while one drives."""

    def __init__(self, road: Road) -> None:
        self._pieces = {piece.edge: piece for piece in road.pieces}
        self._road, self._numbers = road, count()
        self.sent: list[Trip] = []

    def send(
        self,
        before: tuple[str, ...],
        from_m: float,
        place_m: float,
        speed_factor: float = 1.0,
        avoid: frozenset[int] = frozenset(),
    ) -> Trip:
        """Send a vehicle over the edges `before` (a ramp, or none), from `from_m` along the road to a place on it.

        Without `before` it departs at `from_m` itself. Raises UserError for places that are not on the road.
        """
        first, last = self._road.piece_at(from_m), self._road.piece_at(place_m)
        if place_m <= from_m:
            raise UserError(f"a trip leads downstream: wanted a place after {from_m:.0f} m, got {place_m:.0f} m")
        pieces = self._road.pieces
        along = [piece.edge for piece in pieces[pieces.index(first) : pieces.index(last) + 1]]
        depart_pos_m = 0.0 if before else from_m - first.start_m
        trip = Trip(f"trip-{next(self._numbers)}", (*before, *along), depart_pos_m, place_m, speed_factor, avoid)
        self.sent.append(trip)
        return trip

    def next_s(self, now_s: float) -> float:
        """Return the time [s] of the next necessary call; infinite where nobody drives."""
        return now_s + 1 if any(trip.drives for trip in self.sent) else math.inf

    def act(self, sumo: Sumo, now_s: float) -> None:
        """Let those depart that were sent, and watch the others."""
        for trip in self.sent:
            if math.isnan(trip.sent_s):
                sumo.send(trip.vehicle, trip.edges, "car", trip.depart_pos_m, trip.speed_factor)
                trip.sent_s = now_s
            elif trip.drives:
                self._watch(trip, sumo, now_s)

    def _watch(self, trip: Trip, sumo: Sumo, now_s: float) -> None:
        edge = sumo.edge_of(trip.vehicle)
        if edge is None:  # it has reached the end of its route, the place is on its last edge
            trip.arrived_s = now_s
            return
        if edge and math.isnan(trip.departed_s):
            trip.departed_s = now_s
        piece = self._pieces.get(edge)
        if piece is None:
            return
        position_m = piece.start_m + sumo.lane_position_m(trip.vehicle)
        trip.track.append((now_s, position_m))
        if position_m >= trip.place_m:
            trip.arrived_s = now_s
        elif trip.avoid and position_m >= trip.place_m - AVOID_M:
            self._keep_out(trip, piece, sumo)

    def _keep_out(self, trip: Trip, piece: CorridorEdge, sumo: Sumo) -> None:
        """Ask for the nearest lane that is not blocked, the right one of two."""
        now = sumo.lane_index(trip.vehicle)
        through = [index for index in piece.through if index is not None]
        free = [index for lane, index in enumerate(piece.through) if index is not None and lane not in trip.avoid]
        if free and now in through:
            wanted = min(free, key=lambda index: (abs(index - now), index))
            sumo.ask_for_lane(trip.vehicle, wanted, KEEP_S)
