"""Trials: a lane with symptoms has a filter of its own, from its first frame with symptoms to its last.

Lane i is coded as blocked; its adjacent lanes are i - 1 and i + 1 where both stations of the section have them. Three
interpretations, the paper being silent:

- Z_k of the test: lane changing occurs in a step when the filter's estimate of the vehicles that change lane in it,
  u_i sum_j p_ij, is at least one.
- A gap in time ends every trial: vehicle numbers cannot be carried over missing frames.
- A section whose stations share a single lane has no adjacent lane, so no model and no trials.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from detectors.sheu.msprt import Observation
from detectors.sheu.sheu_parameters import Parameters
from detectors.sheu.symptom_rules import describe, exceeded, strongest, threshold_array
from detectors.sheu.symptom_watch import GAP_PERIODS
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

if TYPE_CHECKING:
    from detectors.sheu.lane_ekf import LaneFilter

ONE_VEHICLE = 1.0
"""Vehicles that change lane in a step from which lane changing occurs in it (Z_k = 1). Chosen: the paper gives no bound."""


def lane_and_beside(lane: int, lanes: range) -> tuple[int, ...]:
    """Return the lane itself, then the lanes beside it, of the `lanes` that both stations have.

    >>> lane_and_beside(0, range(4)), lane_and_beside(2, range(4)), lane_and_beside(1, range(1, 3))
    ((0, 1), (2, 1, 3), (1, 2))
    """
    return (lane, *(beside for beside in (lane - 1, lane + 1) if beside in lanes))


def _in_both(up: Station, down: Station) -> range:
    lanes = up.lane_numbers, down.lane_numbers
    return range(max(each.start for each in lanes), min(each.stop for each in lanes))


@dataclass(frozen=True, slots=True, eq=False)
class LaneTrial:
    """One lane with symptoms: `lanes` are the lane and those beside it, `onset_s` the start of the first frame.

    `flow_vphpl` is the section's upstream flow before the symptoms (NaN where not known), `symptom` the rule that
    began it and its values.
    """

    section: int
    lanes: tuple[int, ...]
    filter: "LaneFilter"
    flow_vphpl: float
    onset_s: float
    symptom: str

    def observe(self, frame: LoopFrame) -> Observation:
        """Advance the filter by the frame's counts and return the test's observation."""
        chosen = list(self.lanes)
        changed = self.filter.advance(frame.count[self.section][chosen], frame.count[self.section + 1][chosen])
        return Observation(changed >= ONE_VEHICLE, self.filter.lane_changing, self.filter.queue_growth)


class LaneTrials:
    """All trials of one corridor, begun and ended as symptoms come and go."""

    def __init__(self, corridor: Corridor, parameters: Parameters) -> None:
        self._period_s = corridor.period_s
        self._rules = parameters.symptoms
        self._filter = parameters.filter
        self._thresholds = threshold_array(parameters.symptoms.thresholds)
        self._common = [_in_both(up, down) for up, down in pairwise(corridor.stations)]
        self._held = np.zeros((corridor.sections, corridor.lanes), dtype=np.bool_)
        self._previous_s: float | None = None
        self.open: dict[tuple[int, int], LaneTrial] = {}
        # Imported with the first detector, neither with the catalogue nor in the first frame with symptoms: filterpy brings
        # scipy.stats, 50 MB and 0.9 s of processor time.
        from detectors.sheu.lane_ekf import LaneFilter

        self._make_filter = LaneFilter

    def step(self, frame: LoopFrame, quantities: Array, flow_vphpl: Array) -> list[tuple[LaneTrial, Observation]]:
        """Return the trials open after one frame, each with its filter's observation.

        `quantities` (R, N, L) of the symptom rules, `flow_vphpl` (N,) before. Trials without symptoms end.
        """
        if self._previous_s is not None and frame.time_s - self._previous_s >= GAP_PERIODS * self._period_s:
            self._held[:] = False
            self.open = {}
        self._previous_s = frame.time_s
        self._held = exceeded(quantities, self._thresholds, self._rules.release, self._held)
        still: dict[tuple[int, int], LaneTrial] = {}
        for section, lane in np.argwhere(self._held).tolist():
            if (section, lane) in self.open:
                still[section, lane] = self.open[section, lane]
            elif len(self._common[section]) > 1:
                own = quantities[:, section, lane]
                still[section, lane] = self._begin(frame, section, lane, own, float(flow_vphpl[section]))
        self.open = still
        return [(trial, trial.observe(frame)) for trial in still.values()]

    def _begin(self, frame: LoopFrame, section: int, lane: int, quantities: Array, flow_vphpl: float) -> LaneTrial:
        lanes = lane_and_beside(lane, self._common[section])
        rule = strongest(quantities, self._thresholds)
        return LaneTrial(
            section,
            lanes,
            self._make_filter(frame.count[section][list(lanes)], self._filter),
            flow_vphpl,
            frame.time_s - self._period_s,
            describe(rule, float(quantities[rule]), float(self._thresholds[rule])),
        )
