"""Trips: single vehicles sent onto the road while SUMO runs, and when they reach their place. They drive as ordinary traffic.

trips = Trips(road)
session = SumoSession(prepared, blockages, work, "run", trips=trips)
trip = trips.send(entry_edges, 0.0, 4800.0, "engine")   # departs in the next step
...
trip.arrived_s - trip.sent_s
"""

import math
from dataclasses import dataclass, field
from itertools import count

from scenarios.errors import UserError
from simulator.sumo.connection import Sumo
from simulator.sumo.network import Road


@dataclass
class Trip:
    """One vehicle on its way to `place_m`; times are NaN until they are seen.

    `edges`: its route; it departs `depart_pos_m` along the first. `sent_s`: it was told to depart; `departed_s`: it found a gap.
    `track`: the end of each step and the position along the road, m.
    """

    vehicle: str
    edges: tuple[str, ...]
    depart_pos_m: float
    place_m: float
    speed_factor: float
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
        self._starts_m = {piece.edge: piece.start_m for piece in road.pieces}
        self._road, self._numbers = road, count()
        self.sent: list[Trip] = []

    def send(
        self, before: tuple[str, ...], from_m: float, place_m: float, speed_factor: float = 1.0, name: str = "trip"
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
        trip = Trip(f"{name}-{next(self._numbers)}", (*before, *along), depart_pos_m, place_m, speed_factor)
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
        start_m = self._starts_m.get(edge)
        if start_m is None:
            return
        position_m = start_m + sumo.lane_position_m(trip.vehicle)
        trip.track.append((now_s, position_m))
        if position_m >= trip.place_m:
            trip.arrived_s = now_s
