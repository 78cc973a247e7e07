"""The mainline in SUMO's terms: edges in downstream order, their through lanes, and the lanes that lead to a place."""

from dataclasses import dataclass
from pathlib import Path

from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from scenarios.own_road import Surroundings


@dataclass(frozen=True, slots=True)
class LanePoint:
    """A point in one through lane, in SUMO's terms."""

    edge: str
    lane: str
    pos_m: float


@dataclass(frozen=True, slots=True)
class Road:
    """The mainline as edges in downstream order, and the file of its network.

    `around` is what lies around it in a user's own network; None on a site, which ends with its road.
    """

    net_file: Path
    pieces: tuple[CorridorEdge, ...]
    around: Surroundings | None = None

    def piece_at(self, position_m: float) -> CorridorEdge:
        """Return the edge that holds `position_m`. Raises UserError off the road."""
        for piece in self.pieces:
            if piece.start_m <= position_m < piece.end_m:
                return piece
        raise UserError(
            f"the road reaches from {self.pieces[0].start_m:.0f} to {self.pieces[-1].end_m:.0f} m, got {position_m} m"
        )

    def lane_point(self, position_m: float, lane: int) -> LanePoint:
        """Return through lane `lane` at `position_m`, in SUMO's terms."""
        piece = self.piece_at(position_m)
        return LanePoint(piece.edge, piece.lane(lane), position_m - piece.start_m)

    def lanes_beside(self, place: LanePoint) -> list[str]:
        """Return the through lanes of the edge that holds `place`, those nearest to its lane first."""
        piece = next(piece for piece in self.pieces if piece.edge == place.edge)
        own = next(number for number in piece.lane_numbers if piece.lane(number) == place.lane)
        return [piece.lane(number) for number in sorted(piece.lane_numbers, key=lambda each: abs(each - own))]

    def approaches(self, place: LanePoint, reach_m: float) -> list[tuple[str, float]]:
        """Return the lanes from which a vehicle can come to `place`, the nearest first, each with the distance from its start.

        Lanes that begin more than `reach_m` upstream are the last that are followed. Metres within junctions are not counted.
        """
        feeding = {} if self.around is None else self.around.feeding
        found = [(place.lane, place.pos_m)]
        for lane, ahead_m in found:  # grows on the way
            if ahead_m < reach_m:
                known = {name for name, _ in found}
                before = feeding.get(lane, {}).items()
                found += [(name, ahead_m + length_m) for name, length_m in before if name not in known]
        return sorted(found, key=lambda each: each[1])
