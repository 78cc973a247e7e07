r"""Stations whose blocked lane has emptied: drivers left it further upstream and pass in the lanes beside.

Such a station reads as one downstream of the blockage does: the section upstream sees the incident between its two stations, and
the incident's own section sees no difference between them. Where drivers leave the lane depends on traffic, sight and queue, not on
a distance, so the run is compared with its twin, which is the same to the last bit until the incident touches something.

Vehicles that a station counts in frame :math:`t`: :math:`x_t` of the run and :math:`y_t` of the twin in the blocked lanes,
:math:`X_t` and :math:`Y_t` in all its lanes. Where the incident has no effect on lanes, each of the :math:`x_t + y_t` vehicles is
one of the run's with probability :math:`X_t / (X_t + Y_t)`. Where only a share :math:`\lambda` (`STAYING`) of the lanes' drivers
still comes in them, it is one with probability :math:`\lambda X_t / (\lambda X_t + Y_t)`. A frame's score is the logarithm of the
likelihood ratio,

.. math:: s_t = x_t \log \lambda + (x_t + y_t) \log \frac{X_t + Y_t}{\lambda X_t + Y_t},

0 where the station counts nobody in the run or in the twin, and never positive where all its lanes are blocked. A station is
emptied over each maximal stretch of frames (Ruzzo and Tompa 1999) between onset and clearance whose scores add up to
:math:`\log(T / \alpha)` or more: :math:`T` frames lie between, and :math:`\alpha` is `ERROR`. With equal totals a stretch grows
while less than half of the twin's vehicles (0.51, for :math:`\lambda = 1/4`) come in the blocked lanes.

Error: given the totals, :math:`x_t` is hypergeometric, so the mean of :math:`e^{s_t}` is 1 at most (Hoeffding 1963, Theorem 4).
Scores from one frame on ever reach :math:`h` with probability :math:`e^{-h}` at most (Ville's inequality), those from any of
:math:`T` frames with :math:`T e^{-h} = \alpha` at most, by station and incident. While run and twin are equal no score is positive.

**Geometric rule**, where there is no exact twin, and where so few vehicles come in the twin that even an empty lane would not reach
the bound: the lane is empty at stations `EMPTIED_M` or less upstream of the blockage while it lasts.
"""

import math
from collections.abc import Sequence

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import Array, Flags, LoopFrame
from simulator.truth import SeenBlockage

STAYING = 0.25
"""Share of the lane's drivers that still come in it, in the hypothesis of an emptied lane. Chosen: scores then change their sign
where half of the drivers have left; a larger share makes more alarms of the section upstream count."""
ERROR = 0.01
"""Probability at most that a station that no incident touches is taken as emptied, by incident. Chosen; with a larger one fewer
vehicles suffice (with this one 15 of the twin's in ten frames, if nobody comes in the lane)."""
EMPTIED_M = 50.0
"""Distance of the geometric rule. Chosen: of 140 lane changes out of a blocked lane, 50 to 130 are within 50 m of the place
(measured, `benchmarks.cut_roads`); a larger one makes more alarms of the section upstream count."""


def emptied_stations(
    frames: Sequence[LoopFrame], twin: Sequence[LoopFrame] | None, blockage: SeenBlockage, corridor: Corridor
) -> Flags:
    """Return (T, S) whether the blocked lane has emptied at each station; `twin` is None where it is not exact.

    Only stations upstream of the blockage which one of its lanes passes are. Every one is judged by itself, so that a station's
    verdict does not depend on the others; only that of the nearest one makes alarms detections (`harness.scoring.matching`).
    """
    flags = np.zeros((len(frames), len(corridor.stations)), dtype=np.bool_)
    ends_s = math.inf if math.isnan(blockage.clearance_s) else blockage.clearance_s
    lasts = [k for k, frame in enumerate(frames) if blockage.onset_s < frame.time_s < ends_s + corridor.period_s]
    if not lasts:
        return flags
    during = slice(lasts[0], lasts[-1] + 1)
    for index, station in enumerate(corridor.stations):
        lanes = [lane for lane in blockage.lanes if lane in station.lane_numbers]
        upstream_m = blockage.position_m - station.position_m
        if upstream_m < 0 or not lanes:
            continue
        stretches = None
        if twin is not None:
            run, other = (_counts(each[during], index, station, lanes) for each in (frames, twin))
            stretches = emptied_stretches(run, other)
        if stretches is None:
            flags[during, index] = upstream_m <= EMPTIED_M
            continue
        for stretch in stretches:
            flags[during, index][stretch] = True
    return flags


def emptied_stretches(run: Array, twin: Array) -> list[slice] | None:
    """Return the frames in which the lanes are emptied, by counts (T, 2) of the blocked lanes and of all lanes.

    None where an empty lane could not be told from these counts.
    """
    bound = math.log(len(run) / ERROR)
    if twin[:, 0].sum() * math.log(2 / (1 + STAYING)) < bound:
        return None
    return maximal_stretches(emptied_scores(run, twin), bound)


def emptied_scores(run: Array, twin: Array) -> Array:
    """Return the score (T,) of each frame; see the module's equation."""
    (x, all_x), (y, all_y) = run.T, twin.T
    anybody = (all_x > 0) & (all_y > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = x * math.log(STAYING) + (x + y) * np.log((all_x + all_y) / (STAYING * all_x + all_y))
    return np.where(anybody, scores, 0.0)


def maximal_stretches(scores: Array, bound: float) -> list[slice]:
    """Return the maximal stretches of `scores` that add up to `bound` or more, in order.

    The stretch of the greatest sum is maximal, and so are those of what lies before and after it. `bound` is positive.

    >>> maximal_stretches(np.array([-1.0, 4.0, -1.0, 3.0, -9.0, 2.0, 5.0]), 5.5)
    [slice(1, 4, None), slice(5, 7, None)]
    """
    sums = np.concatenate([[0.0], np.cumsum(scores)])
    lowest = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lowest))
    if sums[end] - lowest[end] < bound:
        return []
    start = int(np.flatnonzero(sums[: end + 1] == lowest[end])[-1])
    after = [slice(one.start + end, one.stop + end) for one in maximal_stretches(scores[end:], bound)]
    return [*maximal_stretches(scores[:start], bound), slice(start, end), *after]


def _counts(frames: Sequence[LoopFrame], station: int, at: Station, lanes: Sequence[int]) -> Array:
    """Vehicles (T, 2) that a station counts in `lanes` and in all its lanes; unknown ones count for nothing."""
    counts = np.array([np.nan_to_num(frame.count[station]) for frame in frames])
    return np.column_stack([counts[:, lanes].sum(axis=1), counts[:, at.columns].sum(axis=1)])
