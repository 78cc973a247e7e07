"""An incident detector behind a fault detector, which hides faulty loops from it, live.

    frame --> fault detector: which loops are faulty --> these loops not known (NaN) --> incident detector --> decision

The fault detector gets every frame unchanged, and first. Nothing is masked before it alarms, and nothing in retrospect. A lane
that an incident blocks looks like a faulty loop, and hiding it would hide the incident. So a loop under alarm is hidden from
the first frame in which a fault explains the alarm better than an incident does, by the incident detector's decisions up to the
frame before (`detectors.alarm_causes`), until the first frame without its alarm. After each frame `evidence` holds the evidence of
both detectors.

A hidden loop is not known, rather than replaced by the value that the fault detector expects: on the 60 incidents of SR-91 in
`calibration`, with 5 and 10 % of the loops faulty, `sequential` found 59 and 57 with 3 and 5 false alarms this way, and 58 and 57
with 4 and 7 on expected values.
"""

from dataclasses import replace

import numpy as np

from detectors.alarm_causes import Evidence, EvidenceTracker, causes_of_loop_alarm
from detectors.detector import Decision, Detector, Estimate, Estimator
from detectors.explained_detector import Reasons, reasons_of
from detectors.faults.healthy_loop_rates import LoopRates, loop_rates_of
from detectors.site_memory import Memory, memory_of, recall_part
from simulator.frame import Array, Flags, LoopFrame


class Masked:
    """A detector of incidents behind a detector of faults; both must be built for the same corridor."""

    def __init__(self, detector: Detector, faults: Detector) -> None:
        self._detector, self._faults = detector, faults
        self._tracker = EvidenceTracker()
        self._evidence: Evidence | None = None

    @property
    def detector(self) -> Detector:
        """The incident detector."""
        return self._detector

    @property
    def reasons(self) -> Reasons | None:
        """The incident detector's own reasons after the last frame; None where it gives none."""
        return reasons_of(self._detector)

    @property
    def evidence(self) -> Evidence:
        """The evidence of both detectors after the last frame. Raises ValueError before the first."""
        if self._evidence is None:
            raise ValueError("wanted evidence after a frame, got no frame yet")
        return self._evidence

    def step(self, frame: LoopFrame) -> Decision:
        """Return the incident detector's decision. Raises UserError for a frame of another shape or out of order."""
        doubted = self._faults.step(frame).alarm
        rates = loop_rates_of(self._faults, doubted)
        hidden = self._hidden(doubted, rates)
        decision = self._detector.step(without_loops(frame, hidden))
        estimate = self._detector.estimate if isinstance(self._detector, Estimator) else None
        self._evidence = self._tracker.step(decision, estimate, doubted, hidden, rates)
        return decision

    def memory(self) -> dict[str, Array]:
        """Return what the incident detector has learned of its site; the fault detector begins anew after a restart."""
        return memory_of(self._detector)

    def recall(self, memory: Memory) -> None:
        """Let the incident detector begin with `memory`."""
        recall_part(self._detector, memory)

    def _hidden(self, doubted: Flags, rates: LoopRates) -> Flags:
        """Return (S x L,) the loops to hide: those hidden before, and those whose alarm is likelier a fault than an incident."""
        if self._evidence is None:
            return doubted
        hidden = self._evidence.hidden & doubted
        known = replace(self._evidence, false=rates.false_per_day, growth=rates.growth)
        for loop in np.flatnonzero(doubted & ~hidden).tolist():
            causes = causes_of_loop_alarm(known, loop)
            hidden[loop] = causes.faulty_loop >= causes.incident
        return hidden


class MaskedEstimator(Masked):
    """`Masked` for an incident detector with estimates."""

    def __init__(self, detector: Detector, faults: Detector) -> None:
        super().__init__(detector, faults)
        assert isinstance(detector, Estimator)
        self._estimator: Estimator = detector

    @property
    def estimate(self) -> Estimate:
        """The incident detector's estimates after the last frame."""
        return self._estimator.estimate


def masked(detector: Detector, faults: Detector) -> Masked:
    """Return `detector` behind `faults`; with estimates where `detector` gives them."""
    return MaskedEstimator(detector, faults) if isinstance(detector, Estimator) else Masked(detector, faults)


def without_loops(frame: LoopFrame, loops: Flags) -> LoopFrame:
    """Return the frame with these loops (S x L,) not known; the same object where there are none."""
    if not loops.any():
        return frame
    hidden = loops.reshape(frame.count.shape)
    count, speed, occupancy = (np.where(hidden, np.nan, each) for each in (frame.count, frame.speed, frame.occupancy))
    return LoopFrame(frame.time_s, count, speed, occupancy)
