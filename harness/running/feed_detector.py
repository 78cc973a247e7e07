"""Feed frames to a detector one by one, never ahead of time, and keep its decisions and estimates.

Conventions: T frames, N sections; a decision belongs to the end of the frame it was made on. The next frame is read only
after the decision on the last one was yielded, so a live simulation never runs ahead of its detector.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import nan

import numpy as np

from detectors.detector import Decision, Detector, Estimate, Estimator, check_frame
from detectors.explained_detector import reasons_of
from detectors.fault_masking import Masked
from harness.records.decisions import DecisionLog, Decisions, EstimateRow, Step
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


def step_once(detector: Detector, frame: LoopFrame, corridor: Corridor, previous_s: float | None) -> Step:
    """Return the detector's step on one frame; `previous_s` is the end of the frame before, None where there was none.

    Raises UserError for a frame of another shape or out of order, ValueError where a decision is not about every section
    or not about this frame, PluginError where a detector of another package fails.
    """
    check_frame(frame, corridor, previous_s)
    decision = detector.step(frame)
    if decision.score.shape != (corridor.sections,) or decision.time_s != frame.time_s:
        raise ValueError(
            f"wanted a decision about {corridor.sections} sections at {frame.time_s} s, got one about "
            f"{decision.score.shape[0]} at {decision.time_s} s (was the detector built for another corridor?)"
        )
    estimate = detector.estimate if isinstance(detector, Estimator) else None
    if isinstance(detector, Masked):
        return Step(frame, decision, estimate, detector.evidence, detector.reasons)
    return Step(frame, decision, estimate, reasons=reasons_of(detector))


def step_all(detector: Detector, frames: Iterable[LoopFrame], corridor: Corridor) -> Iterator[Step]:
    """Yield the detector's step on each frame, one at a time. Raises what `step_once` raises."""
    previous_s: float | None = None
    for frame in frames:
        yield step_once(detector, frame, corridor, previous_s)
        previous_s = frame.time_s


def estimate_rows(estimate: Estimate) -> Iterator[EstimateRow]:
    """Yield the rows of one frame: for each section with a lane estimated as blocked, its blocked lanes and those beside."""
    rows = estimate.blocked | ~np.isnan(estimate.beside)
    rows &= estimate.blocked.any(axis=1, keepdims=True)
    for section, lane in np.argwhere(rows).tolist():
        yield EstimateRow(
            time_s=float(estimate.time_s),
            section=section,
            lane=lane,
            blocked=bool(estimate.blocked[section, lane]),
            lane_changing=float(estimate.lane_changing[section, lane]),
            queue=float(estimate.queue[section, lane]),
            beside=float(estimate.beside[section, lane]),
            evidence=float(estimate.evidence[section]),
            upper=float(estimate.upper[section]),
            lower=float(estimate.lower[section]),
            onset_s=float(estimate.onset_s[section]),
            clearance_s=float(estimate.clearance_s[section]),
            position_m=float(estimate.position_m[section]),
            symptom=estimate.symptom[section],
            posterior=nan if estimate.posterior is None else float(estimate.posterior[section]),
            tail_m=nan if estimate.tail_m is None else float(estimate.tail_m[section]),
        )


Keep = Callable[[Decision, Sequence[EstimateRow]], Iterable[EstimateRow]]
"""Says which of the rows of one frame are kept."""


def keep_all(decision: Decision, rows: Sequence[EstimateRow]) -> Sequence[EstimateRow]:
    """Keep every row."""
    return rows


class Collector:
    """Collects the decisions and the estimates of one run, step by step; of the estimates, what `keep` returns."""

    def __init__(self, corridor: Corridor, keep: Keep = keep_all) -> None:
        self._log = DecisionLog(corridor.sections)
        self._keep = keep
        self._rows: list[EstimateRow] = []
        self._estimating = False

    def add(self, step: Step) -> None:
        """Add one step."""
        self._log.add(step.decision)
        if step.estimate is not None:
            self._estimating = True
            self._rows.extend(self._keep(step.decision, list(estimate_rows(step.estimate))))

    @property
    def decisions(self) -> Decisions:
        """All decisions so far."""
        return self._log.decisions

    @property
    def estimates(self) -> tuple[EstimateRow, ...] | None:
        """All rows kept so far; None from a detector that makes no estimates."""
        return tuple(self._rows) if self._estimating else None


def collect(
    detector: Detector,
    frames: Iterable[LoopFrame],
    corridor: Corridor,
    watch: Callable[[Step], None] = lambda step: None,
    keep: Keep = keep_all,
) -> tuple[Decisions, tuple[EstimateRow, ...] | None]:
    """Return every decision on the frames, and the estimates that `keep` returns; None from a detector that makes none.

    `watch` is called with every step as it is made.
    """
    collector = Collector(corridor, keep)
    for step in step_all(detector, frames, corridor):
        collector.add(step)
        watch(step)
    return collector.decisions, collector.estimates
