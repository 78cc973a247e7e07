"""What is going on where the test suspects an incident: which lanes, since when, where, how long the queue, is it over.

    section suspected -> lanes blocked now -> onset, place (mean of what their first frames say) -> queue, share per lane
                         none any more     -> cleared, CLEARED_S ago at the median of the calibration

Each answer is an ensemble of the model (model_file.py) asked about the evidence of the lanes concerned; the queue's also sees
what is stored in the section and in those upstream of it, and their stations' speeds (storage.py), because a queue grows
past stations. The place is the share of the section's length downstream of its upstream station.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from detectors.sequential.sequential_model_file import Model
from simulator.frame import Array, Flags

FIRST_FRAMES = 4  # of a suspicion tell its onset; later ones know less of it
PLACE_FRAMES = 10
REACH = 5  # sections, its own included, whose storage and speeds tell a queue
EXTRA_NAMES = (
    "since_onset",
    "from_upstream",
    "blocked_lanes",
    "stored_all",
    "stored_per_blocked",
    "stored_per_lane",
    "stored_downstream",
    "storing",
    *(
        f"{what}_{back}"
        for back in range(REACH)
        for what in ("stored", "away", "occupied_at", "relative_at", "speed_at")
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All sections after one frame: `evidence` (N, L, F), `judged` (N, L), `stored`, `rate` (N,), `length_m` (N,)."""

    time_s: float
    names: tuple[str, ...]
    evidence: Array
    judged: Flags
    stored: Array
    rate: Array
    length_m: Array


def queue_evidence(
    scene: Scene, section: int, lanes: tuple[int, ...], onset_s: float, place: float, blocked: int
) -> Array:
    """(B, F + E) evidence of `lanes`, of `blocked` ones in a section, with what EXTRA_NAMES adds to it."""
    column = {name: scene.names.index(name) for name in ("occupied_up", "relative_up", "speed_up_60")}
    back = [section - step for step in range(REACH)]
    stored = [float(scene.stored[at]) if at >= 0 else 0.0 for at in back]
    down = float(scene.stored[section + 1]) if section + 1 < len(scene.stored) else 0.0
    from_up = place * float(scene.length_m[section])
    through = max(int(scene.judged[section].sum()), 1)
    rows = []
    for lane in lanes:
        extra = [
            scene.time_s - onset_s,
            from_up,
            float(blocked),
            sum(stored),
            sum(stored) / blocked,
            sum(stored) / through,
            down,
            float(scene.rate[section]),
        ]
        for at, veh in zip(back, stored, strict=True):
            if at < 0:
                extra += [0.0, 0.0, 0.0, 1.0, 0.0]
                continue
            there = np.flatnonzero(scene.judged[at])
            same = min(lane, int(there[-1]) if len(there) else 0)
            seen = scene.evidence[at, same]
            away = from_up + float(scene.length_m[at:section].sum())
            extra += [veh, away, *(float(seen[index]) for index in column.values())]
        rows.append(np.append(scene.evidence[section, lane], extra))
    return np.array(rows)


@dataclass(slots=True, eq=False)
class Belief:
    """About one suspected section; NaN where nothing is believed yet. `queue`, `share`: by lane."""

    lanes: tuple[int, ...]
    onset_s: float = math.nan
    place: float = math.nan
    clearance_s: float = math.nan
    queue: dict[int, float] = field(default_factory=dict)
    share: dict[int, float] = field(default_factory=dict)
    frames: int = 0


def believe(scene: Scene, section: int, log_odds: Array, before: Belief | None, model: Model) -> Belief:
    """The belief about a suspected section after a frame; `log_odds` (L,) of its lanes, `before` what was believed."""
    there = np.flatnonzero(scene.judged[section])
    if not len(there):
        return before or Belief(())
    blocked = there[model.blocked.raw(scene.evidence[section, there]) > 0]
    lanes = tuple(blocked.tolist())
    if not lanes and before is not None and before.lanes:  # nothing is blocked any more
        over = scene.time_s - model.clearance_lag_s if math.isnan(before.clearance_s) else before.clearance_s
        return Belief(before.lanes, before.onset_s, before.place, over, frames=before.frames)
    if not lanes:  # the test suspects a lane that nothing else points at: name the leading one
        lanes = (int(there[log_odds[there].argmax()]),)
    belief = Belief(lanes) if before is None else Belief(lanes, before.onset_s, before.place, frames=before.frames)
    seen, count = scene.evidence[section, list(lanes)], belief.frames
    if count < FIRST_FRAMES:
        onset_s = scene.time_s - max(float(model.onset.raw(seen).mean()), 0.0)
        belief.onset_s = onset_s if count == 0 else (belief.onset_s * count + onset_s) / (count + 1)
    if count < PLACE_FRAMES:
        place = min(max(float(model.place.raw(seen).mean()), 0.0), 1.0)
        weight = (count + 1) ** 2  # a later frame knows more of the place: its weight grows with what was seen
        before_it = count * (count + 1) * (2 * count + 1) / 6
        belief.place = place if count == 0 else (belief.place * before_it + place * weight) / (before_it + weight)
    belief.frames = count + 1
    rows = queue_evidence(scene, section, lanes, belief.onset_s, belief.place, len(lanes))
    queue = np.maximum(model.queue.raw(rows), 0.0)
    share = np.clip(model.share.raw(rows), 0.0, 1.0)
    belief.queue = dict(zip(lanes, queue.tolist(), strict=True))
    belief.share = dict(zip(lanes, share.tolist(), strict=True))
    return belief
