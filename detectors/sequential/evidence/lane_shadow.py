"""Shadow of a blockage in the lanes downstream: formula (3).

Given N vehicles in a frame at the downstream station, lane set m carries n_m of them. Without a blockage its share is p_m; behind a
blockage it is what is left, r p_m, and the others carry the rest:

.. math:: x = [ n_m \\log r - N \\log(1 - p_m (1 - r)) ] / \\phi

r is REFILLS: near the blockage a blocked lane is empty, further on vehicles have changed into it. phi is the dispersion of the
counts about their expectation (site/count_dispersion.py). One frame counts for at most CLIP either way.
"""

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array, Flags

REFILLS = (0.08, 0.3, 0.55)
"""Shares of its vehicles that a blocked lane still carries, by distance. Measured on 134 runs of another generator: 0.08 within
300 m, 0.55 after 1200 m."""
MILD = 0.8
"""The same for a mild change of lane use that is no incident (the composite null, decision/hypothesis_test.py)."""
CLIP = 4.0
"""Most evidence of one frame, nats. Chosen: a higher one lets a gap before a slow vehicle decide."""
MOST_SHARE = 0.98
"""Largest share of a lane set that is judged. Chosen: where the set is the whole station its share says nothing."""

Matrix = NDArray[np.float64]


def lane_sets(lanes: int) -> Matrix:
    """Return (M, L): single lanes, then neighbouring pairs, 1 for the lanes of the set.

    >>> lane_sets(3).astype(int).tolist()
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1]]
    """
    single = np.eye(lanes)
    return np.concatenate([single, single[:-1] + single[1:]])


def lane_shadow(counted: Array, total: Array, share: Array, refill: float, dispersion: Array) -> Array:
    """Return x (N, M) before clipping.

    `counted` (N, M) vehicles n_m of a lane set, `total` (N,) N, `share` (N, M) p_m, `dispersion` (N,) phi; 0 where the set carries
    nothing or everything.
    """
    judged = (share > 0) & (share < MOST_SHARE)
    rest = 1 - np.where(judged, share, 0.0) * (1 - refill)
    evidence = counted * np.log(refill) - total[:, None] * np.log(rest)
    return np.where(judged, evidence / dispersion[:, None], 0.0)


def clipped(evidence: Array, most: float = CLIP) -> Array:
    """Return the evidence, at most `most` either way."""
    return np.clip(evidence, -most, most)


def all_reported(sets: Matrix, known: Flags) -> Flags:
    """Return (N, M), true where every lane of the set is known (N, L)."""
    return np.asarray((sets @ (~known).T.astype(np.float64)).T == 0)
