"""Teams, roads and frames made for tests: six stations of three lanes, a kilometre apart."""

from collections.abc import Mapping

import numpy as np

from harness.service.incidents.incident_event import SERVICE, Event, EventKind
from harness.service.teams.team import Home, Team
from simulator.frame import LoopFrame
from tests.harness.service.response.response_cases import ROAD

TRAFFIC, RESCUE = "traffic_control", "emergency_services"


def team(
    name: str, type_: str = TRAFFIC, home_m: float = 0.0, approach_s: float = 60.0, *, shoulder: bool = False
) -> Team:
    """A team whose home leads onto the road of tests."""
    return Team(name, type_, (Home(ROAD.name, home_m, approach_s),), shoulder=shoulder)


def frame_of(speeds: Mapping[int, float] | None = None, time_s: float = 600.0) -> LoopFrame:
    """A frame of free traffic at 20 m/s; other speeds by station, NaN for no vehicle."""
    speed = np.full((6, 3), 20.0)
    for station, value in (speeds or {}).items():
        speed[station] = value
    count = np.where(np.isnan(speed), 0.0, 10.0)
    return LoopFrame(time_s, count, speed, np.where(np.isnan(speed), 0.0, 0.05))


def team_event(
    kind: EventKind, incident: str = "A4/1", time_s: float = 630.0, actor: str = SERVICE, **data: object
) -> Event:
    """An event of the team `a`, unless told otherwise."""
    values = {"team": "a", "type": TRAFFIC, "eta_s": 300.0, **data}
    return Event(
        f"{incident} {kind} {values['team']} {time_s:g}", ROAD.name, time_s, kind, incident, actor, data=values
    )
