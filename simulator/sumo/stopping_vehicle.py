"""The vehicle that blocks a lane: the nearest one upstream that can stop at the place comfortably.

On a site it is looked for in its lane on the place's edge, whose 300 m upstream are enough. On a user's own network, whose edges
may be short, it is looked for on the edges upstream too, along the connections; it must pass the place, and have no stops of its
own. Where nobody drives in the lane for a while, a vehicle of a lane beside is sent there.
"""

from simulator.sumo.connection import Sumo
from simulator.sumo.road import LanePoint, Road

COMFORTABLE_DECELERATION = 2.5
"""Deceleration of a vehicle that stops [m/s2]. Chosen: the IDM set's `decel`, and below the 4 m/s2 of the Krauss set."""
REACTION_S = 2.0
"""Time before it brakes. Chosen: twice SUMO's step, so that no vehicle gets a stop that it cannot make."""
RAMP_UP_M = 400.0
"""Longest distance at which a vehicle is chosen. Chosen: one further upstream would take long to arrive."""
PATIENCE_S = 30.0
"""Time without a vehicle in the lane after which one of a lane beside is taken. Chosen: one comes by then where 120 veh/h drive."""
CHANGING_M = 100.0
"""Room to change lanes before it brakes [m]. Chosen: some three seconds at free speed."""


def stopped_vehicle(sumo: Sumo, road: Road, place: LanePoint, beside_the_road: bool, waited_s: float) -> str | None:
    """Give the nearest vehicle that can stop at `place` a stop there, and return it; None where there is none.

    `waited_s` is the time since one was first looked for. The vehicle may be in another lane then, or on an edge upstream.
    """
    index = int(place.lane.rsplit("_", 1)[1])
    if road.around is None:
        for vehicle in reversed(sumo.vehicles_on(place.lane)):
            if _can_stop(sumo, vehicle, place.pos_m - sumo.lane_position_m(vehicle)):
                sumo.stop_at(vehicle, place.edge, place.pos_m, index, beside_the_road)
                return vehicle
        return None
    if waited_s >= PATIENCE_S:
        others = [lane for lane in road.lanes_beside(place) if lane != place.lane]
        sources = [(each, CHANGING_M) for lane in others for each in road.approaches(_in(place, lane), RAMP_UP_M)]
    else:
        sources = []
    for (lane, ahead_m), room_m in [*((each, 0.0) for each in road.approaches(place, RAMP_UP_M)), *sources]:
        for vehicle in reversed(sumo.vehicles_on(lane)):
            distance_m = ahead_m - sumo.lane_position_m(vehicle)
            free = sumo.passes(vehicle, place.edge) and not sumo.has_stops(vehicle)
            if (
                free
                and _can_stop(sumo, vehicle, distance_m, room_m)
                and sumo.accepts_stop(vehicle, place.edge, place.pos_m, index)
            ):
                if not room_m:
                    sumo.keep_lane(vehicle)
                return vehicle
    return None


def _in(place: LanePoint, lane: str) -> LanePoint:
    return LanePoint(place.edge, lane, place.pos_m)


def _can_stop(sumo: Sumo, vehicle: str, distance_m: float, room_m: float = 0.0) -> bool:
    speed = sumo.speed_mps(vehicle)
    needed_m = speed * REACTION_S + speed**2 / (2 * COMFORTABLE_DECELERATION) + 1 + room_m
    return needed_m <= distance_m <= RAMP_UP_M
