"""A queue in single lanes at the upstream station: formula (8).

    y = log speed of a lane over a minute; m, s its discounted mean and deviation over PAST_S, LAG_S ago
    x = min( [ (y - m)^2 - (y - m - DROP)^2 ] / (2 s^2), MOST ), at least 0: likelihood ratio of a drop by DROP against no change

Only where the lane is denser than LEAST_DENSITY (an empty lane's speed is that of one vehicle), and not within the time that a
stop-and-go wave takes from the downstream station (WAVE_MPS upstream, and AFTER_WAVE_S more) after that was congested: a wave
slows all lanes, one after the other.
"""

from collections import deque

import numpy as np

from detectors.lane_order import filled
from detectors.threshold_detector import frames_in
from simulator.frame import Array, Flags

DROP = float(np.log(0.65))
"""Log of the share of its speed that a lane keeps behind a blockage. Chosen: less is ordinary, more is seen late."""
MOST = 2.0
"""Most that the term adds to a hypothesis, nats: a slow lane alone must not decide."""
PAST_S, LAG_S = 600.0, 120.0
"""Memory of the lane's own past and how old it is at least, s. Chosen: a queue must not become its own past at once."""
LEAST_DEVIATION = 0.08
"""Least deviation of log speeds. Chosen: 8 %, of one-minute means."""
LEAST_DENSITY = 12.0
"""veh/km/lane. Measured on 134 runs: below it a slow vehicle looks like a queue."""
WAVE_MPS, AFTER_WAVE_S = 4.2, 120.0
"""Speed of a stop-and-go wave (15 km/h), and the time it lasts, s."""
CONGESTED = 0.6
"""Share of the free speed below which a station is congested."""


class LaneQueue:
    """Follows the lanes of S stations; `length_m` (N,)."""

    def __init__(self, shape: tuple[int, int], length_m: Array, period_s: float) -> None:
        self._share = 1 - np.exp(-period_s / PAST_S)
        self._wave_s = length_m / WAVE_MPS + AFTER_WAVE_S
        self._lag: deque[Array] = deque(maxlen=frames_in(LAG_S, period_s) + 1)
        self._mean, self._square, self._weight = filled(3, shape)
        self._since_congested_s: Array = np.full(len(length_m), np.inf)

    def step(self, lane_speed: Array, lane_flow: Array, relative: Array, dt_s: float) -> Array:
        """Return x (N, L) at the upstream stations, from one-minute lane speeds and flows (S, L) and relative speeds (S,)."""
        log_speed = np.log(np.maximum(lane_speed, 0.5))
        self._lag.append(log_speed)
        if len(self._lag) == self._lag.maxlen:
            self._learn(self._lag[0])
        self._since_congested_s = np.where(relative[1:] < CONGESTED, 0.0, self._since_congested_s + dt_s)
        weight = np.maximum(self._weight, 1e-9)
        mean = self._mean / weight
        deviation = np.maximum(np.sqrt(np.maximum(self._square / weight - mean**2, 0.0)), LEAST_DEVIATION)
        off = log_speed - mean
        ratio = (off**2 - (off - DROP) ** 2) / (2 * deviation**2)
        density = lane_flow / np.maximum(lane_speed * 3.6, 1.0)
        judged = (self._weight > 3 * self._share) & (density > LEAST_DENSITY) & np.isfinite(ratio)
        no_wave: Flags = self._since_congested_s > self._wave_s
        return np.where(judged[:-1] & no_wave[:, None], np.clip(ratio[:-1], 0.0, MOST), 0.0)

    def _learn(self, log_speed: Array) -> None:
        known = np.isfinite(log_speed)
        share = np.where(known, self._share, 0.0)
        value = np.where(known, log_speed, 0.0)
        self._mean += share * (value - self._mean)
        self._square += share * (value**2 - self._square)
        self._weight += share * (1 - self._weight)

    def forget(self) -> None:
        """Forget the lanes' past, after a gap."""
        self._lag.clear()
        self._mean[:], self._square[:], self._weight[:] = 0.0, 0.0, 0.0
        self._since_congested_s[:] = np.inf
