"""A placement: some stations of a dense corridor, with the lanes that have loops; and the truth for its sections.

Conventions: a dense corridor has S stations of L lanes; a placement holds some of them in downstream order. Loops that are
missing or dead read NaN. The truth of a station (its loops carry a queue, differ from the twin) holds in every placement;
only the sections between stations change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags
from simulator.truth import Carrying, OwnEffect, Truth


@dataclass(frozen=True, slots=True, order=True)
class EquippedStation:
    """Station `station` of the dense corridor with working loops in `lanes`."""

    station: int
    lanes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Stations in downstream order. Raises UserError where they are fewer than two, out of order or twice."""

    stations: tuple[EquippedStation, ...]

    def __post_init__(self) -> None:
        at = [equipped.station for equipped in self.stations]
        if len(at) < 2 or any(after <= before for before, after in pairwise(at)):
            raise UserError(f"a placement needs two stations or more, in downstream order, got {at}")

    @property
    def sections(self) -> int:
        """Number of sections."""
        return len(self.stations) - 1

    @property
    def pairs(self) -> tuple[tuple[EquippedStation, EquippedStation], ...]:
        """The two stations of each section."""
        return tuple(pairwise(self.stations))

    def positions_m(self, dense: Corridor) -> tuple[float, ...]:
        """Return the positions of its stations [m]."""
        return tuple(dense.stations[equipped.station].position_m for equipped in self.stations)

    def corridor(self, dense: Corridor) -> Corridor:
        """Return the corridor of its stations."""
        return Corridor(dense.name, dense.period_s, tuple(dense.stations[at.station] for at in self.stations))

    def without(self, index: int) -> "Placement":
        """Return the placement with one station left out."""
        return Placement(self.stations[:index] + self.stations[index + 1 :])

    def failing(self, dead: Flags) -> "Placement":
        """Return the same stations without the loops that are `dead` (S, L)."""
        return Placement(
            tuple(
                replace(at, lanes=tuple(lane for lane in at.lanes if not dead[at.station, lane]))
                for at in self.stations
            )
        )


def sorted_placement(stations: Iterable[EquippedStation]) -> Placement:
    """Return the placement of these stations, given in any order."""
    return Placement(tuple(sorted(stations)))


def truth_for_placement(placement: Placement, dense: Corridor, truth: Truth, evidence_s: Array, impact: Flags) -> Truth:
    """Return the truth of a run on `dense` for the sections of the placement.

    `evidence_s` (I, S, L) is when each loop first differs from incident I's twin (infinite: never), `impact` (I, S, L)
    whether by more than noise. Truth of lanes and lane changes is left out: it belongs to the dense sections.
    Raises UserError for an incident off the placement's corridor.
    """
    corridor = placement.corridor(dense)
    incidents = []
    for index, incident in enumerate(truth.incidents):
        section = corridor.section_at(incident.position_m)
        loops = [(at.station, lane) for at in placement.pairs[section] for lane in at.lanes]
        first_s = min((float(evidence_s[index, station, lane]) for station, lane in loops), default=float("inf"))
        incidents.append(
            replace(
                incident,
                section=section,
                earliest_evidence_s=first_s if first_s < float("inf") else float("nan"),
                impact=any(bool(impact[index, station, lane]) for station, lane in loops),
            )
        )
    number = {at.station: index for index, at in enumerate(placement.stations)}
    carrying = tuple(
        Carrying(number[span.station], span.from_s, span.to_s) for span in truth.carrying if span.station in number
    )
    effects = tuple(_on(corridor, effect, dense) for effect in truth.own_effects)
    return Truth(tuple(incidents), carrying, (), (), truth.collisions, truth.teleports, effects)


def _on(corridor: Corridor, effect: OwnEffect, dense: Corridor) -> OwnEffect:
    """What a user's own files did, on the placement's sections that hold a part of it; on the nearest one where none does."""
    start_m, end_m = (dense.stations[n].position_m for n in (effect.first_section, effect.last_section + 1))
    ends_m = [station.position_m for station in corridor.stations]
    first = sum(at_m <= start_m for at_m in ends_m[1:-1])
    last = max(first, sum(at_m < end_m for at_m in ends_m[1:-1]))
    return replace(effect, first_section=first, last_section=last)
