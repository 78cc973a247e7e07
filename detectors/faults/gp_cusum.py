"""`gp_cusum`: loops whose counts keep differing from those that the counts of their closest loops predict.

Ghafouri et al. (2017), section 3.2, live on a corridor: every 5 min (as there) or every frame, each loop's vehicles are
predicted from its n closest loops (`gaussian_process`), and two sums of the differences, in deviations, are compared with a
threshold (`cusum_sums`). Where the paper is silent:

- **Values** are 2 sqrt(n + 3/8) of the vehicles n (`root`), so that the noise of counts is one deviation in any traffic; the
  paper's own are plain.
- **The loop at fault.** A faulty loop makes its neighbours' predictions wrong too, and a neighbour's sum may exceed first. So
  where a sum exceeds, that loop and those it is predicted from are suspects, and the one is failed without which the residuals
  of all others around are smallest (mean square, each at most `CAP`). The sums of loops predicted from it start anew. While a
  loop is failed, no loop is predicted from it (the paper: "nearby sensors that have not been marked faulty").
- **A fault is of a loop, an incident is of the traffic.** Without the suspect, the others must agree with each
  other: the mean square of their residuals, 1 where all is well, must not exceed `AGREE`. Where it does, two suspects are
  tried together. Where that does not help either, the traffic is unusual (an incident moves vehicles between lanes and holds
  them back at many loops at once): no loop is failed, and the loop's sums start anew.
- **End.** A failed loop is right again once the mean of its last `CLEAR` residuals is as small as chance makes it
  (|mean| sqrt(CLEAR) < CLEAR_Z); its sums then start anew. Until then it stays failed, with its sums at most
  twice the threshold.
- **No data** is no evidence, and no alarm: the paper leaves it to operators.

Between the ends of steps a decision repeats the last one. The score is the larger sum.
"""

from collections import deque
from itertools import combinations
from math import inf

import numpy as np

from detectors.detector import Decision, check_frame
from detectors.faults.cusum_sums import Sums, next_sums, standardised, zero_sums
from detectors.faults.frame_aggregation import StepCounts, anscombe
from detectors.faults.gp_cusum_model_file import GpCusumModel
from detectors.faults.healthy_loop_rates import LoopRates, rate_tail, rates_of_rule
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

CLEAR = 6
"""Residuals that must be small for a failed loop to be right again. Chosen: half an hour of 5-min steps."""
CLEAR_Z = 1.5
"""Largest mean of them, in its deviations. Chosen; a smaller one keeps loops failed for longer."""
SUSPECTS = 4
"""Loops that are tried as the one to blame. Chosen: the loop itself and the three inputs furthest off."""
CAP = 25.0
"""Largest square of a residual that counts. Chosen: 5 deviations, so that one loop cannot outvote the others."""
AGREE = 2.0
"""Largest mean square at which loops agree. Chosen: of 15 loops it is 1 with a deviation of sqrt(2 / 15), so this is 2.7 above."""


