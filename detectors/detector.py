"""The one protocol every detector follows: a frame goes in, a decision about every section comes out.

Conventions: N sections, L lanes; a detector lives for one run; it decides about a frame when that frame's
period has ended, and never sees a later one.
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
    """What a detector says at the end of one frame, section by section.

    `score` (N,) is the evidence for an incident (higher is surer, NaN where there is none to judge);
    `alarm` (N,) is true where this frame's decision is: incident.
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
    """What an estimating detector believes about the incident in each section after a frame.

    NaN (False, "") where it believes nothing. Shapes and units:
    `blocked` (N, L) lanes taken for blocked; `lane_changing` (N, L) share of a blocked lane's vehicles that leave it
    in this frame; `queue` (N, L) vehicles queuing in a blocked lane upstream of the incident; `beside` (N, L)
    vehicles in a lane beside a blocked one; `evidence`, `upper`, `lower` (N,) log likelihood ratio and the
    thresholds it is tested against; `onset_s`, `clearance_s` (N,) start and end; `position_m` (N,) blocked position;
    `symptom` N texts: the rule that started it, with its values; `posterior` (N,) probability of an incident, None from a
    detector that gives none.
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


class Detector(Protocol):
    """Sees one frame at a time, in order, and decides about every section of its corridor."""

    def step(self, frame: LoopFrame) -> Decision:
        """Decide at the end of `frame`. Raises UserError for a frame of another shape or out of order."""
        ...


@runtime_checkable
class Estimator(Protocol):
    """A detector that also says what it believes is going on."""

    @property
    def estimate(self) -> Estimate:
        """The beliefs after the last frame."""
        ...


Build = Callable[[Corridor], Detector]


def check_frame(frame: LoopFrame, corridor: Corridor, previous_s: float | None) -> None:
    """Refuse a frame that is not the corridor's, or not later than the one at `previous_s`. Raises UserError."""
    wanted = (len(corridor.stations), corridor.lanes)
    if frame.count.shape != wanted:
        raise UserError(
            f"frame at {frame.time_s} s: wanted {wanted[0]} stations by {wanted[1]} lanes, got "
            f"{frame.count.shape} (is it from another corridor?)"
        )
    if previous_s is not None and frame.time_s <= previous_s:
        raise UserError(f"frames come in order of time: {frame.time_s} s follows {previous_s} s")
