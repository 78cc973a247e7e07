"""What cannot happen is refused before anything is simulated, with one message that says where and why.

SUMO's drivers see a standing vehicle only on their own edge, so a blocked position needs 300 m of one edge upstream;
and where drivers look (5 to 65 m downstream of it) an edge is cut out to slow them. On a site of ours, edges are cut
at the ends of the ramps' auxiliary lanes, at the end of the entry, and around every place that drivers look at.
"""

from collections.abc import Sequence

from scenarios.errors import UserError
from scenarios.fault import check_faults, check_seen
from scenarios.files.own_network import OwnLoops
from scenarios.files.site_file import ENTRY_M
from scenarios.files.toml_file import check_name
from scenarios.files.traffic_checks import check_lanes, check_own_traffic, check_traffic
from scenarios.incident import Incident, ShoulderStop
from scenarios.scenario import Scenario
from scenarios.site import Site

SiteOrOwn = Site | OwnLoops

LONGEST_RUN_S = 7 * 86400.0
LARGEST_SEED = 2**31 - 1  # SUMO's seeds are 32-bit
SHORTEST_INCIDENT_S = 30.0
SIGHT_M = 300.0  # of one edge, upstream of a blocked position
LOOK_START_M, LOOK_END_M = 5.0, 65.0  # where drivers slow down to look, downstream of it


def check_scenario(scenario: Scenario, place: SiteOrOwn) -> None:
    """Refuse what `place` (the scenario's site or own network) cannot play. Raises UserError with one message."""
    _check_clock(scenario)
    if isinstance(place, Site):
        check_traffic(scenario, place)
        corridor = place.corridor(scenario.period_s)
    else:
        check_own_traffic(scenario)
        corridor = place.corridor
    first_m, last_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    for where, event in _events(scenario):
        if not first_m <= event.position_m <= last_m:
            raise UserError(
                f"{where}.position_m: wanted a place between the first and the last station, {first_m:.0f} to "
                f"{last_m:.0f} m, got {event.position_m:g} m (is it in feet or miles, or counted from elsewhere?)"
            )
        if isinstance(event, Incident):
            lanes = place.lanes if isinstance(place, Site) else len(place.edge_at(event.position_m).through)
            _check_incident(scenario, event, lanes, where)
        elif event.onset_s >= scenario.end_s:
            raise UserError(f"{where}.onset_s: wanted a time before end_s {scenario.end_s:g}, got {event.onset_s:g}")
    _check_pairs(scenario.incidents)
    check_faults(scenario.faults, corridor)
    check_seen(scenario.faults, scenario.warm_up_s, scenario.end_s)
    if isinstance(place, Site):
        _check_edges(scenario, place)


def check_period(scenario: Scenario) -> None:
    """Refuse a period that SUMO's steps of 1 s do not fit. Raises UserError."""
    if scenario.period_s != round(scenario.period_s):
        raise UserError(f"period_s: wanted whole seconds (SUMO's step is 1 s), got {scenario.period_s:g}")


def _events(scenario: Scenario) -> list[tuple[str, Incident | ShoulderStop]]:
    incidents = [(f"incidents[{index}]", event) for index, event in enumerate(scenario.incidents)]
    return incidents + [(f"shoulder_stops[{index}]", event) for index, event in enumerate(scenario.shoulder_stops)]


def _check_clock(scenario: Scenario) -> None:
    check_name(scenario.name)
    if not 0 <= scenario.seed <= LARGEST_SEED:
        raise UserError(f"seed: wanted 0 to {LARGEST_SEED}, got {scenario.seed}")
    if scenario.end_s > LONGEST_RUN_S:
        raise UserError(f"end_s: wanted at most a week, {LONGEST_RUN_S:.0f} s, got {scenario.end_s:g}")
    check_period(scenario)
    if scenario.warm_up_s % scenario.period_s:
        raise UserError(
            f"warm_up_s: wanted a whole number of periods of {scenario.period_s:g} s, got {scenario.warm_up_s:g}"
        )
    if scenario.end_s < scenario.warm_up_s + scenario.period_s:
        raise UserError(
            f"end_s: wanted at least one period after the warm-up, {scenario.warm_up_s + scenario.period_s:g} s or "
            f"later, got {scenario.end_s:g} (end_s is on the simulation's clock, warm-up included)"
        )


