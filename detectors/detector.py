"""The one protocol every detector follows: a frame goes in, a decision about every section comes out.

Conventions: N sections, L lanes; a detector lives for one run; it decides about a frame when that frame's
period has ended, and never gets a later one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A detector's decision at the end of one frame, section by section.

    `score` (N,) is the evidence for an incident (higher is surer, NaN where nothing can be judged); `alarm` (N,) is true where
    an alarm is on in this frame.
    """

    time_s: float
    score: Array
    alarm: Flags

    def __post_init__(self) -> None:
        score = np.array(self.score, dtype=np.float64)
        alarm = np.array(self.alarm, dtype=np.bool_)
        if score.ndim != 1 or alarm.shape != score.shape:
            raise ValueError(f"score and alarm hold one value per section, got shapes {score.shape}, {alarm.shape}")
        score.flags.writeable = alarm.flags.writeable = False
        object.__setattr__(self, "score", score)
        object.__setattr__(self, "alarm", alarm)


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """An estimate of the incident in each section after a frame: NaN (False, "") where nothing is estimated.

    `blocked` (N, L): lanes estimated to be blocked. `lane_changing` (N, L): share of a blocked lane's vehicles that leave it in
    this frame. `queue` (N, L): vehicles queuing in a blocked lane upstream of the incident. `beside` (N, L): vehicles in a lane
    beside a blocked one. `evidence`, `upper`, `lower` (N,): what the alarm is decided by, and the thresholds it is compared with,
    in the detector's own unit (`sheu2004`: log likelihood ratio; `sequential`: its score, in log odds). `onset_s`, `clearance_s`,
    `position_m` (N,): start, end and place of the incident. `symptom`: N texts, what made the section suspicious, with values.
    `posterior` (N,): calibrated probability of an incident; None where the detector gives none. `tail_m` (N,): position of the
    tail of the incident's queue, which may lie sections upstream of it; None likewise.
    """

    time_s: float
    blocked: Flags
    lane_changing: Array
    queue: Array
    beside: Array
    evidence: Array
    upper: Array
    lower: Array
    onset_s: Array
    clearance_s: Array
    position_m: Array
    symptom: tuple[str, ...]
    posterior: Array | None = None
    tail_m: Array | None = None


class Detector(Protocol):
    """Takes one frame at a time, in order, and decides about every section of its corridor."""

    def step(self, frame: LoopFrame) -> Decision:
        """Decide at the end of `frame`. Raises UserError for a frame of another shape or out of order."""
        ...


@runtime_checkable
class Estimator(Protocol):
    """A detector that also estimates the incidents it decides about."""

    @property
    def estimate(self) -> Estimate:
        """The estimate after the last frame."""
        ...


def no_estimate(corridor: Corridor, time_s: float = np.nan) -> Estimate:
    """Return the estimate where nothing is known: NaN everywhere, no lane blocked, no posterior. Its arrays may be filled."""
    lane_changing, queue, beside = np.full((3, corridor.sections, corridor.lanes), np.nan)
    evidence, upper, lower, onset_s, clearance_s, position_m = np.full((6, corridor.sections), np.nan)
    return Estimate(
        time_s=time_s,
        blocked=np.zeros(queue.shape, dtype=np.bool_),
        lane_changing=lane_changing,
        queue=queue,
        beside=beside,
        evidence=evidence,
        upper=upper,
        lower=lower,
        onset_s=onset_s,
        clearance_s=clearance_s,
        position_m=position_m,
        symptom=("",) * corridor.sections,
    )


Build = Callable[[Corridor], Detector]


def check_frame(frame: LoopFrame, corridor: Corridor, previous_s: float | None) -> None:
    """Raise UserError for a frame of another shape than the corridor's, or not later than the one at `previous_s`."""
    wanted = (len(corridor.stations), corridor.lanes)
    if frame.count.shape != wanted:
        raise UserError(
            f"frame at {frame.time_s} s: wanted {wanted[0]} stations by {wanted[1]} lanes, got "
            f"{frame.count.shape} (is it from another corridor?)"
        )
    if previous_s is not None and frame.time_s <= previous_s:
        raise UserError(f"frames come in order of time: {frame.time_s} s follows {previous_s} s")
