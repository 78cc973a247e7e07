"""The 28 features of a section: name, formula, unit, and why it is there.

Symbols. y_1, y_2, y_3: the three highest log odds among the section's lanes, from the trees of lanes; LEAST_LOG_ODDS for a lane
without symptom and for a lane that does not exist. up, up2, down: the same in the next section upstream, the one after it, and
the next downstream; LEAST_LOG_ODDS off the corridor. max_w: the greatest of the last w seconds. y(w ago): w seconds ago.

An incident disturbs more than its own section: downstream of it lanes refill unevenly, upstream of it the queue grows. What
came first and is stronger next door explains much of a section's own log odds.
"""

from collections import deque

import numpy as np

from detectors.feature_table import Feature, feature_names, in_table_order
from detectors.sequential.lane_feature_table import LANE_FEATURES, LANE_NAMES
from detectors.sequential.lane_features import Features
from detectors.sequential.lane_log_odds import LEAST_LOG_ODDS
from detectors.threshold_detector import frames_in
from simulator.frame import Array, Flags

LEADING_LANES = 3  # whose log odds are features
MEMORY_S = 600.0  # [s] the longest window of the table

_LOG_ODDS = (
    Feature("lane_1", "y_1", "log odds", "the leading lane"),
    Feature("lane_2", "y_2", "log odds", "one lane or several"),
    Feature("lane_3", "y_3", "log odds", "one lane or the whole road"),
    Feature("lane_1_30_ago", "y_1(30 ago)", "log odds", "chance rarely repeats"),
    Feature("lane_1_60_ago", "y_1(60 ago)", "log odds", "chance rarely repeats"),
    Feature("lane_1_90_ago", "y_1(90 ago)", "log odds", "rising, lasting or fading"),
    Feature("lane_1_most_240", "max_240 y_1", "log odds", "it has been clearer before"),
    Feature("up", "y_1,up", "log odds", "the incident is upstream, this section refills"),
    Feature("up_most_120", "max_120 y_1,up", "log odds", "likewise, a little later"),
    Feature("up_most_600", "max_600 y_1,up", "log odds", "likewise, after its clearance"),
    Feature("down", "y_1,down", "log odds", "the incident is downstream, this is its queue"),
    Feature("down_most_120", "max_120 y_1,down", "log odds", "likewise, a little later"),
    Feature("up_2_most_240", "max_240 y_1,up2", "log odds", "lack of traffic from further upstream"),
)

LEADING_LANE_NAMES = (
    "flow_station",
    "length",
    "lanes",
    "travel",
    "relative_up",
    "relative_down",
    "relative_after_down",
    "relative_past_up",
    "total_240",
    "last",
    "lost",
    "count_60",
    "count_most_beside_90",
    "speed_up_60",
    "edge",
)
"""Features of the leading lane that the section's trees get again."""

_LANE_ROWS = {feature.name: feature for feature in LANE_FEATURES}
SECTION_FEATURES = (*_LOG_ODDS, *(_LANE_ROWS[name] for name in LEADING_LANE_NAMES))
SECTION_NAMES = feature_names(SECTION_FEATURES)
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

    def step(self, log_odds: Array, features: Features, judged: Flags) -> Array:
        """Return (N, F), from the lanes' `log_odds` (N, L), `features` (N, L, F') and `judged` (N, L) after a frame."""
        odds = np.where(judged, np.maximum(log_odds, LEAST_LOG_ODDS), LEAST_LOG_ODDS)
        ordered = np.full((odds.shape[0], max(odds.shape[1], LEADING_LANES)), LEAST_LOG_ODDS, order="F")
        ordered[:, : odds.shape[1]] = -np.sort(-odds, axis=1)
        sections, most = np.arange(len(odds)), odds.argmax(axis=1)
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
            **{
                name: features[..., place][sections, most]
                for name, place in zip(LEADING_LANE_NAMES, _LEADING, strict=True)
            },
        }
        return np.stack(in_table_order(columns, SECTION_NAMES)).T

    def _ago(self, seconds: float) -> Array:
        """Return y_1 (N,) so many seconds ago; LEAST_LOG_ODDS before the first frame."""
        back = frames_in(seconds, self._period_s)
        return self._past[-1 - back] if len(self._past) > back else np.full_like(self._past[-1], LEAST_LOG_ODDS)

    def _most(self, seconds: float) -> Array:
        """Return the greatest y_1 (N,) of the last seconds."""
        last = list(self._past)[-frames_in(seconds, self._period_s) :]
        return np.asarray(np.max(last, axis=0))
