"""A scenario together with its road: checked once, then ready to be simulated."""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.corridor import Corridor
from scenarios.demand import check_demand
from scenarios.errors import UserError
from scenarios.fault import check_fault_times, check_faults
from scenarios.incident import Incident, check_incident, check_lanes
from scenarios.own_road import OwnRoad
from scenarios.scenario import Scenario, check_clock
from scenarios.sight import check_incidents_apart, check_sight_on_own_road, check_sight_on_site
from scenarios.site import Site

Place = Site | OwnRoad
FROM_ROUTES = ("demand_vphpl", "traffic", "truck_share", "ramp_shares", "slow_vehicles", "surges", "rain")
"""Fields of a scenario that an own network's route files replace."""

SUMO_FALSE = ("false", "0", "no", "off", "-", "f")
"""What SUMO takes for false."""


@dataclass(frozen=True, slots=True)
class PlacedScenario:
    """A scenario and its place: a site of ours, or the road of an own network, read with the scenario's period.

    Raises UserError where the scenario is impossible there: every instance has passed all checks.
    """

    scenario: Scenario
    place: Place

    def __post_init__(self) -> None:
        scenario, place = self.scenario, self.place
        check_clock(scenario)
        corridor = self.corridor
        if isinstance(place, Site):
            check_demand(scenario, place)
            _check_slow_vehicles(scenario, place.lanes)
        else:
            _check_own_traffic(scenario)
        if scenario.rain is not None and scenario.rain.onset_s >= scenario.end_s:
            raise UserError(
                f"rain.onset_s: wanted a time before end_s {scenario.end_s:g}, got {scenario.rain.onset_s:g} (is it in ms?)"
            )
        _check_stops(scenario, place, corridor)
        check_incidents_apart(scenario.incidents)
        check_faults(scenario.faults, corridor)
        check_fault_times(scenario.faults, scenario.warm_up_s, scenario.end_s)
        if isinstance(place, Site):
            check_sight_on_site(scenario, place)
        else:
            check_sight_on_own_road(scenario, place)

    @property
    def corridor(self) -> Corridor:
        """The corridor of the place's loops."""
        return corridor_in(self.place, self.scenario.period_s)

    def with_seed(self, seed: int) -> "PlacedScenario":
        """Return the same scenario with another seed. Raises UserError for a seed that SUMO cannot take."""
        return PlacedScenario(self.scenario.model_copy(update={"seed": seed}), self.place)


def corridor_in(place: Place, period_s: float) -> Corridor:
    """Return the corridor of a place, read every `period_s` seconds."""
    return place.corridor(period_s) if isinstance(place, Site) else place.corridor


def _check_stops(scenario: Scenario, place: Place, corridor: Corridor) -> None:
    first_m, last_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    for where, event in scenario.stops:
        if not first_m <= event.position_m <= last_m:
            raise UserError(
                f"{where}.position_m: wanted a place between the first and the last station, {first_m:.0f} to "
                f"{last_m:.0f} m, got {event.position_m:g} m (is it in feet or miles, or measured from another zero?)"
            )
        if isinstance(event, Incident):
            lanes, about_lanes = _lanes_at(place, event.position_m)
            check_incident(event, lanes, scenario.warm_up_s + scenario.period_s, scenario.end_s, where, about_lanes)
            if isinstance(place, OwnRoad):
                _check_beside_a_loop(event, place, where)
        elif event.onset_s >= scenario.end_s:
            raise UserError(f"{where}.onset_s: wanted a time before end_s {scenario.end_s:g}, got {event.onset_s:g}")


def _lanes_at(place: Place, position_m: float) -> tuple[Sequence[int], str]:
    """The lanes at a position, and what to tell with a lane that is not there."""
    if isinstance(place, Site):
        return range(place.lanes), ""
    return place.edge_at(position_m).lane_numbers, place.about_lanes(position_m)


def _check_beside_a_loop(incident: Incident, road: OwnRoad, where: str) -> None:
    """Refuse a lane that ends and that neither station of the section has: no recording could name it. Raises UserError."""
    section = road.corridor.section_at(incident.position_m)
    up, down = (repr(station.name) for station in road.corridor.stations[section : section + 2])
    for lane in incident.lanes:
        if lane not in road.corridor.lanes_beside(section):
            name = road.edge_at(incident.position_m).lane(lane)
            raise UserError(
                f"{where}.lanes: lane {lane} (SUMO's {name!r}) has a loop at neither end of its section, stations {up} and {down}: "
                f"wanted a loop in it at a station there (a lane that ends before the road does is recorded where it has loops)"
            )


def _check_slow_vehicles(scenario: Scenario, lanes: int) -> None:
    for index, slow in enumerate(scenario.slow_vehicles):
        check_lanes(slow.lanes, range(lanes), f"slow_vehicles[{index}].lanes")
        if slow.time_s >= scenario.end_s:
            raise UserError(
                f"slow_vehicles[{index}].time_s: wanted before end_s {scenario.end_s:g}, got {slow.time_s:g}"
            )


def _check_own_traffic(scenario: Scenario) -> None:
    for name in FROM_ROUTES:
        if getattr(scenario, name) != Scenario.model_fields[name].get_default(call_default_factory=True):
            raise UserError(f"{name}: on an own network the traffic comes from its route files alone")
    settings = {} if scenario.network is None else dict(scenario.network.settings)
    if settings.get("mesosim", "false").lower() not in SUMO_FALSE:
        raise UserError(
            "mesosim: SUMO's mesoscopic model has no lanes that can be blocked and no E1 counts, wanted the microscopic one "
            "(leave it out, or settings = { mesosim = false } in [network])"
        )
