"""What a user's own SUMO files do to the traffic of a corridor themselves: stops, closed lanes, speed signs, calibrators."""

from dataclasses import dataclass
from typing import Literal

OwnKind = Literal["stop", "closed lane", "speed sign", "calibrator"]


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """A change of the traffic from `start_m` to `end_m` along the corridor, from `from_s` to `to_s` (infinite: to the end).

    `what` says it in words, with file and line.
    """

    kind: OwnKind
    what: str
    start_m: float
    end_m: float
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class OwnStop:
    """A place in a through lane where vehicles of the user's files stop. When they stand there is seen when they drive."""

    what: str
    lane: int
    position_m: float
