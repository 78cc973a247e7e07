"""From lanes to sections: what the lanes' log odds, the last frames' and the neighbouring sections' say together.

An incident disturbs more than its own section: downstream of it lanes refill unevenly, upstream of it the queue grows. So a
section is judged beside its neighbours: evidence that came first and is stronger next door explains much of its own.
"""

from collections import deque

import numpy as np

from detectors.sequential.window_sums import frames_in
from simulator.frame import Array, Flags

LEAST = -6.0  # log odds of a lane without symptom, and of any that has less: told apart by nothing that matters
LANE_COLUMNS = (
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
"""Evidence of the leading lane that the section's judgement looks at again."""

NAMES = (
    "lane_1",
    "lane_2",
    "lane_3",
    "lane_1_30_ago",
    "lane_1_60_ago",
    "lane_1_90_ago",
    "lane_1_most_240",
    "up",
    "up_most_120",
    "up_most_600",
    "down",
    "down_most_120",
    "up_2_most_240",
    *LANE_COLUMNS,
)


def shifted(values: Array, by: int) -> Array:
    """(N,) values of the section `by` further upstream (negative: downstream); LEAST off the corridor."""
    moved = np.full_like(values, LEAST)
    if by > 0:
        moved[by:] = values[:-by]
    elif by < 0:
        moved[:by] = values[-by:]
    return moved


class SectionEvidence:
    """The evidence of N sections, frame by frame."""

    def __init__(self, period_s: float, names: tuple[str, ...]) -> None:
        self._period_s = period_s
        self._columns = [names.index(name) for name in LANE_COLUMNS]
        self._past: deque[Array] = deque(maxlen=frames_in(600.0, period_s))

    def step(self, log_odds: Array, evidence: Array, judged: Flags) -> Array:
        """(N, F) the sections' evidence from the lanes' log odds (N, L) and evidence (N, L, F') after a frame."""
        odds = np.where(judged, np.maximum(log_odds, LEAST), LEAST)
        ordered = np.full((odds.shape[0], max(odds.shape[1], 3)), LEAST)
        ordered[:, : odds.shape[1]] = -np.sort(-odds, axis=1)
        leading = np.take_along_axis(evidence, odds.argmax(axis=1)[:, None, None], axis=1)[:, 0, self._columns]
        self._past.append(ordered[:, 0])
        now = self._past[-1]
        ago = [self._ago(seconds) for seconds in (30, 60, 90)]
        columns = (
            *ordered[:, :3].T,
            *ago,
            self._most(240),
            shifted(now, 1),
            shifted(self._most(120), 1),
            shifted(self._most(600), 1),
            shifted(now, -1),
            shifted(self._most(120), -1),
            shifted(self._most(240), 2),
        )
        return np.concatenate([np.stack(columns, axis=-1), leading], axis=1)

    def _ago(self, seconds: float) -> Array:
        back = frames_in(seconds, self._period_s)
        return self._past[-1 - back] if len(self._past) > back else np.full_like(self._past[-1], LEAST)

    def _most(self, seconds: float) -> Array:
        last = list(self._past)[-frames_in(seconds, self._period_s) :]
        return np.asarray(np.max(last, axis=0))
