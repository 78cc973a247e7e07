"""An incident detector that is not told what faulty loops say: a fault detector watches the same frames, live.

    frame --> fault detector: which loops are faulty by now --> these loops not known (NaN) --> incident detector --> decision

The fault detector sees every frame as it came, and first; nothing is masked before it alarms, and nothing afterwards is
changed in retrospect. A lane that an incident blocks looks like a faulty loop, and hiding it would hide the incident: a loop
under alarm is hidden from the first frame in which a fault explains the alarm better than an incident does, by what the incident
detector said up to the frame before (`detectors.alarm_causes`). It is handed on again with the first frame in which its alarm is
over. After each frame `evidence` holds what both say.

Hidden is not known, rather than what the fault detector expects in its place: on the 60 incidents of SR-91 in `calibration`,
with 5 and 10 % of the loops faulty, `sequential` found 59 and 57 with 3 and 5 false alarms so, and 58 and 57 with 4 and 7 on
expected values.
"""

from dataclasses import replace

import numpy as np

from detectors.alarm_causes import Evidence, Witness, of_loop
from detectors.detector import Decision, Detector, Estimate, Estimator
from detectors.faults.healthy_loop_rates import Certainty, certainty_of
from simulator.frame import Flags, LoopFrame


class Masked:
    """A detector of incidents behind a detector of faults; both must be built for the same corridor."""

    def __init__(self, detector: Detector, faults: Detector) -> None:
        self._detector, self._faults = detector, faults
        self._witness = Witness()
        self._evidence: Evidence | None = None

    @property
    def evidence(self) -> Evidence:
        """What both detectors said after the last frame. Raises ValueError before the first."""
        if self._evidence is None:
            raise ValueError("wanted evidence after a frame, and there was none yet")
        return self._evidence

    def step(self, frame: LoopFrame) -> Decision:
        """The incident detector's decision. Raises UserError for a frame of another shape or out of order."""
        doubted = self._faults.step(frame).alarm
        certainty = certainty_of(self._faults, doubted)
        hidden = self._hidden(doubted, certainty)
        decision = self._detector.step(without(frame, hidden))
        estimate = self._detector.estimate if isinstance(self._detector, Estimator) else None
        self._evidence = self._witness.step(decision, estimate, doubted, hidden, certainty)
        return decision

    def _hidden(self, doubted: Flags, certainty: Certainty) -> Flags:
        """(S x L,) loops to hand the frame on without: those hidden before, and those whose alarm is rather of a fault."""
        if self._evidence is None:
            return doubted
        hidden = self._evidence.hidden & doubted
        known = replace(self._evidence, false=certainty.false_per_day, growth=certainty.growth)
        for loop in np.flatnonzero(doubted & ~hidden).tolist():
            causes = of_loop(known, loop)
            hidden[loop] = causes.faulty_loop >= causes.incident
        return hidden


class MaskedEstimator(Masked):
    """The same for an incident detector that says what it believes."""

    def __init__(self, detector: Detector, faults: Detector) -> None:
        super().__init__(detector, faults)
        assert isinstance(detector, Estimator)
        self._estimator: Estimator = detector

    @property
    def estimate(self) -> Estimate:
        """The incident detector's beliefs after the last frame."""
        return self._estimator.estimate


def masked(detector: Detector, faults: Detector) -> Masked:
    """`detector` behind `faults`; it estimates where `detector` does."""
    return MaskedEstimator(detector, faults) if isinstance(detector, Estimator) else Masked(detector, faults)


def without(frame: LoopFrame, loops: Flags) -> LoopFrame:
    """The frame with these loops (S x L,) not known; the very frame where there are none."""
    if not loops.any():
        return frame
    hidden = loops.reshape(frame.count.shape)
    count, speed, occupancy = (np.where(hidden, np.nan, each) for each in (frame.count, frame.speed, frame.occupancy))
    return LoopFrame(frame.time_s, count, speed, occupancy)