def _check_incident(scenario: Scenario, incident: Incident, lanes: int, where: str) -> None:
    check_lanes(incident.lanes, lanes, f"{where}.lanes")
    if len(incident.lanes) == lanes:
        raise UserError(
            f"{where}.lanes: all {lanes} lanes are blocked, so no traffic could pass: wanted at least one free"
        )
    earliest_s = scenario.warm_up_s + scenario.period_s
    clearance_s = incident.onset_s + incident.duration_s
    if incident.duration_s < SHORTEST_INCIDENT_S:
        raise UserError(
            f"{where}.duration_s: wanted {SHORTEST_INCIDENT_S:.0f} s or more (vehicles need up to 18 s to "
            f"come to a stop), got {incident.duration_s:g} (is it in minutes?)"
        )
    if incident.onset_s < earliest_s:
        raise UserError(
            f"{where}.onset_s: wanted after the first recorded period, {earliest_s:g} s (warm_up_s plus period_s) or "
            f"later, got {incident.onset_s:g} (times are on the simulation's clock, warm-up included)"
        )
    if clearance_s > scenario.end_s:
        raise UserError(
            f"{where}: wanted its clearance while recording, by end_s {scenario.end_s:g} s, got {clearance_s:g} s"
        )


def _check_pairs(incidents: Sequence[Incident]) -> None:
    for index, later in enumerate(incidents):
        for before in incidents[:index]:
            together = (
                later.onset_s < before.onset_s + before.duration_s and before.onset_s < later.onset_s + later.duration_s
            )
            if (
                together
                and set(later.lanes) & set(before.lanes)
                and abs(later.position_m - before.position_m) < SIGHT_M
            ):
                raise UserError(
                    f"incidents[{index}]: it wants a lane that incidents[{incidents.index(before)}] blocks at the "
                    f"same time less than {SIGHT_M:.0f} m away"
                )


def _check_edges(scenario: Scenario, site: Site) -> None:
    borders = {f"the end of the entry at {ENTRY_M - site.feeder_m:.0f} m": ENTRY_M - site.feeder_m}
    for ramp in site.ramp:
        borders[f"ramp {ramp.name!r}, whose auxiliary lane starts at {ramp.start_m:g} m"] = ramp.start_m
        borders[f"ramp {ramp.name!r}, whose auxiliary lane ends at {ramp.end_m:g} m"] = ramp.end_m
    for where, event in _events(scenario):
        looks = event.rubbernecking_mps is not None
        if not looks and isinstance(event, ShoulderStop):
            continue
        # A stop on the shoulder blocks no one: it needs only the place where drivers look.
        start_m = event.position_m + (LOOK_START_M if isinstance(event, ShoulderStop) else -SIGHT_M)
        end_m = event.position_m + (LOOK_END_M if looks else LOOK_START_M)
        around = dict(borders)
        for other_where, other in _events(scenario):
            if other.rubbernecking_mps is not None and other.position_m != event.position_m:
                around[f"the place where drivers look at {other_where}, from +5 m"] = other.position_m + LOOK_START_M
                around[f"the place where drivers look at {other_where}, to +65 m"] = other.position_m + LOOK_END_M
        for what, border_m in around.items():
            if start_m < border_m < end_m:
                raise UserError(
                    f"{where}.position_m: {event.position_m:g} m is too near {what}: SUMO wants one unbroken edge from "
                    f"{start_m:.0f} to {end_m:.0f} m here (move it to another place of the section)"
                )
