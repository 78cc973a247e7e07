"""Placements when loops fail: the expected delay where each loop is dead with a given probability.

A draw sets which of all recorded loops are dead; all placements are scored on the same draws. A placement keeps its
sections and the threshold calibrated with working loops, as no one adjusts them to a dead loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.scoring.rates import Sample
from harness.studies.placement.judge_placement import Judge, Judges
from harness.studies.placement.placement import Placement
from simulator.frame import Flags


@dataclass(frozen=True, slots=True)
class DeadLoopScore:
    """Means over draws: delay of each incident [s], and the share of incidents detected."""

    delay: Sample
    dr: float


def draw_dead(stations: int, lanes: int, dead_share: float, draws: int, seed: int) -> tuple[Flags, ...]:
    """Return (S, L) flags of dead loops, one array per draw."""
    rng = np.random.default_rng(seed)
    return tuple(rng.random((stations, lanes)) < dead_share for _ in range(draws))


def score_with_dead_loops(judge: Judge, placement: Placement, threshold: float, dead: Sequence[Flags]) -> DeadLoopScore:
    """Return the placement's score on the judge's incidents, averaged over the draws."""
    failing = [placement.failing(each) for each in dead]
    judge.prepare(failing)
    found: dict[Placement, tuple[tuple[float, ...], float]] = {}
    for each in failing:  # once for draws that leave the same loops
        if each not in found:
            judged = judge.judge(each, threshold, incidents_only=True)
            found[each] = judged.delay.values, judged.dr.value
    delays_s = np.mean([found[each][0] for each in failing], axis=0)
    return DeadLoopScore(Sample(tuple(delays_s.tolist())), float(np.mean([found[each][1] for each in failing])))


def costs_when_failing(judges: Judges, placements: Sequence[Placement], dead: Sequence[Flags]) -> list[float]:
    """Return the expected delay [s] on the calibration's incidents, placement by placement."""
    judges.calibration.prepare(placements)
    return [
        score_with_dead_loops(judges.calibration, each, judges.threshold(each), dead).delay.mean for each in placements
    ]
