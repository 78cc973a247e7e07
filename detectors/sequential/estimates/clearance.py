"""When blocked lanes were cleared, from the moment their traffic comes back at the downstream station.

    x, N      vehicles in the blocked lanes and in all lanes at D, frame by frame since the shadow reached D
    V         speed of all vehicles at D: near the place they are still accelerating while it is blocked
    l(j)      log likelihood of one share of x in N before frame j and a greater one from j on (binomial), and of one mean
              speed before and another from j on (normal, of unknown variance)
    j*        its maximum: the first frame of returned traffic
    f         share of a frame's time after the return: (x / N - before) / (after - before), within 0 and 1
    t_D       end of frame j* - 1, less its f T, plus (1 - f) T of frame j*
    clearance = t_D - (D - X) / F

Frames are long beside what is asked for; the counts of the frame in which traffic returns tell where in it that was.
"""

import numpy as np
from numpy.typing import NDArray

from detectors.sequential.estimates.road_memory import RoadMemory
from simulator.frame import Array, Flags

Numbers = NDArray[np.int_]

SPEED_VARIANCE = 1.0  # [m2/s2] of a frame's mean speed at least, so that a few like frames prove nothing; chosen
LOOKED_BACK_S = 100.0  # [s] before the first frame without a blocked lane, in which a return is looked for; chosen
LEAST_SHARE = 0.005  # [1] keeps logarithms finite


def clearance_s(
    memory: RoadMemory, section: Numbers, lanes: Flags, place: Array, onset_s: Array, cleared_s: Array
) -> Array:
    """Return (K,), the clearances [s] of incidents in `section` (K,); NaN where none is found.

    `lanes` (K, L) that were blocked, `place` (K,) as share of the section, `onset_s` (K,); `cleared_s` (K,) the first frame without
    a blocked lane, NaN where there is none yet.
    """
    state, found = memory.state, np.full(len(section), np.nan)
    at = np.flatnonzero(np.isfinite(cleared_s))
    if len(at):
        down = section[at] + 1
        travel_s = (1 - place[at]) * (state.position_m[down] - state.position_m[section[at]]) / state.free[down]
        moment = returned_s(
            memory.history.counts_of(down),
            memory.history.speeds_of(down),
            lanes[at],
            memory.history.times_s,
            onset_s[at] + travel_s,
            cleared_s[at] - LOOKED_BACK_S,
            state.period_s,
        )
        found[at] = np.minimum(moment - travel_s, state.time_s)
    return found


def returned_s(
    counts: Array, speeds: Array, blocked: Flags, times_s: Array, from_s: Array, earliest_s: Array, period_s: float
) -> Array:
    """Return (K,), when traffic returned to the `blocked` (K, L) lanes at D [s]; NaN with fewer than two frames.

    `counts` (T, K, L) and mean `speeds` (T, K) at D, of frames that end at `times_s` (T,), of which those count that begin after
    `from_s` (K,); the return itself is not looked for before `earliest_s` (K,).
    """
    within = (times_s[:, None] - period_s >= from_s) & np.isfinite(counts).all(axis=2)
    own = np.where(within, (counts * blocked).sum(axis=2), 0.0)
    all_lanes = np.where(within, counts.sum(axis=2), 0.0)
    before, all_before = (np.cumsum(each, axis=0) for each in (own, all_lanes))  # up to and with frame j - 1
    after, all_after = own.sum(axis=0) - before, all_lanes.sum(axis=0) - all_before
    low, high = _share(before, all_before), _share(after, all_after)
    likelihood = _log_likelihood(before, all_before, low) + _log_likelihood(after, all_after, high)
    likelihood += _speed_likelihood(speeds, within)
    possible = (high > low) & (all_before > 0) & (all_after > 0) & (times_s[:, None] >= earliest_s)
    likelihood = np.where(possible, likelihood, -np.inf)
    last_before = likelihood.argmax(axis=0)
    rows = np.arange(counts.shape[1])
    low, high = low[last_before, rows], high[last_before, rows]
    back = np.clip((_share(own, all_lanes) - low) / np.maximum(high - low, LEAST_SHARE), 0.0, 1.0)
    first = np.minimum(last_before + 1, len(times_s) - 1)
    moment = times_s[last_before] - back[last_before, rows] * period_s + (1 - back[first, rows]) * period_s
    return np.where(np.isfinite(likelihood.max(axis=0)), moment, np.nan)


def _share(part: Array, whole: Array) -> Array:
    return np.clip(part / np.maximum(whole, 1e-9), LEAST_SHARE, 1 - LEAST_SHARE)


def _log_likelihood(part: Array, whole: Array, share: Array) -> Array:
    return np.asarray(part * np.log(share) + (whole - part) * np.log(1 - share))


def _speed_likelihood(speeds: Array, within: Flags) -> Array:
    """Return (T, K), the log likelihood of one mean of the speeds up to each frame and another after it, but for a constant."""
    known = within & np.isfinite(speeds)
    value = np.where(known, speeds, 0.0)
    sums = [np.cumsum(each, axis=0) for each in (known.astype(np.float64), value, value**2)]
    left = np.zeros(speeds.shape)
    for number, total, squares in (sums, [each[-1] - each for each in sums]):
        left += squares - total**2 / np.maximum(number, 1.0)
    frames = sums[0][-1]
    return np.asarray(-frames / 2 * np.log(np.maximum(left, 0.0) / np.maximum(frames, 1.0) + SPEED_VARIANCE))
