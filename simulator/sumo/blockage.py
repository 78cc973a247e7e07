"""Blockages: passing vehicles stop in their lanes, and later drive on.

A vehicle that can brake comfortably gets a stop at the place and may not change lanes. Once it stands, SUMO's drivers see it as
an obstacle. Onset and clearance are observed times; the onset is 8 to 18 s after the scenario's `onset_s`. While lanes are blocked,
the edge just downstream may get a lower limit in all lanes: rubbernecking.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from scenarios.errors import UserError
from scenarios.incident import Incident, ShoulderStop
from scenarios.sight import LOOK_START_M
from simulator.sumo.connection import Sumo
from simulator.sumo.road import Road
from simulator.sumo.stopping_vehicle import stopped_vehicle


@dataclass
class Blockage:
    """One incident or stop on the shoulder, while it happens. `act` is called at the end of every step.

    `onset_s` and `clearance_s` are NaN until they are observed.
    """

    event: Incident | ShoulderStop
    road: Road
    onset_s: float = math.nan
    clearance_s: float = math.nan
    _chosen: dict[int, str] = field(default_factory=dict)
    _standing: set[int] = field(default_factory=set)
    _leaving: set[int] = field(default_factory=set)
    _resumed: bool = False
    _usual_limit_mps: float = math.nan

    @property
    def lanes(self) -> tuple[int, ...]:
        """Through lanes whose vehicles are stopped (for the shoulder, the outermost)."""
        return self.event.lanes if isinstance(self.event, Incident) else (0,)

    @property
    def vehicles(self) -> tuple[str, ...]:
        """The vehicles that were stopped."""
        return tuple(self._chosen.values())

    @property
    def ends_s(self) -> float:
        """The time [s] at which the standing vehicles may drive on."""
        return self.event.onset_s + self.event.duration_s

    def next_s(self, now_s: float) -> float:
        """Return the time [s] of the next necessary call; infinite once the blockage is over."""
        if not math.isnan(self.clearance_s):
            return math.inf
        if now_s < self.event.onset_s:
            return math.ceil(self.event.onset_s)
        if len(self._standing) == len(self.lanes) and now_s < self.ends_s:
            return math.ceil(self.ends_s)
        return now_s + 1

    def act(self, sumo: Sumo, now_s: float) -> None:
        """Choose, watch and release the stopping vehicles. Raises UserError where no vehicle stopped in time."""
        if now_s < self.event.onset_s or not math.isnan(self.clearance_s):
            return
        if now_s < self.ends_s:
            self._stop(sumo, now_s)
        else:
            self._release(sumo, now_s)

    def _stop(self, sumo: Sumo, now_s: float) -> None:
        beside = isinstance(self.event, ShoulderStop)
        for lane in self.lanes:
            place = self.road.lane_point(self.event.position_m, lane)
            if lane in self._chosen and lane not in self._standing and not sumo.drives(self._chosen[lane]):
                del self._chosen[lane]  # its trip ended before the place
            if lane not in self._chosen:
                vehicle = stopped_vehicle(sumo, self.road, place, beside, now_s - self.event.onset_s)
                if vehicle is not None:
                    self._chosen[lane] = vehicle
            elif lane not in self._standing:
                vehicle = self._chosen[lane]
                if sumo.lane_of(vehicle) == place.lane:
                    sumo.keep_lane(vehicle)
                if sumo.stands(vehicle) and (beside or sumo.lane_of(vehicle) == place.lane):
                    self._standing.add(lane)
                    if math.isnan(self.onset_s):
                        self.onset_s = now_s
                        self._look(sumo)

    def _release(self, sumo: Sumo, now_s: float) -> None:
        if not self._resumed:
            missing = [lane for lane in self.lanes if lane not in self._standing]
            if missing:
                raise UserError(
                    f"the stop at {self.event.position_m:.0f} m: wanted a vehicle to stop in lane {missing[0]} between "
                    f"{self.event.onset_s:.0f} and {self.ends_s:.0f} s, got none: too little traffic (is demand_vphpl per hour "
                    "and lane? a later onset, a longer duration or more demand helps)"
                )
            for lane in self.lanes:
                sumo.resume(self._chosen[lane])
            self._resumed = True
            self._look_away(sumo)
            return
        for lane in self.lanes:
            if lane not in self._leaving and not sumo.stands(self._chosen[lane]):
                self._leaving.add(lane)
        if len(self._leaving) == len(self.lanes):
            self.clearance_s = now_s

    def _look(self, sumo: Sumo) -> None:
        if self.event.rubbernecking_mps is None:
            return
        place = self.road.lane_point(self.event.position_m + LOOK_START_M + 1, 0)
        self._usual_limit_mps = sumo.limit_mps(place.lane)
        sumo.set_limit(place.edge, self.event.rubbernecking_mps)

    def _look_away(self, sumo: Sumo) -> None:
        if not math.isnan(self._usual_limit_mps):
            place = self.road.lane_point(self.event.position_m + LOOK_START_M + 1, 0)
            sumo.set_limit(place.edge, self._usual_limit_mps)


def blockages(events: Iterable[Incident | ShoulderStop], road: Road) -> tuple[Blockage, ...]:
    """Return a blockage for each event, in order, before anything has happened."""
    return tuple(Blockage(event, road) for event in events)
