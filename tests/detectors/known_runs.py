"""Runs with known incidents, as calibration and training take them."""

from dataclasses import dataclass

from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


@dataclass(frozen=True)
class Known:
    onset_s: float
    clearance_s: float
    position_m: float
    lanes: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Run:
    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    incidents: tuple[Known, ...] | None
