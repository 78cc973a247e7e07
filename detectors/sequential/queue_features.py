"""Computes the columns of queue_feature_table.py (formulas and symbols there), after those of the blocked lane itself."""

import numpy as np

from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.feature_table import in_order
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.queue_feature_table import QUEUE_NAMES, REACH
from simulator.frame import Array

_AT_STATION = {
    "occupied_at": LANE_NAMES.index("occupied_up"),
    "relative_at": LANE_NAMES.index("relative_up"),
    "speed_at": LANE_NAMES.index("speed_up_60"),
}
_OFF_THE_CORRIDOR = {"stored": 0.0, "away": 0.0, "occupied_at": 0.0, "relative_at": 1.0, "speed_at": 0.0}


def queue_features(
    step: CorridorStep, section: int, lanes: tuple[int, ...], onset_s: float, place: float, blocked: int
) -> Array:
    """Return (B, F), one row per lane of `lanes`: LANE_NAMES, then QUEUE_NAMES; `blocked` lanes of the section are blocked."""
    rows = []
    for lane in lanes:
        columns = _columns(step, section, lane, onset_s, place, blocked)
        rows.append(np.append(step.features[section, lane], in_order(columns, QUEUE_NAMES)))
    return np.array(rows)


def _columns(
    step: CorridorStep, section: int, lane: int, onset_s: float, place: float, blocked: int
) -> dict[str, float]:
    stored = sum(float(step.stored[at]) for at in range(section, section - REACH, -1) if at >= 0)
    from_upstream = place * float(step.length_m[section])
    down = section + 1
    columns = {
        "since_onset": step.time_s - onset_s,
        "from_upstream": from_upstream,
        "blocked_lanes": float(blocked),
        "stored_all": stored,
        "stored_per_blocked": stored / blocked,
        "stored_per_lane": stored / max(int(step.judged[section].sum()), 1),
        "stored_downstream": float(step.stored[down]) if down < len(step.stored) else 0.0,
        "storing": float(step.rate[section]),
    }
    for back in range(REACH):
        there = _section_columns(step, section, section - back, lane, from_upstream)
        columns |= {f"{name}_{back}": value for name, value in there.items()}
    return columns


def _section_columns(step: CorridorStep, section: int, at: int, lane: int, from_upstream: float) -> dict[str, float]:
    """Return the columns of the section `at`, and of its lane `lane` (its leftmost judged lane where it has fewer)."""
    if at < 0:
        return _OFF_THE_CORRIDOR
    judged = np.flatnonzero(step.judged[at])
    features = step.features[at, min(lane, int(judged[-1]) if len(judged) else 0)]
    return {
        "stored": float(step.stored[at]),
        "away": from_upstream + float(step.length_m[at:section].sum()),
        **{name: float(features[column]) for name, column in _AT_STATION.items()},
    }
