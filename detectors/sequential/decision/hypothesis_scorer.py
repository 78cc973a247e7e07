"""The explicit hypotheses of every section, weighed after each frame: what happened, in which lanes, and how sure.

    frame, faulty loops --> reading --> expectations of the site (site/) --> evidence (evidence/) --> tests --> score
    the frame itself is learned LEARN_LAG_S later, hardly where the section was under suspicion since

    no incident    lane shares, flows and discharges are the site's own                          score 0
    lanes blocked  lane shadow, flow deficit and queue of a lane set, near or further up          score(m), the greatest
    head blocked   a queue's head that discharges less than heads here do                         S_d
    inside         the downstream station is congested: what stands here is another's queue       no score above 0
    faulty loop    masked before anything is judged
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from detectors.sequential.decision.detector_parts import ALL, Parts
from detectors.sequential.decision.hypothesis_test import HypothesisTest
from detectors.sequential.evidence.discharge_drop import discharge_drop
from detectors.sequential.evidence.flow_deficit import CUTS, LEAST_RELATIVE, flow_deficit
from detectors.sequential.evidence.head_condition import holds_head, inside_queue, relative_speed
from detectors.sequential.evidence.lane_queue import MOST as MOST_QUEUE
from detectors.sequential.evidence.lane_queue import LaneQueue
from detectors.sequential.evidence.lane_shadow import (
    MILD,
    REFILLS,
    all_reported,
    clipped,
    lane_sets,
    lane_shadow,
)
from detectors.sequential.evidence.station_reading import StationReader, StationReading
from detectors.sequential.evidence.travelled_counts import TravelledCounts, travel_time_s
from detectors.sequential.read_only_arrays import ReadOnlyArrays
from detectors.sequential.site.chronic_faults import ChronicFaults
from detectors.sequential.site.count_dispersion import CountDispersion, fresh_factor
from detectors.sequential.site.discounted_ratio import DiscountedRatio
from detectors.sequential.site.free_speeds import FreeSpeeds
from detectors.sequential.site.head_discharge import HeadDischarge
from detectors.sequential.site.shares_by_flow import LaneShares
from detectors.sequential.site.suspicion_rates import SuspicionRates
from detectors.threshold_detector import frames_in
from simulator.frame import Array, Flags, LoopFrame

LEARN_LAG_S = 150.0
SUSPECT_S = 300.0
SUSPECT_WEIGHT = 0.1
BURN_IN_S = 600.0
GAP_S = 150.0
FREE = 0.6
INSIDE_OFF = 0.45
LONG_RATIO_S = 5 * 86400.0
SHORT_RATIO_S = 1200.0
LONG_RATIO_VEH = 150.0
CARRY, CARRY_M = 0.65, 2000.0


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What one frame will teach."""

    reading: StationReading
    relative: Array
    filled: Array
    error: Array
    variance: Array
    excess: Array
    own_error: Array
    arrived: Array
    mu: Array
    head: Flags


@dataclass(frozen=True, slots=True, eq=False)
class HypothesisStep(ReadOnlyArrays):
    """N sections, M lane sets after a frame: the terms, and the `score` (N,) of the explicit hypotheses."""

    time_s: float
    lane_score: Array  # (N, M)
    queue: Array  # (N, M)
    mild: Array  # (N, M)
    discharge: Array  # (N,)
    penalty: Array  # (N,)
    inside: Flags  # (N,)
    relative: Array  # (S,)
    judged: Flags  # (N,)
    score: Array  # (N,)


