r"""The majority vote of members as a score, so that it has thresholds and an operating curve.

.. math::

    s = m_{(v)}, \quad v = \lfloor k / 2 \rfloor + 1

m_(v) is the v-th largest of the margins of the k members that know something. A majority of them has margins above t exactly where
s > t: with t = 0 that is the vote of members which are set for one false alarm a day each, with another t for 10^-t a day. A
majority is more than half: the guide (`ensemble_detection`) takes half too, by which one of two alarms alone.

A member abstains where its margin is NaN. Where fewer than half of all members know something, nothing is judged.
"""

import numpy as np

from detectors.ensemble.member_margins import quorum
from simulator.frame import Array


def majority_score(margins: Array) -> Array:
    """Return (...,) the score of margins (..., K) of K members; NaN where fewer than half of them know something.

    >>> majority_score(np.array([[0.5, -1.0, 0.2], [np.nan, 0.4, 0.3], [np.nan, np.nan, 3.0]]))
    array([0.2, 0.3, nan])
    """
    known = np.isfinite(margins)
    voting, members = known.sum(axis=-1), margins.shape[-1]
    largest_first = -np.sort(-np.where(known, margins, -np.inf), axis=-1)
    needed = np.minimum(voting // 2 + 1, members)
    score = np.take_along_axis(largest_first, needed[..., None] - 1, axis=-1)[..., 0]
    return np.where(quorum(margins), score, np.nan)


def agreement(margins: Array, level: float) -> Array:
    """Return (...,) the share of the members that know something whose margins are above `level`; NaN where none knows.

    >>> agreement(np.array([[0.5, -1.0, np.nan], [np.nan, np.nan, np.nan]]), 0.0)
    array([0.5, nan])
    """
    voting = np.isfinite(margins).sum(axis=-1)
    return np.where(voting > 0, (margins > level).sum(axis=-1) / np.maximum(voting, 1), np.nan)
