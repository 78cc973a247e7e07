"""The 33 features that a blocked lane's queue and lane-changing share are estimated from, besides the lane's own 70.

Symbols. s(b), length l(b): section b sections upstream of the incident's own, b = 0 to REACH - 1; nothing stored, free traffic
where the corridor has none. p: the incident's place, as share of its section's length from the upstream station. B: blocked lanes.
A queue grows past stations, so what is stored in the sections upstream, and how slow their stations are, shows its length.
"""

import numpy as np
from numpy.typing import NDArray

from detectors.feature_table import Feature, feature_names, in_table_order
from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.lane_feature_table import LANE_NAMES
from simulator.frame import Array

Numbers = NDArray[np.int_]

REACH = 5  # sections, the incident's own included; chosen: about 4 km at 800 m; longer queues are underestimated

QUEUE_FEATURES = (
    Feature("since_onset", "now less onset", "s", "a queue grows with time"),
    Feature("from_upstream", "p l(0)", "m", "room for the queue in the section itself"),
    Feature("blocked_lanes", "B", "lanes", "capacity lost"),
    Feature("stored_all", "sum over b of stored in s(b)", "veh", "the whole queue"),
    Feature("stored_per_blocked", "stored_all / B", "veh", "all of it in the blocked lanes"),
    Feature("stored_per_lane", "stored_all / judged lanes of s(0)", "veh", "spread over all lanes"),
    Feature("stored_downstream", "stored in the next section downstream; 0 if none", "veh", "a bottleneck further on"),
    Feature("storing", "stored per frame in s(0)", "veh", "growing or dissolving"),
    *(
        row
        for b in range(REACH)
        for row in (
            Feature(f"stored_{b}", f"stored in s({b})", "veh", "where the queue is"),
            Feature(f"away_{b}", f"p l(0) + l(1) + ... + l({b})", "m", "incident to upstream station of s(b)"),
            Feature(f"occupied_at_{b}", f"occupied_up of the lane in s({b})", "veh", "density there"),
            Feature(f"relative_at_{b}", f"relative_up of the lane in s({b}); 1 if none", "1", "is the queue there yet"),
            Feature(f"speed_at_{b}", f"speed_up_60 of the lane in s({b})", "sd", "the same for the lane alone"),
        )
    ),
)

QUEUE_NAMES = feature_names(QUEUE_FEATURES)

_AT_STATION = {
    "occupied_at": LANE_NAMES.index("occupied_up"),
    "relative_at": LANE_NAMES.index("relative_up"),
    "speed_at": LANE_NAMES.index("speed_up_60"),
}
_OFF_THE_CORRIDOR = {"stored": 0.0, "away": 0.0, "occupied_at": 0.0, "relative_at": 1.0, "speed_at": 0.0}


def queue_features(
    step: CorridorStep, section: Numbers, lane: Numbers, onset_s: Array, place: Array, blocked: Numbers
) -> Array:
    """Return (B, F), a row per blocked lane: LANE_NAMES, then QUEUE_NAMES.

    All (B,): the number of the `section` and of the `lane`, the incident's `onset_s` and `place`, and how many lanes of the section
    are `blocked`.
    """
    columns = _columns(step, section, lane, onset_s, place, blocked)
    return np.column_stack([step.features[section, lane], *in_table_order(columns, QUEUE_NAMES)])


def _columns(
    step: CorridorStep, section: Numbers, lane: Numbers, onset_s: Array, place: Array, blocked: Numbers
) -> dict[str, Array]:
    from_upstream = place * step.length_m[section]
    at = [_section_columns(step, section, back, lane, from_upstream) for back in range(REACH)]
    stored = np.sum([there["stored"] for there in at], axis=0)
    down = np.minimum(section + 1, len(step.stored) - 1)
    columns = {
        "since_onset": step.time_s - onset_s,
        "from_upstream": from_upstream,
        "blocked_lanes": blocked.astype(np.float64),
        "stored_all": stored,
        "stored_per_blocked": stored / blocked,
        "stored_per_lane": stored / np.maximum(step.judged[section].sum(axis=1), 1),
        "stored_downstream": np.where(section == down, 0.0, step.stored[down]),
        "storing": step.rate[section],
    }
    for back, there in enumerate(at):
        columns |= {f"{name}_{back}": value for name, value in there.items()}
    return columns


def _section_columns(
    step: CorridorStep, section: Numbers, back: int, lane: Numbers, from_upstream: Array
) -> dict[str, Array]:
    """Return the columns (B,) of the section `back` further up, and of `lane` there, or its leftmost judged one if it has fewer."""
    at, exists = np.maximum(section - back, 0), section >= back
    judged = step.judged[at]
    leftmost = np.where(judged.any(axis=1), judged.shape[1] - 1 - judged[:, ::-1].argmax(axis=1), 0)
    features = step.features[at, np.minimum(lane, leftmost)]
    between_m = sum((step.length_m[np.maximum(section - b, 0)] for b in range(back, 0, -1)), np.zeros(len(section)))
    columns = {
        "stored": step.stored[at],
        "away": from_upstream + between_m,
        **{name: features[:, column] for name, column in _AT_STATION.items()},
    }
    return {name: np.where(exists, value, _OFF_THE_CORRIDOR[name]) for name, value in columns.items()}
