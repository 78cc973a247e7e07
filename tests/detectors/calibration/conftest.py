"""Runs without traffic, and scores written down."""

from math import nan

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame
from tests.detectors.known_runs import Known, Run

PERIOD_S = 30.0


def run_of(frames: int, sections: int = 1, incidents: tuple[Known, ...] | None = ()) -> Run:
    corridor = Corridor("road", PERIOD_S, tuple(Station(f"S{s}", 1000.0 * s, 1) for s in range(sections + 1)))
    empty = np.zeros((sections + 1, 1))
    made = tuple(LoopFrame(PERIOD_S * (k + 1), empty, empty * nan, empty) for k in range(frames))
    return Run(corridor, made, incidents)


def spikes(values: list[float]) -> Array:
    """(10 per value, 1) scores: a value in the middle of each 300 s, 0 between, so that each is an alarm of its own."""
    score = np.zeros((10 * len(values), 1))
    score[5::10, 0] = values
    return score