class HypothesisScorer:
    """Weighs the hypotheses of the sections between stations with lanes `has` (S, L) and `length_m` (N,) apart."""

    def __init__(self, has: Flags, length_m: Array, period_s: float, low_bar: float, parts: Parts = ALL) -> None:
        stations, lanes = has.shape
        sections = stations - 1
        self.has, self._length_m, self._period_s, self._parts, self._low_bar = has, length_m, period_s, parts, low_bar
        self._reader = StationReader(has, period_s)
        self.shares, self.free = LaneShares(has), FreeSpeeds(stations)
        self.carry = DiscountedRatio((sections,), CARRY * np.exp(-length_m / CARRY_M), 300.0, LONG_RATIO_S)
        self.ratio = DiscountedRatio((sections,), 1.0, 60.0, LONG_RATIO_S)
        self.ratio_now = DiscountedRatio((sections,), 1.0, 0.0, SHORT_RATIO_S)
        self.lane_noise = CountDispersion(sections, 1.0, period_s)
        self.flow_noise = CountDispersion(sections, 1.2, period_s)
        self.heads, self.suspicions = HeadDischarge(sections), SuspicionRates(sections, period_s)
        self.seen_s: Array = np.zeros(sections)
        self.chronic = ChronicFaults(has.shape)
        self._excess, self._passed = TravelledCounts(has.shape, period_s), TravelledCounts((stations, 1), period_s)
        self._queue = LaneQueue(has.shape, length_m, period_s)
        self._sets = lane_sets(lanes)
        both = has[1:]
        self._exists = np.asarray((~both).astype(float) @ self._sets.T == 0)
        self._test = HypothesisTest((sections, len(self._sets), len(REFILLS), len(CUTS)), period_s)
        self._discharge: Array = np.zeros(sections)
        self._waiting: deque[Observation] = deque()
        self._lag = frames_in(LEARN_LAG_S, period_s)
        self._suspect_for: Array = np.zeros(sections)
        self._previous_s: float | None = None
        self.last: HypothesisStep

    def step(self, frame: LoopFrame, faulty: Flags) -> HypothesisStep:
        """Return the hypotheses after `frame` with loops `faulty` (S, L)."""
        if self._previous_s is not None and frame.time_s - self._previous_s > GAP_S + self._period_s:
            self._forget()
        self._previous_s = frame.time_s
        masked = self.chronic.step(faulty, np.isfinite(frame.count), self._period_s)
        reading = self._reader.read(frame, masked if self._parts.health else np.zeros_like(faulty))
        relative = relative_speed(reading.speed, self.free.free)
        share_all = self.shares.shares(reading.flow)
        seen = np.where(reading.known, share_all, 0.0)
        covered = seen.sum(axis=1)
        share = seen / np.maximum(covered, 1e-6)[:, None]
        filled = np.where(
            reading.known, reading.vehicles, share_all * (reading.total / np.maximum(covered, 0.05))[:, None]
        )
        tau = travel_time_s(self._length_m, reading.speed, self.free.free)
        self._excess.add(np.where(reading.known, reading.vehicles - reading.total[:, None] * share, 0.0))
        self._passed.add(np.where(reading.sound, reading.total, np.nan)[:, None])
        excess = np.nan_to_num(self._excess.arriving(tau))
        arrived = self._passed.arriving(tau)[:, 0]
        total, known = reading.total[1:], reading.known[1:]
        own_error = np.where(known, reading.vehicles[1:] - total[:, None] * share[1:], np.nan)
        carry = np.clip(self.carry.value, 0.0, 1.0)[:, None]
        bent = np.maximum(share[1:] + carry * excess / np.maximum(total, 3.0)[:, None], 0.3 * share[1:])
        bent = np.where(known, bent, 0.0)
        bent /= np.maximum(bent.sum(axis=1, keepdims=True), 1e-9)
        error = np.where(known, reading.vehicles[1:] - total[:, None] * bent, np.nan)
        variance = total[:, None] * bent * (1 - bent)
        five = np.nan_to_num(reading.flow[1:]) * known.sum(axis=1) / 12.0
        phi = np.maximum(self.lane_noise.value(), 1 - 0.5 * np.minimum(1.0, np.nan_to_num(reading.flow[1:]) / 1200))
        phi = phi * fresh_factor(five, self.shares.learned(reading.flow)[1:])
        both_free = np.minimum(relative[1:], relative[:-1]) > LEAST_RELATIVE
        rho = np.clip(self.ratio_now.shrunk_to(self.ratio.value, LONG_RATIO_VEH), 0.3, 3.0)
        mu = np.where(both_free & reading.sound[1:], rho * arrived, np.nan)
        phi_c = np.maximum(self.flow_noise.value(), 0.9) * fresh_factor(five, self.ratio.under)
        relative_down, inside = relative[1:], inside_queue(relative)
        burning = self.seen_s < BURN_IN_S
        off = burning | (relative_down < INSIDE_OFF) | (covered[1:] <= 0)
        head = holds_head(relative, reading.minute_flow, reading.speed)
        self.dbg = dict(bent=bent, phi=phi, flow=reading.flow, mu=mu)
        lane_score, queue = self._lanes(reading, bent, phi, mu, phi_c, off, relative)
        per_frame = self.heads.expected(known.sum(axis=1) * 1.0, self._period_s)
        x_head = discharge_drop(total, per_frame, head & ~burning)
        kept = np.exp(-self._period_s / 480.0)
        self._discharge = np.maximum(self._discharge * np.where(head, kept, 0.7) + np.minimum(x_head, 6.0), 0.0)
        self._discharge[burning] = 0.0
        penalty = self.suspicions.penalty() if self._parts.suspicions else np.zeros(len(mu))
        best = (lane_score + queue).max(axis=1)
        if self._parts.discharge:
            best = np.maximum(best, self._discharge)
        judged = known.any(axis=1)
        if self._parts.head_condition:
            best = np.where(inside, np.minimum(best, 0.0), best)
        score = best - penalty
        self._after(
            Observation(reading, relative, filled, error, variance, excess, own_error, arrived, mu, head), best, judged
        )
        self.last = HypothesisStep(
            frame.time_s, lane_score, queue, self._test.mild.astype(np.float64), self._discharge.copy(),
            penalty, inside, relative, judged, np.where(judged, score, np.nan),
        )
        return self.last

    def _lanes(self, reading: StationReading, share: Array, phi: Array, mu: Array, phi_c: Array, off: Flags, relative: Array) -> tuple[Array, Array]:
        total, known = reading.total[1:], reading.known[1:]
        counted, carried = reading.vehicles[1:] @ self._sets.T, share @ self._sets.T
        usable = self._exists & all_reported(self._sets, known | ~self.has[1:])
        terms = [np.where(usable, lane_shadow(counted, total, carried, r, phi), 0.0) for r in (*REFILLS, MILD)]
        if not self._parts.shadow:
            terms = [np.zeros_like(each) for each in terms]
        shadow = clipped(np.stack(terms[:-1], axis=-1))
        deficit = np.stack([flow_deficit(total, mu, g, phi_c) if g < 1 else np.zeros(len(mu)) for g in CUTS], axis=-1)
        if not self._parts.deficit:
            deficit[:] = 0.0
        mild = terms[-1] if self._parts.composite_null else np.zeros_like(terms[-1])
        score = self._test.step(shadow, deficit, mild, off)
        score = np.where(usable, score, 0.0)
        at_lane = self._queue.step(reading.lane_speed, reading.lane_flow, relative, self._period_s)
        queue = np.stack([np.max(at_lane[:, each > 0], axis=1) for each in self._sets], axis=-1)
        queue = np.where(self._exists & ~off[:, None] & self._parts.lane_queue, np.minimum(queue, MOST_QUEUE), 0.0)
        return score, queue

    def _after(self, observed: Observation, best: Array, judged: Flags) -> None:
        dt_s = self._period_s
        above = best > self._low_bar
        self.suspicions.learn(above & judged, judged, dt_s)
        self.seen_s = self.seen_s + judged * dt_s
        self._suspect_for = np.where(above, SUSPECT_S, np.maximum(self._suspect_for - dt_s, 0.0))
        self._waiting.append(observed)
        young = self.seen_s.max(initial=0.0) < BURN_IN_S
        while len(self._waiting) > (1 if young else self._lag):
            self._learn(self._waiting.popleft())

    def _learn(self, seen: Observation) -> None:
        dt_s, reading = self._period_s, seen.reading
        weight = np.where(self._suspect_for > 0, SUSPECT_WEIGHT, 1.0)
        station = np.minimum(np.append(1.0, weight), np.append(weight, 1.0))
        free = seen.relative > FREE
        self.free.learn(reading.speed, dt_s)
        self.shares.learn(seen.filled, reading.flow, station * (free & reading.known.any(axis=1)), dt_s)
        judged = weight * free[1:]
        self.carry.learn(
            np.nansum(seen.own_error * seen.excess, axis=1), (seen.excess**2 * np.isfinite(seen.own_error)).sum(axis=1), judged, dt_s
        )
        self.lane_noise.learn(seen.error, seen.variance, judged, dt_s)
        both = judged * free[:-1] * reading.sound[1:]
        self.ratio.learn(reading.total[1:], seen.arrived, both, dt_s)
        self.ratio_now.learn(reading.total[1:], seen.arrived, both, dt_s)
        self.flow_noise.learn((reading.total[1:] - seen.mu)[:, None], seen.mu[:, None], both, dt_s)
        self.heads.learn(reading.total[1:], reading.known[1:].sum(axis=1) * 1.0, weight * seen.head, dt_s)

    def _forget(self) -> None:
        self._reader.forget()
        for each in (self._excess, self._passed, self._queue, self._test):
            each.forget()
        self.shares.forget_recent()
        self.ratio_now.forget()
        self.lane_noise.forget_recent()
        self.flow_noise.forget_recent()
        self._discharge[:] = 0.0
        self._waiting.clear()