class GpCusum:
    """The detector of one corridor, with the predictors fitted to it."""

    def __init__(self, corridor: Corridor, model: GpCusumModel, threshold: float) -> None:
        model.check(corridor)
        self._corridor, self._model, self._threshold = corridor, model, threshold
        self._steps = StepCounts(model.step_s, corridor.period_s, len(corridor.stations) * corridor.lanes)
        sensors = len(model.loops)
        self._sums = zero_sums(sensors)
        self._failed = np.zeros(sensors, dtype=np.bool_)
        self._residuals: deque[Array] = deque(maxlen=CLEAR)
        neighbours = model.predictor.neighbours
        self._uses = (neighbours[:, :, np.newaxis] == np.arange(sensors)).any(
            axis=1
        )  # (loop, loop it is predicted from)
        self._tail = rate_tail(model.thresholds)
        self._previous_s: float | None = None

    @property
    def loop_rates(self) -> LoopRates:
        """The rates of every loop after the last frame."""
        size = len(self._corridor.stations) * self._corridor.lanes
        sums, failed = np.full(size, np.nan), np.zeros(size, dtype=np.bool_)
        sums[self._model.loops], failed[self._model.loops] = self._sums.statistic, self._failed
        return rates_of_rule(failed) if self._tail is None else self._tail.loop_rates(sums, self._threshold)

    def step(self, frame: LoopFrame) -> Decision:
        """Decide about every loop. Raises UserError for a frame of another shape or out of order."""
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        values = self._steps.add(frame)
        if values is not None:
            self._learn(values)
        size = len(self._corridor.stations) * self._corridor.lanes
        score, alarm = np.full(size, np.nan), np.zeros(size, dtype=np.bool_)
        score[self._model.loops] = self._sums.statistic
        alarm[self._model.loops] = self._failed
        return Decision(frame.time_s, score, alarm)

    def _learn(self, vehicles: Array) -> None:
        own = vehicles[self._model.loops]
        values = anscombe(own) if self._model.root else own
        z = self._residuals_without(values, self._failed)
        sums = next_sums(self._sums, z, self._model.slack)
        most = np.where(self._failed, 2 * self._threshold, np.inf)
        upper, lower = np.minimum(sums.upper, most), np.minimum(sums.lower, most)
        self._residuals.append(z)
        self._end(upper, lower)
        while True:
            statistic = np.where(self._failed, -np.inf, np.maximum(upper, lower))
            if not (statistic > self._threshold).any():
                break
            blamed = self._blame(values, z, statistic)
            if not blamed:
                unusual = int(np.argmax(statistic))
                upper[unusual] = lower[unusual] = 0.0
                continue
            self._failed[blamed] = True
            z = self._residuals_without(values, self._failed)
            upper[blamed], lower[blamed] = np.maximum([upper[blamed], lower[blamed]], self._threshold)
            again = next_sums(zero_sums(len(z)), z, self._model.slack)
            misled = self._uses[:, blamed].any(axis=1) & ~self._failed
            upper[misled], lower[misled] = again.upper[misled], again.lower[misled]
        self._sums = Sums(upper, lower)

    def _residuals_without(self, values: Array, hidden: Flags) -> Array:
        """Return all loops' residuals, predicted from the loops that are not hidden."""
        return standardised(values, *self._model.predictor.predict(np.where(hidden, np.nan, values)))

    def _blame(self, values: Array, z: Array, statistic: Array) -> list[int]:
        """Return the suspect, or the two, without which the others agree best; none where they disagree anyway."""
        surest = int(np.argmax(statistic))
        inputs = [k for k in self._model.predictor.neighbours[surest] if not self._failed[k]]
        off = sorted(inputs, key=lambda k: -abs(float(np.nan_to_num(z[k]))))
        suspects = [surest, *(int(k) for k in off[: SUSPECTS - 1])]
        around = (self._uses[:, suspects].any(axis=1) | np.isin(np.arange(len(z)), suspects)) & ~self._failed
        for together in (1, 2):
            groups = [list(group) for group in combinations(suspects, together)]
            left = [self._disagreement(values, group, around) for group in groups]
            if min(left, default=inf) <= AGREE:
                return groups[int(np.argmin(left))]
        return []

    def _disagreement(self, values: Array, hidden: list[int], around: Flags) -> float:
        """Mean square of the residuals of loops `around` without those `hidden`; one of them not known counts as usual."""
        without, others = self._failed.copy(), around.copy()
        without[hidden], others[hidden] = True, False
        z = self._residuals_without(values, without)[others]
        return float(np.where(np.isfinite(z), np.minimum(z**2, CAP), 1.0).mean()) if len(z) else 0.0

    def _end(self, upper: Array, lower: Array) -> None:
        """End the failure of loops that are right again; their sums start anew."""
        if len(self._residuals) < CLEAR or not self._failed.any():
            return
        last = np.array(self._residuals)[:, self._failed]
        known = np.isfinite(last).all(axis=0)
        calm = known & (np.abs(np.nan_to_num(last).mean(axis=0)) * np.sqrt(CLEAR) < CLEAR_Z)
        again = np.flatnonzero(self._failed)[calm]
        self._failed[again] = False
        upper[again] = lower[again] = 0.0
