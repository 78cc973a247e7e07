"""A detector's output for one run: decisions and estimates."""

from dataclasses import dataclass
from math import nan

import numpy as np

from detectors.alarm_causes import Evidence
from detectors.detector import Decision, Estimate
from simulator.frame import Array, Flags, LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One frame with its decision, the estimate of a detector that makes one, and the `evidence` of a masked detector."""

    frame: LoopFrame
    decision: Decision
    estimate: Estimate | None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """The estimate for one lane of one section at the end of one frame; NaN or "" where a value is not estimated.

    There is a row for each lane estimated to be blocked and each lane beside one. `lane_changing` (share) and `queue` [veh]
    belong to blocked lanes, `beside` [veh] to lanes beside; the fields from `evidence` on are the section's and
    repeat in each of its rows (`detectors.detector.Estimate` defines them).
    """

    time_s: float
    section: int
    lane: int
    blocked: bool
    lane_changing: float
    queue: float
    beside: float
    evidence: float
    upper: float
    lower: float
    onset_s: float
    clearance_s: float
    position_m: float
    symptom: str
    posterior: float = nan


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Every decision of one run: `times_s` (T,) ends of frames, `score` and `alarm` (T, N).

    The arrays are read-only copies. Raises ValueError where their shapes do not fit.
    """

    times_s: Array
    score: Array
    alarm: Flags

    def __post_init__(self) -> None:
        times_s = np.array(self.times_s, dtype=np.float64)
        score = np.array(self.score, dtype=np.float64)
        alarm = np.array(self.alarm, dtype=np.bool_)
        if times_s.ndim != 1 or score.ndim != 2 or len(score) != len(times_s) or alarm.shape != score.shape:
            raise ValueError(
                "decisions need times (T,), scores and alarms (T, N), "
                f"got {times_s.shape}, {score.shape}, {alarm.shape}"
            )
        for name, values in (("times_s", times_s), ("score", score), ("alarm", alarm)):
            values.flags.writeable = False
            object.__setattr__(self, name, values)
