"""What is measured of each hour, and how strange it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simulator.frame import Array

Kind = Literal["speed", "occupancy", "lanes", "counts", "road", "loop"]
Tell = Callable[[int, int, int], str]


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """`z` (H, S, L): how strange each hour is at each station, and lane where `by_lane` (L is 1 otherwise); NaN where unknown.

    `tell(hour, station, lane)` says in words what is strange. `width` stations are meant by one, in downstream order. What
    `lasts` is a loop's trouble: one event, whenever it comes back.
    """

    kind: Kind
    z: Array
    tell: Tell
    by_lane: bool = False
    width: int = 1
    lasts: bool = False
