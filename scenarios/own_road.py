"""The road of a user's own SUMO network, as its files describe it: edges along the corridor, and the loops on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from scenarios.own_event import OwnEvent, OwnStop
from scenarios.scenario import OwnNetwork


@dataclass(frozen=True, slots=True)
class Loop:
    """One E1 loop: the station and through lane it counts for, where SUMO has it, and how long it is.

    `counts_only` are SUMO's attributes that say which vehicles it counts, such as ("vTypes", "truck"). `place`: its file, and the
    line where it stands; 0 where that is not known.
    """

    station: int
    lane: int
    detector_id: str
    sumo_lane: str
    pos_m: float
    length_m: float = 0.0
    counts_only: tuple[tuple[str, str], ...] = ()
    place: tuple[Path, int] = field(default=(Path(), 0), compare=False)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around a corridor in its network.

    `feeding` names the lanes that lead to a lane, with their lengths [m], for the corridor's lanes and those some way upstream of
    them; `beyond` are the edges downstream of the corridor from which no way leads back to it; `ring`: a way leads from the
    corridor's end to its start.
    """

    feeding: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    beyond: tuple[str, ...] = ()
    ring: bool = False


@dataclass(frozen=True, slots=True)
class OwnRoad:
    """The corridor on an own network: its loops, its edges in downstream order, and notes on omitted loops."""

    network: OwnNetwork
    corridor: Corridor
    loops: tuple[Loop, ...]
    edges: tuple[CorridorEdge, ...]
    notes: tuple[str, ...]
    around: Surroundings = field(default_factory=Surroundings)
    unsaved: tuple[str, ...] = ()
    """Elements of the user's files whose state SUMO does not save."""
    idm_drivers: bool = False
    """Whether vehicle types of the user's files drive by SUMO's IDM."""
    events: tuple[OwnEvent, ...] = ()
    """What the user's files do to the traffic, but for stops."""
    stops: tuple[OwnStop, ...] = ()
    """Where vehicles of the user's files stop in through lanes."""

    def edge_at(self, position_m: float) -> CorridorEdge:
        """Return the edge that holds a position along the corridor. Raises UserError off it."""
        for edge in self.edges:
            if edge.start_m <= position_m < edge.end_m:
                return edge
        end_m = self.edges[-1].end_m
        raise UserError(f"the corridor's edges reach from 0 to {end_m:.0f} m, got {position_m:g} m")

    def about_lanes(self, position_m: float) -> str:
        """Return, as the rest of a message, which lanes are there without a number, or end before; nothing where there are none."""
        here = self.edge_at(position_m)
        told = [
            f"SUMO's '{here.edge}_{index}' is there too, without a number: it ends or leaves the road at {end_m:.0f} m"
            for index, end_m in here.auxiliary
        ]
        ends: dict[int, float] = {}
        for edge in self.edges:
            ends |= dict.fromkeys(edge.lane_numbers, edge.end_m)
        told += [f"lane {number} ends at {end_m:.0f} m" for number, end_m in ends.items() if end_m <= here.start_m]
        return "".join(f"; {each}" for each in told)
