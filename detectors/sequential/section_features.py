"""The features of every section after each frame, from its lanes' log odds now and before, and its neighbours'.

Symbols and formulas: section_feature_table.py.
"""

from collections import deque

import numpy as np

from detectors.sequential.feature_table import in_order
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.section_feature_table import LEADING_LANE_NAMES, SECTION_NAMES
from detectors.sequential.window_sums import frames_in
from simulator.frame import Array, Flags

LEAST_LOG_ODDS = -6.0  # of a lane without symptom and of any below; chosen: differences below 1 in 400 are irrelevant
LEADING_LANES = 3  # whose log odds are features
MEMORY_S = 600.0  # [s] the longest window of the table
_LEADING = [LANE_NAMES.index(name) for name in LEADING_LANE_NAMES]


def shifted(values: Array, by: int) -> Array:
    """Return (N,), the values of the section `by` further upstream (negative: downstream); LEAST_LOG_ODDS off the corridor."""
    moved = np.full_like(values, LEAST_LOG_ODDS)
    if by > 0:
        moved[by:] = values[:-by]
    elif by < 0:
        moved[:by] = values[-by:]
    return moved


class SectionFeatures:
    """Computes the features of N sections, frame by frame."""

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._past: deque[Array] = deque(maxlen=frames_in(MEMORY_S, period_s))

    def step(self, log_odds: Array, features: Array, judged: Flags) -> Array:
        """Return (N, F), from the lanes' `log_odds` (N, L), `features` (N, L, F') and `judged` (N, L) after a frame."""
        odds = np.where(judged, np.maximum(log_odds, LEAST_LOG_ODDS), LEAST_LOG_ODDS)
        ordered = np.full((odds.shape[0], max(odds.shape[1], LEADING_LANES)), LEAST_LOG_ODDS)
        ordered[:, : odds.shape[1]] = -np.sort(-odds, axis=1)
        leading = np.take_along_axis(features, odds.argmax(axis=1)[:, None, None], axis=1)[:, 0, _LEADING]
        now = ordered[:, 0]
        self._past.append(now)
        columns = {
            **{f"lane_{rank + 1}": ordered[:, rank] for rank in range(LEADING_LANES)},
            **{f"lane_1_{seconds}_ago": self._ago(seconds) for seconds in (30, 60, 90)},
            "lane_1_most_240": self._most(240),
            "up": shifted(now, 1),
            "up_most_120": shifted(self._most(120), 1),
            "up_most_600": shifted(self._most(600), 1),
            "down": shifted(now, -1),
            "down_most_120": shifted(self._most(120), -1),
            "up_2_most_240": shifted(self._most(240), 2),
            **dict(zip(LEADING_LANE_NAMES, leading.T, strict=True)),
        }
        return np.stack(in_order(columns, SECTION_NAMES), axis=-1)

    def _ago(self, seconds: float) -> Array:
        """Return y_1 (N,) so many seconds ago; LEAST_LOG_ODDS before the first frame."""
        back = frames_in(seconds, self._period_s)
        return self._past[-1 - back] if len(self._past) > back else np.full_like(self._past[-1], LEAST_LOG_ODDS)

    def _most(self, seconds: float) -> Array:
        """Return the greatest y_1 (N,) of the last seconds."""
        last = list(self._past)[-frames_in(seconds, self._period_s) :]
        return np.asarray(np.max(last, axis=0))
