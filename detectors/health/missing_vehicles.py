r"""Loops that count nothing while vehicles pass them: dead, nearly dead, intermittent; and not the empty lane behind a blockage.

A lane that counts nothing is empty, or its loop is dead. What the next station counts tells them apart, whatever happened
upstream: the vehicles that a dead loop did not count arrive there, those of an empty lane passed in the lanes beside and are
counted already. While lane l, with share p, counts nothing, M vehicles pass in the others and W arrive at the next station,
where r arrive per vehicle of this one:

.. math::

    \ln\frac{P(W \mid \text{dead})}{P(W \mid \text{empty})}
        = \frac{1}{\phi}\Bigl[W \ln\frac{1}{1-p} - r(1+\epsilon) M\Bigl(\frac{1}{1-p} - 1\Bigr)\Bigr]

M is taken a travel time earlier. Evidence is added up in free traffic only, from a travel time after the lane's last vehicle on.
Where the next station tells nothing (none, or far away, or a lane with few vehicles), a loop is dead once it has been silent
for longer than incidents last.
"""

from collections.abc import Mapping

import numpy as np

from detectors.health.lane_shares import neighbour_mean
from detectors.health.readings import Readings, decayed
from detectors.lane_order import filled, picked
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags

EXPECTED = 40.0
"""Vehicles expected in a lane that counted none. From the design's trial on real roads."""
EVIDENCE, PHI, RATIO_ERROR = 6.0, 1.5, 0.03
"""Log likelihood ratio of a dead loop; overdispersion phi; epsilon, allowance for the ratio r. Chosen: 1 in 400 against."""
FREE_MPS, FARTHEST_S = 26.0, 300.0
"""Speed of free traffic between stations, m/s, and the longest travel time, s, over which vehicles are compared. Chosen."""
FREE_SHARE = 0.7
"""Share of the free speed from which traffic is free. Chosen."""
LONG_SILENT_S, UNSEEN_S = 7200.0, 1200.0
"""Silence that no incident explains, s; the same of a loop that has never counted a vehicle. Chosen."""
HOLD_S, HOLD_OFTEN_S, OFTEN = 600.0, 3600.0, 2.5
"""How long a loop that was dead is not trusted after its first vehicle, s; if it happens OFTEN a day. Chosen."""
HOUR_S, DAY_S = 3600.0, 86400.0
NEARLY, NEARLY_ENDS = 0.05, 0.15
"""Share of what its neighbours make expect below which a loop is nearly dead, and above which it is not. Chosen."""
NEARLY_EXPECTED, NEARLY_WATCHED_S = 60.0, 1800.0
"""Vehicles expected in the last hour, and time watched, s, before a loop is called nearly dead. Chosen."""


