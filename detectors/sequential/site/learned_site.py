"""All that is learned of a site on line, section by section and station by station, and when a frame is learned.

    frame --> waits LEARN_LAG_S --> learned; at SUSPECT_WEIGHT where its section was under suspicion within SUSPECT_S since

In a road's first BURN_IN_S frames are learned at once: nothing is decided yet. Lane shares, carry-over, ratios and noise are
learned in free traffic alone, discharges while a queue's head stands in the section.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from detectors.sequential.evidence.station_reading import StationReading
from detectors.sequential.site.count_dispersion import CountDispersion
from detectors.sequential.site.discounted_ratio import DiscountedRatio
from detectors.sequential.site.free_speeds import FreeSpeeds
from detectors.sequential.site.head_discharge import HeadDischarge
from detectors.sequential.site.shares_by_flow import SharesByFlow
from detectors.sequential.site.suspicion_rates import SuspicionRates
from detectors.site_memory import Memory, part_of, prefixed
from detectors.threshold_detector import frames_in
from simulator.frame import Array, Flags

LEARN_LAG_S = 150.0
"""Chosen: an incident is suspected before its frames are learned; longer starves the shares of the last minutes."""
SUSPECT_S, SUSPECT_WEIGHT = 300.0, 0.1
"""Time after a suspicion in which a section hardly learns, s, and the weight it learns at. Chosen: a lasting change is normal
in the end."""
BURN_IN_S = 600.0
"""Time in which the hypotheses only learn a new road and the trees decide alone, s; a road whose memory is recalled has it behind
it. Chosen on 59 pieces of the first half of Portland's days, each a new road: 300 s gives 9 alarms in a piece's first ten
minutes instead of 4."""
FREE = 0.6
"""Share of the free speed above which lane use and flow ratios are learned. Chosen: congested lanes even out."""
LASTING_S, RECENT_S = 5 * 86400.0, 1200.0
"""Memory of ratios, s of frames seen: of the lasting ones, and of the present ratio of flows (ramps change within an hour)."""
CARRY, CARRY_M, CARRY_VEH2 = 0.65, 2000.0, 300.0
"""Share of a lane's excess upstream found in the same lane downstream, at length 0; the length over which it falls e-fold; the
prior's weight. Measured on Portland's first days: 0.58 over 0.5 km, 0.25 over 1.8 km, 0.05 over 3 km; in SUMO 0.6 over 0.8 km."""
RATIO_VEH, LASTING_VEH = 60.0, 150.0
"""Vehicles that a ratio of flows of 1 counts for at a new site, and the lasting ratio beside the present one."""


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What one frame will teach: S stations, N sections.

    `filled` (S, L) counts in which silent lanes carry their share; `excess` (N, L) lane excess upstream as it arrives; `own` (N, L)
    that of the lanes downstream; `error`, `variance` (N, L) of the lanes about their expectation; `arrived` (N,) vehicles from
    upstream; `expected` (N,) of them after the section's ratio; `head` (N,).
    """

    reading: StationReading
    relative: Array
    filled: Array
    excess: Array
    own: Array
    error: Array
    variance: Array
    arrived: Array
    expected: Array
    head: Flags


