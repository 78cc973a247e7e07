"""Follows the queues of suspected incidents, frame by frame: reach, filter, and the rows that trees estimate from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.sequential.estimates.queue_features import QueueRows, queue_rows
from detectors.sequential.estimates.queue_filter import QueueInputs, QueueStates, first_states, measured, predicted
from detectors.sequential.estimates.queue_reach import QueueReach, queue_reach
from detectors.sequential.estimates.road_memory import RoadMemory
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

Numbers = NDArray[np.int_]


@dataclass(frozen=True, slots=True, eq=False)
class TrackedQueues:
    """K incidents after a frame: `section` (K,), `lanes` (K, L) blocked, their `reach`, filter `states` and `rows`."""

    section: Numbers
    lanes: Flags
    reach: QueueReach
    states: QueueStates
    rows: QueueRows


class QueueTracker:
    """Tracks the queues of one corridor's incidents; call `observe` for every frame, then `track` for the suspected sections."""

    def __init__(self, corridor: Corridor) -> None:
        self.memory = RoadMemory(corridor)
        self._sections = corridor.sections
        self._suspected = np.zeros(corridor.sections, dtype=np.bool_)
        self._before: TrackedQueues | None = None
        self._newest: TrackedQueues | None = None
        self._counts = np.zeros((corridor.sections + 1, corridor.lanes), order="F")
        self._recent = self._counts
        self._frames = 0

    def observe(self, frame: LoopFrame) -> None:
        """Take a frame in."""
        count = self.memory.step(frame, self._suspected).count
        self._before, self._newest = self._newest, None
        self._suspected = np.zeros(self._sections, dtype=np.bool_)
        self._recent = (count + self._counts) / 2 if self._frames else count
        self._counts, self._frames = count, self._frames + 1

    def place_m(self, section: Numbers, place: Array) -> Array:
        """Return (K,), the positions [m] of `place` (K,), shares of the lengths of `section` (K,)."""
        position_m = self.memory.state.position_m
        return np.asarray(position_m[section] + place * (position_m[section + 1] - position_m[section]))

    def track(self, section: Numbers, lanes: Flags, place_m: Array, onset_s: Array) -> TrackedQueues:
        """Return the queues of the incidents in `section` (K,), rising, of the blocked `lanes` (K, L), since `onset_s` (K,)."""
        state = self.memory.state
        self._suspected[section] = True
        reach = queue_reach(self.memory, section, place_m, onset_s)
        inputs = _inputs(self.memory, reach, section, lanes, place_m)
        states = self._states(section, lanes, inputs)
        rows = queue_rows(state, self._recent, reach, states, inputs, section, place_m, onset_s, lanes)
        self._newest = TrackedQueues(section, lanes, reach, states, rows)
        return self._newest

    def _states(self, section: Numbers, lanes: Flags, inputs: QueueInputs) -> QueueStates:
        """Return the filters after the frame: those of the same blocked lanes go on, others begin."""
        fresh = first_states(inputs)
        if self._before is None or not len(self._before.section):
            return fresh
        _, here, there = np.intersect1d(section, self._before.section, assume_unique=True, return_indices=True)
        same = (lanes[here] == self._before.lanes[there]).all(axis=1)
        here, there = here[same], there[same]
        state, covariance = fresh.state.copy(), fresh.covariance.copy()
        state[here], covariance[here] = self._before.states.state[there], self._before.states.covariance[there]
        moved = predicted(QueueStates(state.copy(), covariance.copy()), inputs, self.memory.state.period_s)
        moved = measured(moved, inputs)
        state[here], covariance[here] = moved.state[here], moved.covariance[here]
        return QueueStates(state, covariance)


def _inputs(memory: RoadMemory, reach: QueueReach, section: Numbers, lanes: Flags, place_m: Array) -> QueueInputs:
    state = memory.state
    rows = np.arange(len(section))
    last = (reach.station >= 0).sum(axis=1) - 1
    demand = state.demand[reach.station[rows, np.minimum(reach.reached, last)]]
    share = (demand * lanes).sum(axis=1) / np.maximum(demand.sum(axis=1), 1e-9)
    at_u = state.demand[section] / state.free[section, None] / state.period_s
    normal = (place_m - state.position_m[section])[:, None] * at_u
    return QueueInputs(
        counted=(state.count[section] * lanes).sum(axis=1),
        arriving=reach.arriving,
        arriving_blocked=reach.arriving * share,
        leaving=reach.leaving,
        stored=reach.stored,
        normal=(normal * lanes).sum(axis=1),
        near=(reach.near * lanes).sum(axis=1),
        far=(reach.far * lanes).sum(axis=1),
        others=((reach.far + reach.near - normal) * ~lanes).sum(axis=1),
        reached=reach.reached > 0,
    )
