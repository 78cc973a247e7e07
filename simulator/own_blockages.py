"""Stops of a user's own vehicles that blocked through lanes, as observed: which are incidents, and where alarms are neutral.

An incident is a stop in a lane of a station beside, between the first and the last, that begins while loops are recorded and lasts
SHORTEST_INCIDENT_S or longer, as an incident of a scenario does. Vehicles that stand near one another at one time are one. Its twin
is the run in which they drive on. At any other stop, closed lane, speed sign or calibrator alarms are neutral.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from scenarios.corridor import Corridor
from scenarios.incident import SHORTEST_INCIDENT_S
from scenarios.own_event import OwnEvent, OwnStop
from scenarios.scenario import Scenario
from simulator.emptied_lane import EMPTIED_M
from simulator.sumo.prepare import Prepared
from simulator.sumo.road import Road
from simulator.sumo.stop_file import StandingVehicle
from simulator.truth import OwnEffect, SeenBlockage

NEAR_M = 50.0
"""Vehicles that stand within this distance at one time are one incident. Chosen: an accident's vehicles stand closer, those of two
accidents further apart."""
MOST_INCIDENTS = 8
"""Stops of one run that are incidents; at further ones alarms are neutral. Chosen: each needs a twin, as long as the run."""
SAME_PLACE_M = 1.0
"""Difference of a stop as written and as observed [m]: vehicles halt a little before its end."""


@dataclass(frozen=True, slots=True)
class OwnBlockage(SeenBlockage):
    """Lanes blocked by vehicles of the user, who stood at `stops`; `what` says it in words, with file and line."""

    what: str
    stops: tuple[StandingVehicle, ...]


def own_blockages(
    standing: Iterable[StandingVehicle], road: Road, written: Sequence[OwnStop], ours: Collection[str]
) -> list[OwnBlockage]:
    """Return where vehicles stood in through lanes of `road`, but for those that the scenario stopped (`ours`).

    `written` are the stops in the user's files: they say what it was, with file and line.
    """
    lane_of = {piece.lane(number): (piece.start_m, number) for piece in road.pieces for number in piece.lane_numbers}
    groups: list[list[tuple[StandingVehicle, float, int]]] = []
    for stop in standing:
        if stop.parking or stop.vehicle in ours or stop.lane not in lane_of:
            continue
        start_m, lane = lane_of[stop.lane]
        place_m = start_m + stop.pos_m
        near = [group for group in groups if abs(place_m - group[0][1]) <= NEAR_M and _lasts(group, stop.started_s)]
        groups += [] if near else [[]]
        (near or groups)[-1].append((stop, place_m, lane))
    return [_blockage(group, written) for group in groups]


def _lasts(group: Sequence[tuple[StandingVehicle, float, int]], time_s: float) -> bool:
    return any(not stop.ended_s < time_s for stop, _, _ in group)


def _blockage(group: Sequence[tuple[StandingVehicle, float, int]], written: Sequence[OwnStop]) -> OwnBlockage:
    first, place_m, lane = group[0]
    ends_s = [stop.ended_s for stop, _, _ in group]
    what = next(
        (each.what for each in written if each.lane == lane and abs(each.position_m - place_m) <= SAME_PLACE_M),
        f"vehicle {first.vehicle!r} of the user",
    )
    return OwnBlockage(
        what=what,
        onset_s=first.started_s,
        clearance_s=math.nan if any(math.isnan(end_s) for end_s in ends_s) else max(ends_s),
        position_m=place_m,
        lanes=tuple(sorted({number for _, _, number in group})),
        stops=tuple(stop for stop, _, _ in group),
    )


@dataclass(frozen=True, slots=True)
class OwnEventsSeen:
    """What a user's own files did: stops that are `incidents`, and all of their `effects`, those of the incidents among them."""

    incidents: tuple[OwnBlockage, ...]
    effects: tuple[OwnEffect, ...]


def own_events_seen(prepared: Prepared, standing: Iterable[StandingVehicle], ours: Collection[str]) -> OwnEventsSeen:
    """Return what the user's own files did in a run in which the vehicles `standing` stood, also those stopped by us (`ours`)."""
    corridor, scenario = prepared.corridor, prepared.scenario
    blockages = own_blockages(standing, prepared.road, prepared.stops, ours)
    incidents = [each for each in blockages if _is_incident(each, corridor, scenario)][:MOST_INCIDENTS]
    effects: list[OwnEffect] = []
    for each in blockages:
        number = len(scenario.incidents) + incidents.index(each) if each in incidents else None
        lanes = f"lane{'s' if len(each.lanes) > 1 else ''} {', '.join(map(str, each.lanes))}"
        what = f"{each.what} stood in {lanes} at {each.position_m:.0f} m"
        start_m = each.position_m - EMPTIED_M
        stop = OwnEvent("stop", what, start_m, each.position_m, each.onset_s, _end_s(each, scenario))
        effects += _effect(stop, corridor, scenario, number)
    for event in prepared.events:
        effects += _effect(event, corridor, scenario, None)
    return OwnEventsSeen(tuple(incidents), tuple(sorted(effects, key=lambda one: (one.from_s, one.first_section))))


def _is_incident(blockage: OwnBlockage, corridor: Corridor, scenario: Scenario) -> bool:
    first_m, last_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    lasted_s = _end_s(blockage, scenario) - blockage.onset_s
    recorded = blockage.onset_s >= scenario.warm_up_s + scenario.period_s
    if not (first_m <= blockage.position_m <= last_m and recorded and lasted_s >= SHORTEST_INCIDENT_S):
        return False
    return set(blockage.lanes) <= set(corridor.lanes_beside(corridor.section_at(blockage.position_m)))


def _effect(event: OwnEvent, corridor: Corridor, scenario: Scenario, incident: int | None) -> list[OwnEffect]:
    """The effect on sections, none where there is none within the recording."""
    stations = corridor.stations
    over = [
        section
        for section in range(corridor.sections)
        if stations[section].position_m <= event.end_m and event.start_m < stations[section + 1].position_m
    ]
    from_s, to_s = max(event.from_s, 0.0), min(event.to_s, scenario.end_s)
    if not over or to_s <= max(from_s, scenario.warm_up_s):
        return []
    return [OwnEffect(event.kind, event.what, over[0], over[-1], from_s, to_s, incident)]


def _end_s(blockage: OwnBlockage, scenario: Scenario) -> float:
    return scenario.end_s if math.isnan(blockage.clearance_s) else blockage.clearance_s
