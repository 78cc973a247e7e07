"""The explicit hypotheses of every section, weighed after each frame: what happened, in which lanes, and how sure.

    frame without faulty loops --> reading --> what the site leads to expect --> evidence --> sequential tests --> score (N,)

    no incident    lane shares, flows and discharges are the site's own                          score 0
    lanes blocked  lane shadow, flow deficit and queue of a lane set, near or further up          score(m), the greatest counts
                   where the upstream station is slowed, lanes count for MOST_SLOWED at most
    head blocked   a queue's head that discharges less than heads here do                         S_d
    inside, wave   the downstream station is congested: what stands here is another's queue       no score above 0
    faulty loop    masked before anything is judged

The frame is learned when its score is known (`learn`), so that what is under suspicion teaches little.
"""

from dataclasses import dataclass

import numpy as np

from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.decision.detector_parts import ALL, Parts
from detectors.sequential.decision.hypothesis_test import HypothesisTest
from detectors.sequential.decision.lane_evidence import LaneEvidence
from detectors.sequential.decision.section_expectations import Expectations, SectionExpectations
from detectors.sequential.evidence.discharge_drop import DischargeTest
from detectors.sequential.evidence.head_condition import inside_queue, slowed_upstream
from detectors.sequential.evidence.lane_queue import LaneQueue
from detectors.sequential.evidence.station_reading import StationReader
from detectors.sequential.site.learned_site import LearnedSite
from simulator.frame import Array, Flags, LoopFrame

GAP_S = 150.0
"""Missing time after which the last minutes are forgotten, s. Chosen: two to seven frames are bridged."""
INSIDE_OFF = 0.45
"""Share of the free speed at the downstream station below which the tests begin anew: lane use in a queue says nothing."""
MOST_SLOWED = 8.0
"""Most that lanes count for where the upstream station is slowed, nats: less than the threshold for one false alarm a day, so that
other evidence must agree. Chosen on four whole days of `calibration`, of whose 5 false alarms 4 went, all in the first peak at a
bottleneck; no incident of `calibration` or planted in the first half of Portland's days is found later (6 does the same)."""


@dataclass(frozen=True, slots=True, eq=False)
class HypothesisStep(ReadOnlyArrays):
    """N sections, M lane sets after a frame: what each hypothesis has gathered [nats], and the greatest, `best` (N,).

    `tested` (N, M) the lane sets' tests; `queue` (N, M); `discharge` (N,); `inside` (N,) a queue; `penalty` (N,) for past
    suspicions; `judged` (N,). `best` is NaN where nothing is known, and leaves the penalty out.
    """

    time_s: float
    tested: Array
    queue: Array
    discharge: Array
    inside: Flags
    penalty: Array
    judged: Flags
    expectations: Expectations
    best: Array

    @property
    def lane_score(self) -> Array:
        """(N, M), the evidence that a lane set is blocked."""
        return np.asarray(self.tested + self.queue)


class HypothesisScorer:
    """Weighs the hypotheses of the sections of `length_m` (N,) between stations with lanes `has` (S, L)."""

    def __init__(self, has: Flags, length_m: Array, period_s: float, parts: Parts = ALL) -> None:
        self._period_s, self._parts = period_s, parts
        self.site = LearnedSite(has, length_m, period_s)
        self._reader = StationReader(has, period_s)
        self._expectations = SectionExpectations(has, length_m, period_s)
        self._lanes = LaneEvidence(has[1:], parts)
        self._test = HypothesisTest(self._lanes.shape, period_s)
        self._queue = LaneQueue((has.shape[0], has.shape[1]), length_m, period_s)
        self._discharge = DischargeTest(len(length_m), period_s)
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> HypothesisStep:
        """Return the hypotheses after `frame`, in which the readings of faulty loops are not known."""
        if self._previous_s is not None and frame.time_s - self._previous_s > GAP_S + self._period_s:
            self._forget_minutes()
        self._previous_s = frame.time_s
        reading = self._reader.read(frame)
        expected = self._expectations.step(reading, self.site)
        judged = np.asarray(reading.known[1:].any(axis=1))
        inside, new = inside_queue(expected.relative), self.site.new
        off = new | (expected.relative[1:] < INSIDE_OFF) | ~judged
        terms = self._lanes.terms(reading, expected)
        tested = np.where(terms.usable, self._test.step(terms.shadow, terms.deficit, terms.mild, off), 0.0)
        slow = self._queue.step(reading.lane_speed, reading.lane_flow, expected.relative, self._period_s)
        queue = np.where(off[:, None], 0.0, self._lanes.of_sets(slow))
        discharge = self._discharge.step(reading.total[1:], expected.discharge, expected.head, new)
        best = most_slowed((tested + queue).max(axis=1), expected.relative, self._parts)
        if self._parts.discharge:
            best = np.maximum(best, discharge)
        if self._parts.head_condition:
            best = np.where(inside, np.minimum(best, 0.0), best)
        penalty = self.site.suspicions.penalty() if self._parts.suspicions else np.zeros(len(best))
        best = np.where(judged, best, np.nan)
        return HypothesisStep(frame.time_s, tested, queue, discharge, inside, penalty, judged, expected, best)

    def learn(self, step: HypothesisStep, suspicious: Flags) -> None:
        """Learn the frame of `step`, hardly where its section is `suspicious` (N,)."""
        self.site.add(step.expectations.observed, suspicious, step.judged)

    def _forget_minutes(self) -> None:
        self._reader.forget()
        self._expectations.forget()
        self._test.forget()
        self._queue.forget()
        self._discharge.forget()
        self.site.forget_minutes()


def most_slowed(lanes: Array, relative: Array, parts: Parts = ALL) -> Array:
    """Return the evidence of `lanes` (N,), at most MOST_SLOWED where the upstream station is slowed; `relative` (S,) speeds."""
    if not parts.head_condition:
        return lanes
    return np.where(slowed_upstream(relative), np.minimum(lanes, MOST_SLOWED), lanes)
