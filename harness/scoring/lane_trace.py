r"""The trace that a blocked lane leaves in counts where traffic queues nowhere: the lane is empty behind it.

Downstream of a blockage its lane carries too small a share of the station's vehicles. With :math:`n` of :math:`N` vehicles in a
lane (or two neighbouring ones) whose share without incident is :math:`p`, and a blockage that leaves the share r of them, a frame
tells

.. math:: \ell = n \ln r - N \ln(1 - p (1 - r))

A trace is the stretch of frames with the largest sum, where that is above `ENOUGH`: with hindsight, the whole incident is weighed,
so the trace begins where the lane emptied, not where a detector could know it.

Conventions: T frames, L lanes; one station at a time. Lanes that are not known are all tried: they are not all taken for blocked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array, Flags

Frames = NDArray[np.intp]

LEFT_SHARE = 0.3
"""Share of a lane's vehicles that pass some hundred metres behind a blockage. Chosen; a smaller one misses lanes that refill."""
ENOUGH = 14.0
"""Sum above which a lane was blocked. Chosen on a simulated day and a night of I-24, both without incident: 0 and 2 of 120
random places and times exceed it, and the two are one faulty loop."""
FEWEST_S = 480.0
"""Time outside the trace that tells a lane's normal share, at least, s. Chosen: at 400 veh/h/lane it is known to a seventh."""
LEARNED_S = 3600.0
"""Time before and after the window whose counts tell a lane's normal share, s. Chosen: shares change with the hour."""
LEAST_SHARE = 0.05
"""Normal share below which a lane's loop is taken for faulty: its counts tell nothing. Chosen: night and trucks leave more."""
FLOW_S = 300.0
"""Time of the mean flow that a lane's share depends on, s. Chosen: a shorter one is noise."""
LEAST_FLOW_VPHPL = 300.0
"""Flow below which lanes say nothing: at night a lane may stay empty for minutes. Chosen."""
LEAST_SPREAD = 0.02
"""Variance of the logarithm of the flow from which a share's slope is known. Chosen: flows that differ by 15 %."""
SHORTEST_S = 180.0
"""Shortest trace, s. Chosen: trucks side by side leave gaps of two minutes before them."""
ROUNDS = 4
"""Times that the normal share is learned again, without the trace found so far. Chosen: it then changes no more."""


@dataclass(frozen=True, slots=True)
class LaneTrace:
    """Lanes that were empty from frame `first` to frame `last`, with the sum that says so."""

    lanes: tuple[int, ...]
    first: int
    last: int
    evidence: float


def lane_trace(count: Array, times_s: Array, window: Flags, judged: Flags, lanes: Sequence[int]) -> LaneTrace | None:
    """Return the strongest trace within the `window` (T,) of one station's counts (T, L); None where there is none.

    `judged` (T,) are the frames in free traffic: in a queue lanes say nothing. `lanes`: those that were blocked; none: not known.
    """
    there = np.flatnonzero(np.isfinite(count).any(axis=0)).tolist()
    within = np.flatnonzero(window)
    if not within.size or len(there) < 2:
        return None
    period_s = float(np.median(np.diff(times_s)))
    begin_s, end_s = times_s[within[0]] - LEARNED_S, times_s[within[-1]] + LEARNED_S
    total = np.nansum(count, axis=1)
    flow_vphpl = _mean_around(total, round(FLOW_S / period_s)) * 3600.0 / period_s / len(there)
    known = judged & (times_s >= begin_s) & (times_s <= end_s) & (flow_vphpl >= LEAST_FLOW_VPHPL)
    best: LaneTrace | None = None
    for group in _groups(there, lanes):
        own = np.nansum(count[:, list(group)], axis=1)
        found = _strongest(np.array([own, total, np.log(np.fmax(flow_vphpl, 1.0))]), within, known, period_s)
        if found is None or found[2] < ENOUGH or (found[1] - found[0] + 1) * period_s < SHORTEST_S:
            continue
        if best is None or found[2] > best.evidence:
            best = LaneTrace(group, *found)
    return best


def _strongest(own_total_flow: Array, within: Frames, known: Flags, period_s: float) -> tuple[int, int, float] | None:
    """First and last frame of the stretch that tells most, and its sum; None where too little lies outside it."""
    own, total, log_flow = own_total_flow
    outside, found = known.copy(), None
    for _ in range(ROUNDS):
        if outside.sum() * period_s < FEWEST_S or own[outside].sum() < LEAST_SHARE * total[outside].sum() + 1:
            return None
        share = _share_by_flow(own[outside], total[outside], log_flow[outside], log_flow)
        told = own * math.log(LEFT_SHARE) - total * np.log(1 - share * (1 - LEFT_SHARE))
        first, last, evidence = _largest_sum(np.where(known, told, 0.0)[within])
        before, found = found, (int(within[first]), int(within[last]), evidence)
        outside = known.copy()
        outside[found[0] : found[1] + 1] = False
        if before is not None and before[:2] == found[:2]:
            break
    return found


def _share_by_flow(own: Array, total: Array, log_flow: Array, at: Array) -> Array:
    """The lane's share at the flows `at`: a line in the logarithm of the flow, by least squares over vehicles.

    Where flows hardly differ, or beyond those seen, the line is level.
    """
    weight, mean_share = total.sum(), own.sum() / total.sum()
    mean_flow = float((total * log_flow).sum() / weight)
    spread = float((total * (log_flow - mean_flow) ** 2).sum() / weight)
    slope = 0.0
    if spread > LEAST_SPREAD:
        slope = float(((own - total * mean_share) * (log_flow - mean_flow)).sum() / weight / spread)
    inside = np.clip(at, log_flow.min(), log_flow.max())
    return np.asarray(np.clip(mean_share + slope * (inside - mean_flow), 0.02, 0.98))


def _mean_around(values: Array, frames: int) -> Array:
    """Mean over `frames` frames around each."""
    kernel = np.ones(max(frames, 1))
    return np.asarray(np.convolve(values, kernel, "same") / np.convolve(np.ones_like(values), kernel, "same"))


def _groups(there: Sequence[int], lanes: Sequence[int]) -> list[tuple[int, ...]]:
    """The lanes to try: those known where the station has them, else each lane and each pair of neighbours; never all."""
    known = tuple(lane for lane in there if lane in lanes)
    tried = [known] if known else [*((lane,) for lane in there), *pairwise(there)]
    return [group for group in tried if len(group) < len(there)]


def _largest_sum(values: Array) -> tuple[int, int, float]:
    """First and last index of the stretch with the largest sum, and the sum."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    lowest = np.minimum.accumulate(sums[:-1])
    last = int(np.argmax(sums[1:] - lowest))
    # The latest of equal lows: a frame that tells nothing opens no trace.
    first = int(last - np.argmin(sums[last::-1]))
    return first, last, float(sums[last + 1] - sums[first])
