"""What else was on the road in a simulated run, beside its incidents: what an incident opened there should have been called.

    shoulder stop, surge    congestion without a cause on the road
    slow vehicles           slow vehicle
    fault of a loop         sensor fault

An event explains an incident that is opened while it lasts, or `AFTER_S` later, where it is or up to `UPSTREAM_M` upstream.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from harness.service.incidents.incident import IncidentKind
from scenarios.corridor import Corridor
from scenarios.files.place_file import placed
from scenarios.scenario import Scenario
from scenarios.site import Site

AFTER_S = 900.0
"""Time that traffic takes to recover from an event, s, as in calibration."""
UPSTREAM_M = 3000.0
DOWNSTREAM_M = 500.0
"""How far from an event, m, up- and downstream, its queue may be, and its place be estimated. Chosen."""
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class TrueEvent:
    """One event: at `from_m` to `to_m` at `from_s`, moving at `speed_mps`, until `to_s`."""

    kind: IncidentKind
    from_s: float
    to_s: float
    from_m: float
    to_m: float
    speed_mps: float = 0.0

    def explains(self, opened_s: float, position_m: float) -> bool:
        """Return whether an incident opened then and there is due to it."""
        moved_m = self.speed_mps * (opened_s - self.from_s)
        there = self.from_m + moved_m - UPSTREAM_M <= position_m <= self.to_m + moved_m + DOWNSTREAM_M
        return self.from_s < opened_s <= self.to_s + AFTER_S and there


def true_events(scenario: Scenario, corridor: Corridor) -> tuple[TrueEvent, ...]:
    """Return the events of a run, beside its incidents, in the order in which they explain: what is nearest comes first."""
    return (*_faults(scenario, corridor), *_stops(scenario), *_slow_vehicles(scenario, corridor), *_surges(scenario))


def true_kind(events: Iterable[TrueEvent], opened_s: float, position_m: float) -> str:
    """Return the type of the first event that explains an incident, NOTHING where none does."""
    return next((event.kind.value for event in events if event.explains(opened_s, position_m)), NOTHING)


def _faults(scenario: Scenario, corridor: Corridor) -> Iterator[TrueEvent]:
    places = {station.name: number for number, station in enumerate(corridor.stations)}
    for fault in scenario.faults:
        number = places.get(fault.station)
        if number is None:
            continue
        ends = corridor.stations[max(number - 1, 0)], corridor.stations[min(number + 1, corridor.sections)]
        # Its margins are those of a queue; a fault has none.
        yield TrueEvent(
            IncidentKind.SENSOR_FAULT,
            fault.onset_s,
            inf if fault.end_s is None else fault.end_s,
            ends[0].position_m + UPSTREAM_M,
            ends[1].position_m - DOWNSTREAM_M,
        )


def _stops(scenario: Scenario) -> Iterator[TrueEvent]:
    for stop in scenario.shoulder_stops:
        place_m = stop.position_m
        yield TrueEvent(IncidentKind.CONGESTION, stop.onset_s, stop.onset_s + stop.duration_s, place_m, place_m)


def _slow_vehicles(scenario: Scenario, corridor: Corridor) -> Iterator[TrueEvent]:
    if not scenario.slow_vehicles:
        return
    place = placed(scenario).place
    start_m = -place.feeder_m if isinstance(place, Site) else corridor.stations[0].position_m
    for each in scenario.slow_vehicles:
        out_s = each.time_s + (corridor.stations[-1].position_m - start_m) / each.speed_mps
        yield TrueEvent(IncidentKind.SLOW_VEHICLE, each.time_s, out_s, start_m, start_m, each.speed_mps)


def _surges(scenario: Scenario) -> Iterator[TrueEvent]:
    for surge in scenario.surges:
        yield TrueEvent(IncidentKind.CONGESTION, surge.time_s, surge.time_s + surge.duration_s, -inf, inf)
