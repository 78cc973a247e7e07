"""Checks of a truth against its corridor, once it is read: what indexes an array must be in it, and times must be possible."""

import math
from typing import get_args

from scenarios.corridor import LATEST_S, MOST_LANES, Corridor
from scenarios.errors import UserError
from scenarios.own_event import OwnKind
from simulator.truth import AUXILIARY_LANE, Carrying, LaneChanges, LaneTruth, ObservedIncident, OwnEffect, Truth

MOST_VEHICLES = 1e6
"""Chosen: a queue of so many vehicles is thousands of kilometres long."""
NEAR_M = 1.0
"""How far beyond its section an incident may stand, m. Chosen: positions in files are rounded."""
_SIDES = ("up", "down")


def check_truth(truth: Truth, corridor: Corridor) -> None:
    """Refuse a truth of another corridor, or one that cannot be. Raises UserError that names the entry."""
    for number, incident in enumerate(truth.incidents):
        _check_incident(incident, corridor, f"incidents[{number}]")
    for number, carrying in enumerate(truth.carrying):
        _check_carrying(carrying, corridor, f"carrying[{number}]")
    for number, lane in enumerate(truth.lanes):
        _check_lane(lane, len(truth.incidents), f"truth_lanes, row {number + 1}")
    for number, change in enumerate(truth.lane_changes):
        _check_change(change, len(truth.incidents), f"truth_changes, row {number + 1}")
    for number, effect in enumerate(truth.own_effects):
        _check_effect(effect, len(truth.incidents), corridor, f"own_effects[{number}]")
    _refuse(min(truth.collisions, truth.teleports) < 0, "collisions, teleports", "0 or more", "fewer")


def _check_incident(incident: ObservedIncident, corridor: Corridor, where: str) -> None:
    _check_index(incident.section, corridor.sections, f"{where}.section")
    for lane in incident.lanes:
        _check_index(lane, corridor.lanes, f"{where}.lanes")
    _refuse(not incident.lanes, f"{where}.lanes", "at least one lane", "none")
    _check_time(incident.onset_s, f"{where}.onset_s", known=True)
    _check_time(incident.clearance_s, f"{where}.clearance_s")
    _check_time(incident.earliest_evidence_s, f"{where}.earliest_evidence_s")
    if incident.clearance_s <= incident.onset_s:
        raise UserError(f"{where}.clearance_s: wanted after onset_s {incident.onset_s:g}, got {incident.clearance_s:g}")
    start_m, end_m = (corridor.stations[incident.section + further].position_m for further in (0, 1))
    if not start_m - NEAR_M <= incident.position_m <= end_m + NEAR_M:
        raise UserError(
            f"{where}.position_m: wanted a place in section {incident.section}, {start_m:g} to {end_m:g} m, "
            f"got {incident.position_m:g}"
        )
    _check_amount(incident.queue_max_veh, f"{where}.queue_max_veh")
    _check_amount(abs(incident.delay_veh_h), f"{where}.delay_veh_h")


def _check_carrying(carrying: Carrying, corridor: Corridor, where: str) -> None:
    _check_index(carrying.station, len(corridor.stations), f"{where}.station")
    _check_time(carrying.from_s, f"{where}.from_s", known=True)
    _check_time(carrying.to_s, f"{where}.to_s", known=True)
    if not carrying.from_s <= carrying.to_s:
        raise UserError(f"{where}.to_s: wanted from_s {carrying.from_s:g} or later, got {carrying.to_s:g}")


def _check_effect(effect: OwnEffect, incidents: int, corridor: Corridor, where: str) -> None:
    _refuse(
        effect.kind not in get_args(OwnKind), f"{where}.kind", f"one of {', '.join(get_args(OwnKind))}", effect.kind
    )
    _check_index(effect.first_section, corridor.sections, f"{where}.first_section")
    _check_index(effect.last_section, corridor.sections, f"{where}.last_section")
    _check_time(effect.from_s, f"{where}.from_s", known=True)
    _check_time(effect.to_s, f"{where}.to_s", known=True)
    if effect.incident is not None:
        _check_index(effect.incident, incidents, f"{where}.incident")


def _check_lane(lane: LaneTruth, incidents: int, where: str) -> None:
    _check_index(lane.incident, incidents, f"{where}: incident")
    _check_index(lane.lane, MOST_LANES, f"{where}: lane")
    _check_time(lane.time_s, f"{where}: time_s", known=True)
    for name in ("queue", "upstream", "downstream", "arrived", "left"):
        _check_amount(getattr(lane, name), f"{where}: {name}")
    share = lane.lane_changing
    _refuse(not (math.isnan(share) or 0 <= share <= 1), f"{where}: lane_changing", "a share, 0 to 1", f"{share:g}")


def _check_change(change: LaneChanges, incidents: int, where: str) -> None:
    _check_index(change.incident, incidents, f"{where}: incident")
    for lane in (change.from_lane, change.to_lane):
        _refuse(not AUXILIARY_LANE <= lane < MOST_LANES, f"{where}: from_lane, to_lane", "lanes", str(lane)[:20])
    _check_time(change.time_s, f"{where}: time_s", known=True)
    _check_amount(change.vehicles, f"{where}: vehicles")
    _refuse(change.side not in _SIDES, f"{where}: side", " or ".join(_SIDES), repr(change.side[:20]))


def _refuse(wrong: bool, where: str, wanted: str, got: str) -> None:
    if wrong:
        raise UserError(f"{where}: wanted {wanted}, got {got}")


def _check_index(index: int, number: int, where: str) -> None:
    _refuse(not 0 <= index < number, where, f"0 to {number - 1}", f"{index:.6g}")


def _check_time(time_s: float, where: str, known: bool = False) -> None:
    wrong = known if math.isnan(time_s) else abs(time_s) > LATEST_S
    _refuse(wrong, where, "a time in seconds", f"{time_s:g}")


def _check_amount(amount: float, where: str) -> None:
    _refuse(not (math.isnan(amount) or 0 <= amount <= MOST_VEHICLES), where, f"0 to {MOST_VEHICLES:g}", f"{amount:g}")
