"""Lanes become blocked because passing vehicles stop, and free again because they drive on.

A vehicle that can brake comfortably is told to stop at the place and not to change lanes; standing, SUMO's drivers see it
as the obstacle it is. Onset and clearance are what is then observed, 8 to 18 s after the time asked for. While lanes are
blocked, the piece of road just downstream may be slower in all lanes: rubbernecking.
"""

import math
from dataclasses import dataclass, field

from scenarios.errors import UserError
from scenarios.files.scenario_checks import LOOK_START_M
from scenarios.incident import Incident, ShoulderStop
from simulator.sumo.connection import Sumo
from simulator.sumo.network import Road

COMFORTABLE_DECELERATION = 2.5
"""m/s2, well below the 4 m/s2 that drivers of the Krauss set can do and the IDM set's 2.5 at its edge."""
REACTION_S = 2.0
RAMP_UP_M = 400.0
"""A vehicle further upstream than this is not chosen: it would take long to arrive."""


@dataclass
class Blockage:
    """One incident (or a stop on the shoulder) as it unfolds. `act` is called at the end of every step while `busy`."""

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
        """Through lanes whose vehicles are stopped (for the shoulder, the rightmost)."""
        return self.event.lanes if isinstance(self.event, Incident) else (0,)

    @property
    def ends_s(self) -> float:
        """When the standing vehicles are told to drive on."""
        return self.event.onset_s + self.event.duration_s

    def next_s(self, now_s: float) -> float:
        """When it must be called next: infinity once all is over."""
        if not math.isnan(self.clearance_s):
            return math.inf
        if now_s < self.event.onset_s:
            return math.ceil(self.event.onset_s)
        if len(self._standing) == len(self.lanes) and now_s < self.ends_s:
            return math.ceil(self.ends_s)
        return now_s + 1

    def act(self, sumo: Sumo, now_s: float) -> None:
        """Choose, watch and release the stopping vehicles. Raises UserError where none could be stopped in time."""
        if now_s < self.event.onset_s or not math.isnan(self.clearance_s):
            return
        if now_s < self.ends_s:
            self._stop(sumo, now_s)
        else:
            self._release(sumo, now_s)

    def _stop(self, sumo: Sumo, now_s: float) -> None:
        beside = isinstance(self.event, ShoulderStop)
        for lane in self.lanes:
            place = self.road.place(self.event.position_m, lane)
            if lane not in self._chosen:
                vehicle = _able_to_stop(sumo, place.lane, place.pos_m)
                if vehicle is not None:
                    index = int(place.lane.rsplit("_", 1)[1])
                    sumo.stop_at(vehicle, place.edge, place.pos_m, index, beside)
                    self._chosen[lane] = vehicle
            elif lane not in self._standing and sumo.stands(self._chosen[lane]):
                self._standing.add(lane)
                if math.isnan(self.onset_s):
                    self.onset_s = now_s
                    self._look(sumo)

    def _release(self, sumo: Sumo, now_s: float) -> None:
        if not self._resumed:
            missing = [lane for lane in self.lanes if lane not in self._standing]
            if missing:
                raise UserError(
                    f"the incident at {self.event.position_m:.0f} m asked for {self.event.onset_s:.0f} s never blocked lane "
                    f"{missing[0]} by {self.ends_s:.0f} s: too little traffic there (a longer duration, or more demand)"
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
        place = self.road.place(self.event.position_m + LOOK_START_M + 1, 0)
        self._usual_limit_mps = sumo.limit_mps(place.lane)
        sumo.set_limit(place.edge, self.event.rubbernecking_mps)

    def _look_away(self, sumo: Sumo) -> None:
        if not math.isnan(self._usual_limit_mps):
            place = self.road.place(self.event.position_m + LOOK_START_M + 1, 0)
            sumo.set_limit(place.edge, self._usual_limit_mps)


def _able_to_stop(sumo: Sumo, lane: str, pos_m: float) -> str | None:
    """The vehicle nearest upstream of `pos_m` that can stop there comfortably, or None."""
    for vehicle in reversed(sumo.vehicles_on(lane)):
        distance = pos_m - sumo.lane_position_m(vehicle)
        speed = sumo.speed_mps(vehicle)
        if speed * REACTION_S + speed**2 / (2 * COMFORTABLE_DECELERATION) + 1 <= distance <= RAMP_UP_M:
            return vehicle
    return None
