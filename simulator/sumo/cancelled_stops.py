"""Stops of a user's vehicles that are cancelled in a twin, shortly before the vehicles stood there: they drive on instead."""

import math
from collections.abc import Iterable

from simulator.sumo.connection import Sumo
from simulator.sumo.stop_file import StandingVehicle

LEAD_S = 30.0
"""Time before it stood at which a vehicle's stop is cancelled [s]. Chosen: a vehicle brakes for about ten; until then a twin is its
run, which is checked. Longer leaves less that can be checked."""


class CancelledStops:
    """Cancels the stops at which vehicles stood in the run; `act` is called at the end of every step that `next_s` names."""

    def __init__(self, stops: Iterable[StandingVehicle]) -> None:
        self._stops = list(stops)

    def next_s(self, now_s: float) -> float:
        """Return the time [s] of the next necessary call; infinite once all are cancelled."""
        return min((max(math.floor(cancel_s(stop)), now_s + 1) for stop in self._stops), default=math.inf)

    def act(self, sumo: Sumo, now_s: float) -> None:
        """Cancel what is due. A vehicle that has not departed yet is waited for."""
        for stop in list(self._stops):
            if now_s >= math.floor(cancel_s(stop)) and sumo.drives(stop.vehicle):
                sumo.cancel_stop(stop.vehicle, stop.lane, stop.pos_m)
                self._stops.remove(stop)


def cancel_s(stop: StandingVehicle) -> float:
    """Return the time [s] at which a stop is cancelled."""
    return max(stop.started_s - LEAD_S, 0.0)
