"""The features of a blocked lane that its queue and its lane-changing share are estimated from.

Symbols are those of queue_reach.py and queue_filter.py; the lane is one of B blocked ones. Lengths of the lane's own queue are in
vehicles, so that trees, which cannot go beyond the longest queue they were trained on, are asked for the ratio of the true
queue to `base` alone; base_l grows with the road's own counts.

    queue_l = (b + f + normal of the queue's stretch) x the lane's part of by_density over the blocked lanes; 1 / B without any
    base_l  = max(BASE_VEH, queue_l, by_density_l)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.feature_table import Feature, feature_names, in_table_order
from detectors.sequential.estimates.queue_filter import FAR, NEAR, OTHERS, SHARE, QueueInputs, QueueStates
from detectors.sequential.estimates.queue_reach import QueueReach
from detectors.sequential.estimates.road_memory import RoadState
from simulator.frame import Array, Flags

Numbers = NDArray[np.int_]

BASE_VEH = 4.0  # [veh] chosen: the ratio of small queues is noise
PER_KM = 1000.0

QUEUE_FEATURES = (
    Feature("base", "base_l", "veh", "the queue by physics alone"),
    Feature("filtered", "queue_l / base_l", "1", "the queue by counting and density together"),
    Feature("by_density", "by_density_l / base_l", "1", "the queue by density alone"),
    Feature("stored", "stored / (B base_l)", "1", "all that has not arrived, by counting alone"),
    Feature("stored_veh", "stored", "veh", "the same; small numbers are noise"),
    Feature("others", "o / base_l", "1", "stored in the other lanes"),
    Feature("leaving_share", "p", "1", "a blocked lane that empties into the others queues less"),
    Feature("left", "p (b + n) / B", "veh", "vehicles that leave the lane per frame"),
    Feature(
        "turnover",
        "n_l / (n_l + k_l (X - U))",
        "1",
        "share that leaves a lane whose queue stands at U: all that come in",
    ),
    Feature("since_onset", "t - t0", "s", "a queue grows with time"),
    Feature("reached", "b*", "1", "stations in the queue"),
    Feature("length", "X - tail", "m", "the queue's length by counting"),
    Feature("from_upstream", "X - U", "m", "room for the queue in the section itself"),
    Feature("blocked_lanes", "B", "lanes", "capacity lost"),
    Feature("lanes", "lanes at U", "lanes", "capacity left"),
    Feature("open_beside", "open lanes next to the lane", "lanes", "where its vehicles can go"),
    Feature("demand", "sum of d over the lanes at U / lanes x 30 s / T", "veh/30 s", "load of the road"),
    Feature("demand_lane", "d of the lane at U x 30 s / T", "veh/30 s", "what the lane itself brings"),
    Feature("kept", "D / A over two frames", "1", "what the blockage lets pass"),
    Feature("counted", "n_l x 30 s / T over two frames", "veh/30 s", "flow into the section in the lane"),
    Feature("density", "k_l at U", "veh/km", "queue in the lane at U"),
    Feature("density_others", "mean of k at U over the open lanes", "veh/km", "queue beside it"),
    Feature("density_before", "k_l at the next station up", "veh/km", "queue in the lane further up"),
    Feature("density_others_before", "mean of k there over the open lanes", "veh/km", "queue beside it, further up"),
    Feature("speed", "speed of the lane at U", "m/s", "standing or crawling"),
    Feature("relative", "V60 / F at U", "1", "has the queue reached U"),
    Feature("relative_before", "V60 / F at the next station up", "1", "has it reached the station before"),
)

QUEUE_NAMES = feature_names(QUEUE_FEATURES)


@dataclass(frozen=True, slots=True, eq=False)
class QueueRows:
    """R blocked lanes: `rows` (R, F) in the order of QUEUE_NAMES, `base` (R,), `filtered` (R,) queue_l [veh]."""

    rows: Array
    base: Array
    filtered: Array


def lane_queues(reach: QueueReach, states: QueueStates, inputs: QueueInputs, lanes: Flags) -> Array:
    """Return queue_l (K, L) [veh] of the blocked `lanes` (K, L), 0 elsewhere."""
    normal = (reach.normal * lanes).sum(axis=1)
    whole = np.maximum(states.state[:, NEAR] + states.state[:, FAR] + normal - inputs.normal, 0.0)
    dense = reach.by_density * lanes
    total = dense.sum(axis=1)
    even = lanes / np.maximum(lanes.sum(axis=1), 1)[:, None]
    part = np.where((total > 0)[:, None], dense / np.maximum(total, 1e-9)[:, None], even)
    return np.asarray(whole[:, None] * part)


def queue_rows(
    state: RoadState,
    recent: Array,
    reach: QueueReach,
    states: QueueStates,
    inputs: QueueInputs,
    section: Numbers,
    place_m: Array,
    onset_s: Array,
    lanes: Flags,
) -> QueueRows:
    """Return the rows of all blocked `lanes` (K, L) of K incidents, in the order of np.nonzero(lanes).

    `recent` (S, L) counts of the last two frames, per frame; the others as `queue_reach` and the filter have them.
    """
    at, lane = np.nonzero(lanes)
    queues = lane_queues(reach, states, inputs, lanes)[at, lane]
    dense = reach.by_density[at, lane]
    base = np.maximum(np.maximum(queues, dense), BASE_VEH)
    here, up = section[at], np.maximum(section[at] - 1, 0)
    blocked = lanes.sum(axis=1)[at]
    per_30_s = 30.0 / state.period_s
    has = state.has
    open_lanes = has[section] & ~lanes
    room_m = place_m[at] - state.position_m[here]
    n = recent[here, lane]
    padded = np.pad(open_lanes, ((0, 0), (1, 1)))
    columns = {
        "base": base,
        "filtered": queues / base,
        "by_density": dense / base,
        "stored": reach.stored[at] / blocked / base,
        "stored_veh": reach.stored[at],
        "others": states.state[at, OTHERS] / base,
        "leaving_share": states.state[at, SHARE],
        "left": states.state[at, SHARE] * (states.state[at, NEAR] + inputs.counted[at]) / blocked,
        "turnover": n / np.maximum(n + state.density[here, lane] * room_m, 1.0),
        "since_onset": state.time_s - onset_s[at],
        "reached": reach.reached[at].astype(np.float64),
        "length": place_m[at] - reach.counted_tail_m[at],
        "from_upstream": room_m,
        "blocked_lanes": blocked.astype(np.float64),
        "lanes": has[here].sum(axis=1).astype(np.float64),
        "open_beside": padded[at, lane].astype(np.float64) + padded[at, lane + 2],
        "demand": state.demand[here].sum(axis=1) / np.maximum(has[here].sum(axis=1), 1) * per_30_s,
        "demand_lane": state.demand[here, lane] * per_30_s,
        "kept": recent[here + 1].sum(axis=1) / np.maximum(reach.arriving[at], 1.0),
        "counted": n * per_30_s,
        "density": state.density[here, lane] * PER_KM,
        "density_others": _mean_over(state.density[here], open_lanes[at]) * PER_KM,
        "density_before": state.density[up, lane] * PER_KM,
        "density_others_before": _mean_over(state.density[up], open_lanes[at]) * PER_KM,
        "speed": state.speed[here, lane],
        "relative": state.relative[here],
        "relative_before": state.relative[up],
    }
    return QueueRows(np.column_stack(in_table_order(columns, QUEUE_NAMES)), base, queues)


def _mean_over(values: Array, chosen: Flags) -> Array:
    return np.asarray((values * chosen).sum(axis=1) / np.maximum(chosen.sum(axis=1), 1))