class LearnedSite:
    """What is learned of the stations with lanes `has` (S, L) and the sections of `length_m` (N,) between them."""

    def __init__(self, has: Flags, length_m: Array, period_s: float) -> None:
        sections = (len(length_m),)
        self.shares, self.free = SharesByFlow(has), FreeSpeeds(len(has))
        self.carry = DiscountedRatio(sections, CARRY * np.exp(-length_m / CARRY_M), CARRY_VEH2, LASTING_S)
        self.lasting_ratio = DiscountedRatio(sections, 1.0, RATIO_VEH, LASTING_S)
        self.present_ratio = DiscountedRatio(sections, 1.0, 0.0, RECENT_S)
        self.lane_noise, self.flow_noise = (CountDispersion(len(length_m), each, period_s) for each in (1.0, 1.2))
        self.heads, self.suspicions = HeadDischarge(len(length_m)), SuspicionRates(len(length_m), period_s)
        self.seen_s: Array = np.zeros(sections)
        self._suspect_s: Array = np.zeros(sections)
        self._waiting: deque[Observation] = deque()
        self._lag, self._period_s = frames_in(LEARN_LAG_S, period_s), period_s

    @property
    def new(self) -> Flags:
        """(N,), true where the road is too new for the hypotheses."""
        return np.asarray(self.seen_s < BURN_IN_S)

    @property
    def flow_ratio(self) -> Array:
        """(N,), vehicles downstream per vehicle upstream, by ramps and miscounts, at present."""
        return np.clip(self.present_ratio.shrunk_to(self.lasting_ratio.value, LASTING_VEH), 0.3, 3.0)

    def add(self, observed: Observation, suspicious: Flags, judged: Flags) -> None:
        """Hold back what the newest frame shows; learn those that are old enough."""
        dt_s = self._period_s
        self.suspicions.learn(suspicious & judged, judged, dt_s)
        self._suspect_s = np.where(suspicious, SUSPECT_S, np.maximum(self._suspect_s - dt_s, 0.0))
        self._waiting.append(observed)
        at_once = self.seen_s.max(initial=0.0) < BURN_IN_S
        self.seen_s = self.seen_s + judged * dt_s
        while len(self._waiting) > (1 if at_once else self._lag):
            self._learn(self._waiting.popleft())

    def _learn(self, seen: Observation) -> None:
        dt_s, reading = self._period_s, seen.reading
        section = np.where(self._suspect_s > 0, SUSPECT_WEIGHT, 1.0)
        station = np.minimum(np.append(1.0, section), np.append(section, 1.0))
        free = seen.relative > FREE
        self.free.learn(reading.speed, dt_s)
        self.shares.learn(seen.filled, reading.flow, station * (free & reading.known.any(axis=1)), dt_s)
        down = section * free[1:]
        both, total = down * free[:-1] * reading.sound[1:], reading.total[1:]
        known = np.isfinite(seen.own)
        self.carry.learn(
            np.where(known, seen.own * seen.excess, 0.0).sum(axis=1), (known * seen.excess**2).sum(axis=1), down, dt_s
        )
        self.lane_noise.learn(seen.error, seen.variance, down, dt_s)
        self.lasting_ratio.learn(total, seen.arrived, both, dt_s)
        self.present_ratio.learn(total, seen.arrived, both, dt_s)
        self.flow_noise.learn((total - seen.expected)[:, None], seen.expected[:, None], both, dt_s)
        self.heads.learn(total, reading.known[1:].sum(axis=1) * 1.0, section * seen.head, dt_s)

    def forget_minutes(self) -> None:
        """Forget what is of the last minutes, after a gap."""
        self._waiting.clear()
        self._suspect_s[:] = 0.0
        self.shares.forget_recent()
        self.present_ratio.forget()
        self.lane_noise.forget_recent()
        self.flow_noise.forget_recent()

    def memory(self) -> dict[str, Array]:
        """Return what lasts (`detectors.site_memory`)."""
        parts = {
            key: values for name, part in self._parts().items() for key, values in prefixed(name, part.memory()).items()
        }
        return {**parts, "seen_s": self.seen_s.copy()}

    def recall(self, memory: Memory) -> None:
        """Begin with what lasts."""
        for name, part in self._parts().items():
            part.recall(part_of(name, memory))
        self.seen_s = np.array(memory["seen_s"])

    def _parts(self) -> dict[str, SharesByFlow | FreeSpeeds | DiscountedRatio | SuspicionRates]:
        return {
            "shares": self.shares,
            "free": self.free,
            "carry": self.carry,
            "flow_ratio": self.lasting_ratio,
            "lane_noise": self.lane_noise.short,
            "lane_noise_slow": self.lane_noise.slow,
            "flow_noise": self.flow_noise.short,
            "flow_noise_slow": self.flow_noise.slow,
            "heads": self.heads.ratio,
            "suspicions": self.suspicions,
        }
