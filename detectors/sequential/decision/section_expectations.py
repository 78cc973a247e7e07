"""What the site leads to expect in a frame, and how surely: lane shares, flows and their noise, section by section."""

from dataclasses import dataclass

import numpy as np

from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.evidence.flow_deficit import LEAST_RELATIVE
from detectors.sequential.evidence.head_condition import holds_head, relative_speed
from detectors.sequential.evidence.station_reading import StationReading
from detectors.sequential.evidence.travelled_counts import TravelledCounts, travel_time_s
from detectors.sequential.site.count_dispersion import fresh_factor
from detectors.sequential.site.learned_site import LearnedSite, Observation
from simulator.frame import Array, Flags

LEAST_COVERED = 0.05
"""Share of a station's traffic in its known lanes that its total is estimated from at least."""
LEAST_BENT = 0.3
"""Of its own share, a lane is expected to carry at least this, whatever its excess upstream. Chosen: an empty lane refills."""
LEAST_TOTAL_VEH = 3.0
DENSE_VPHPL, DENSE_PART = 1200.0, 0.5
LEAST_FLOW_NOISE = 0.9
"""Floors of the dispersions: of lanes 1 - DENSE_PART min(1, q / DENSE_VPHPL), of totals. Measured: 0.45 to 0.6 in simulation, 0.7
to 0.8 on Portland; a lower floor would trust a lucky hour."""


@dataclass(frozen=True, slots=True, eq=False)
class Expectations(ReadOnlyArrays):
    """N sections: `share` (N, L) of the known lanes downstream, `lane_noise` (N,) phi; `expected` (N,) vehicles (NaN: not known),
    `flow_noise` (N,) phi_c; `head` (N,) one stands here, `discharge` (N,) vehicles of a frame if one does; `relative` (S,) speeds.
    """

    share: Array
    lane_noise: Array
    expected: Array
    flow_noise: Array
    head: Flags
    discharge: Array
    relative: Array
    observed: Observation


class SectionExpectations:
    """Expects the frames of one corridor, from what the site has taught and what has passed upstream."""

    def __init__(self, has: Flags, length_m: Array, period_s: float) -> None:
        self._has, self._length_m, self._period_s = has, length_m, period_s
        self._excess, self._passed = TravelledCounts(has.shape, period_s), TravelledCounts((len(has), 1), period_s)

    def step(self, reading: StationReading, site: LearnedSite) -> Expectations:
        """Return what was to be expected of the frame that `reading` is of."""
        relative = relative_speed(reading.speed, site.free.free)
        usual = site.shares.shares(reading.flow)
        seen = np.where(reading.known, usual, 0.0)
        covered = seen.sum(axis=1)
        share = seen / np.maximum(covered, 1e-6)[:, None]
        whole = reading.total / np.maximum(covered, LEAST_COVERED)
        filled = np.where(reading.known, reading.vehicles, usual * whole[:, None])
        tau_s = travel_time_s(self._length_m, reading.speed, site.free.free)
        own = reading.vehicles - reading.total[:, None] * share
        self._excess.add(np.where(reading.known, own, 0.0))
        self._passed.add(np.where(reading.sound, reading.total, np.nan)[:, None])
        excess, arrived = np.nan_to_num(self._excess.arriving(tau_s)), self._passed.arriving(tau_s)[:, 0]
        total, known = reading.total[1:], reading.known[1:]
        bent = _bent(share[1:], excess * np.clip(site.carry.value, 0.0, 1.0)[:, None], total, known)
        error = np.where(known, reading.vehicles[1:] - total[:, None] * bent, np.nan)
        flow = np.nan_to_num(reading.flow[1:])
        five_minutes = flow * known.sum(axis=1) / 12.0
        lane_noise = np.maximum(site.lane_noise.value(), 1 - DENSE_PART * np.minimum(1.0, flow / DENSE_VPHPL))
        both_free = np.minimum(relative[1:], relative[:-1]) > LEAST_RELATIVE
        expected = np.where(both_free & reading.sound[1:], site.flow_ratio * arrived, np.nan)
        head = holds_head(relative, reading.minute_flow, reading.speed)
        return Expectations(
            bent,
            lane_noise * fresh_factor(five_minutes, site.shares.learned(reading.flow)[1:]),
            expected,
            np.maximum(site.flow_noise.value(), LEAST_FLOW_NOISE)
            * fresh_factor(five_minutes, site.lasting_ratio.under),
            head,
            site.heads.expected(known.sum(axis=1) * 1.0, self._period_s),
            relative,
            Observation(
                reading,
                relative,
                filled,
                excess,
                np.where(known, own[1:], np.nan),
                error,
                total[:, None] * bent * (1 - bent),
                arrived,
                expected,
                head,
            ),
        )

    def forget(self) -> None:
        """Forget what is on its way, after a gap."""
        self._excess.forget()
        self._passed.forget()


def _bent(share: Array, excess: Array, total: Array, known: Flags) -> Array:
    """Return the shares (N, L) with the `excess` (N, L) that arrives from upstream, scaled to 1 over the known lanes."""
    bent = np.maximum(share + excess / np.maximum(total, LEAST_TOTAL_VEH)[:, None], LEAST_BENT * share)
    bent = np.where(known, bent, 0.0)
    return np.asarray(bent / np.maximum(bent.sum(axis=1, keepdims=True), 1e-9))
