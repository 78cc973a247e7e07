"""One score per section from two kinds of evidence: explicit hypotheses, and trees trained on simulated incidents.

    a = (h - HYPOTHESES_AT) / HYPOTHESES_FOLD           h  the hypotheses' score, nats
    b = (t - TREES_AT) / TREES_FOLD                     t  the trees' log odds, less the section's suspicions
    J = max(a, b) + BOTH max(min(a, b) + REACH, 0)

a and b are 0 where each alone gives one false alarm per corridor-day, and e times fewer per unit. J grows with the clearer of both,
and faster where they agree: they err at different times (loops' noise; traffic that was never simulated).
"""

import numpy as np

from simulator.frame import Array

HYPOTHESES_AT, HYPOTHESES_FOLD = 9.0, 1.3
"""Threshold of the hypotheses alone for one false alarm a day, and nats per e-fold."""
TREES_AT, TREES_FOLD = 2.3, 0.86
"""The same of the trees alone, in log odds: their thresholds out of fold (`laneblock calibrate sequential`)."""
BOTH, REACH = 0.5, 4.0
"""Weight of the lesser evidence, and how far below its own threshold it still counts."""


def hypotheses_in_folds(score: Array) -> Array:
    """Return a (N,)."""
    return (score - HYPOTHESES_AT) / HYPOTHESES_FOLD


def trees_in_folds(log_odds: Array) -> Array:
    """Return b (N,)."""
    return (log_odds - TREES_AT) / TREES_FOLD


def joint_score(hypotheses: Array, trees: Array) -> Array:
    """Return J (N,) of a and b (N,); NaN counts as no evidence, and J is NaN where both are."""
    a, b = (np.where(np.isfinite(each), each, -np.inf) for each in (hypotheses, trees))
    higher, lower = np.maximum(a, b), np.minimum(a, b)
    joint = higher + BOTH * np.maximum(np.where(np.isfinite(lower), lower, -REACH) + REACH, 0.0)
    return np.where(np.isfinite(higher), joint, np.nan)