class MissingVehicles:
    """Follows silent lanes."""

    def __init__(self, corridor: Corridor, there: Flags) -> None:
        self._there = there
        shape = there.shape
        self._lanes = there.sum(axis=1)
        lengths_m = np.array([corridor.section_length_m(k) for k in range(corridor.sections)])
        self._lag = np.append(np.ceil(lengths_m / FREE_MPS / corridor.period_s), 0).astype(np.intp)
        farthest = int(FARTHEST_S / corridor.period_s)
        self._has_next = np.append(lengths_m / FREE_MPS <= FARTHEST_S, False)
        self._lag[self._lag > farthest] = 0
        self._past = filled(int(self._lag.max()) + 1, shape)
        self._frames = 0
        self._silent_frames, self._silent_s, self._expected, self._evidence = filled(4, shape)
        self._seen, self._dead, self._nearly = filled(3, shape).astype(np.bool_)
        self._times_a_day = np.zeros(shape, order="F")
        self._recovered_s = np.full(shape, -np.inf, order="F")
        self._hour, self._watched_s = np.zeros(shape, order="F"), 0.0

    def dead(
        self, readings: Readings, trusted: Flags, shares: Array, total: Array, ratios: Array
    ) -> tuple[Flags, Flags]:
        """Return (S, L) the loops that are dead, and those that were lately."""
        count = np.where(readings.known & trusted, readings.n, 0.0)
        others = count.sum(axis=1, keepdims=True) - count
        shares_known = np.where(readings.known & trusted, shares, 0.0)
        beside = shares_known.sum(axis=1, keepdims=True) - shares_known
        every = shares.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            others_all = np.where(beside > LEAST_BESIDE, others * (every - shares) / beside, 0.0)
        self._past[self._frames % len(self._past)] = others_all
        earlier = picked(self._past, (self._frames - self._lag) % len(self._past), np.arange(len(self._lag)))
        self._frames += 1
        hit = readings.known & (readings.n > 0)
        silent = readings.known & (readings.n == 0)
        for values in (self._silent_frames, self._silent_s, self._expected, self._evidence):
            values[hit] = 0.0
        self._silent_frames += silent
        self._silent_s += np.where(silent, readings.elapsed_s, 0.0)
        share = np.clip(shares / np.maximum(every, LEAST_BESIDE), 0.0, 0.9)
        self._expected += np.where(silent, others_all * share / (1 - share), 0.0)
        free = readings.clear > FREE_SHARE
        arrived = np.append(total[1:], np.nan)
        here = np.append(free[1:], False) & free & self._has_next & np.isfinite(arrived)
        judged = silent & here[:, np.newaxis] & (self._silent_frames > self._lag[:, np.newaxis] + 1)
        more = 1 / (1 - share)
        r = np.append(ratios, 1.0)[:, np.newaxis] * (1 + RATIO_ERROR)
        gained = np.nan_to_num(arrived)[:, np.newaxis] * np.log(more) - r * earlier * (more - 1)
        self._evidence = np.maximum(self._evidence + np.where(judged, gained / PHI, 0.0), 0.0)
        long_s = np.where(self._seen, LONG_SILENT_S, UNSEEN_S)
        found = (self._expected >= EXPECTED) & (self._evidence >= EVIDENCE)
        found |= (self._expected >= EXPECTED) & (self._silent_s >= long_s) & free[:, np.newaxis]
        decayed(self._times_a_day, readings.elapsed_s, DAY_S)
        self._times_a_day += found & ~self._dead
        recovered = self._dead & hit
        self._recovered_s[recovered] = readings.time_s
        self._dead = (self._dead | found) & ~hit
        self._seen |= hit
        hold_s = np.where(self._times_a_day > OFTEN, HOLD_OFTEN_S, HOLD_S)
        return np.array(self._dead), np.asarray(readings.time_s - self._recovered_s < hold_s)

    def nearly_dead(self, readings: Readings, sound: Flags) -> Flags:
        """Return (S, L) the loops whose share of their station is next to nothing beside that of the same lane up and down.

        Only stations whose lanes are all `sound` (S,) are compared with.
        """
        decayed(self._hour, readings.elapsed_s, HOUR_S)
        self._hour += np.where(readings.known, readings.n, 0.0)
        self._watched_s += readings.period_s
        station = self._hour.sum(axis=1, keepdims=True)
        share = self._hour / np.maximum(station, 1.0)
        usual = np.clip(
            neighbour_mean(np.where(sound[:, np.newaxis], share, np.nan), self._lanes, np.zeros_like(share)), 0.0, 0.9
        )
        expected = (station - self._hour) * usual / (1 - usual)
        known = (expected >= NEARLY_EXPECTED) & (self._watched_s >= NEARLY_WATCHED_S)
        begins = known & (self._hour < NEARLY * expected)
        lasts = self._nearly & ((self._hour < NEARLY_ENDS * expected) | (expected < NEARLY_EXPECTED))
        self._nearly = np.asarray(self._there & (begins | lasts), dtype=np.bool_)
        return np.array(self._nearly)

    def memory(self) -> dict[str, Array]:
        """Return which loops are dead or nearly dead (1), and how often a day each has been."""
        return {
            "dead": self._dead.astype(float),
            "nearly_dead": self._nearly.astype(float),
            "deaths_a_day": self._times_a_day.copy(),
        }

    def recall(self, arrays: Mapping[str, Array]) -> None:
        """Take over what `memory` gave."""
        self._dead, self._nearly = arrays["dead"] > 0, arrays["nearly_dead"] > 0
        self._times_a_day = arrays["deaths_a_day"].copy()

    def below(self, readings: Readings, shares: Array) -> Array:
        """Return (S, L) the last hour's vehicles of the same lane at the next station as a share of its usual; NaN unknown."""
        with np.errstate(invalid="ignore", divide="ignore"):
            usual = self._hour.sum(axis=1, keepdims=True) * shares
            full = np.where(usual >= 20, self._hour / usual, np.nan)
        found = np.full_like(full, np.nan)
        found[:-1] = np.where((self._lanes[1:] == self._lanes[:-1])[:, np.newaxis], full[1:], np.nan)
        return found


LEAST_BESIDE = 0.1
"""Share of the other lanes' vehicles that must be known. Chosen."""
