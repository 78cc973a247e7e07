"""Speeds that the lanes beside and the stations up and down contradict: slow in thin traffic, or scattered.

A reading is *slow* where the lane is slow though nearly empty (density n / (T v) below THIN_PER_M), the lanes beside and the
stations up and down are free. A lane that queues is dense, and its neighbours slow down. A loop is not trusted once a quarter of
its readings in such traffic were slow, over an hour or over days: an incident's few are not enough. Slow is slow for this lane and
for those beside: an exit lane is slower all the time.

It is *noisy* where its speeds, as a share of those beside, jump from reading to reading (half the mean square of the differences,
von Neumann 1941) in free traffic, several times as much as healthy lanes' do. A lane that slows down for long does not.
"""

from collections.abc import Mapping

import numpy as np

from detectors.health.readings import Readings, decayed
from detectors.lane_order import filled
from simulator.frame import Array, Flags

SLOW_SHARE, FREE_SHARE = 0.6, 0.8
"""Share of the free speed below which a reading is slow, and above which lanes and stations are free. Chosen; see `Readings`."""
THIN_PER_M = 0.012
"""Density of thin traffic, veh/m per lane. From the design's trial: queues of a lane are denser than 12 veh/km."""
SLOW_OF_ALL, ENDS_OF_ALL = 0.25, 0.1
"""Share of slow readings from which a loop is not trusted, and below which it is again. Chosen."""
SHORT_S, LONG_S = 3600.0, 5 * 86400.0
"""Memory of the last readings and of the site, s. Chosen."""
LEAST_SLOW_S, LEAST_SLOW_LONG_S = 420.0, 1800.0
"""Time with slow readings at least, s: in the last hour, in the last days. Chosen: incidents' thin slow readings are fewer."""
SCATTER_S, SCATTER = 1200.0, 0.25
"""Memory of the scatter, s; the largest of healthy speeds as a share of those beside. Chosen: healthy ones scatter 0.05 to 0.1."""
LEAST_RATIO = 0.1
"""Least mean share of the speeds beside, so that nothing is divided by 0. Chosen."""
SCATTER_READINGS, SCATTER_VEHICLES = 12.0, 3
"""Readings that the scatter rests on, and vehicles of each. Chosen."""


class WrongSpeeds:
    """Sums of slow readings, and of squared differences from one reading to the next."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._slow_s, self._judged_s, self._slow_long_s, self._judged_long_s = filled(4, shape)
        self._squares, self._ratios, self._number = filled(3, shape)
        self._last_ratio = np.full(shape, np.nan, order="F")
        self._is_slow = np.zeros(shape, dtype=np.bool_, order="F")

    def slow(self, readings: Readings) -> Flags:
        """Return (S, L) the loops that read slow in thin traffic too often."""
        n, v = readings.n, readings.v
        timed = readings.known & (n > 0) & np.isfinite(v)
        free = np.nan_to_num(readings.beside_free)
        wished = np.where(free > 0, np.minimum(free, readings.free), readings.free)
        around = _around_free(readings.clear)[:, np.newaxis]
        beside = np.where(free > 0, readings.beside_speed > FREE_SHARE * free, True)
        judged = timed & around & beside
        slow = judged & (v < SLOW_SHARE * wished) & (n < THIN_PER_M * readings.period_s * v + 1.0)
        for over_s, slow_s, all_s in (
            (SHORT_S, self._slow_s, self._judged_s),
            (LONG_S, self._slow_long_s, self._judged_long_s),
        ):
            decayed(slow_s, readings.elapsed_s, over_s)
            decayed(all_s, readings.elapsed_s, over_s)
            slow_s += slow * readings.period_s
            all_s += judged * readings.period_s
        begins = (self._slow_s > SLOW_OF_ALL * self._judged_s) & (self._slow_s >= LEAST_SLOW_S)
        begins |= (self._slow_long_s > SLOW_OF_ALL * self._judged_long_s) & (self._slow_long_s >= LEAST_SLOW_LONG_S)
        ends = (self._slow_s < ENDS_OF_ALL * self._judged_s) & (self._slow_long_s < SLOW_OF_ALL * self._judged_long_s)
        self._is_slow = (self._is_slow & ~ends) | begins
        return np.array(self._is_slow)

    def noisy(self, readings: Readings) -> Flags:
        """Return (S, L) the loops whose speeds scatter around those beside."""
        ratio = readings.v / readings.beside_speed
        judged = (readings.n >= SCATTER_VEHICLES) & (readings.beside_count >= SCATTER_VEHICLES) & np.isfinite(ratio)
        judged &= readings.beside_speed > FREE_SHARE * readings.beside_free
        judged &= _around_free(readings.clear)[:, np.newaxis]
        step = np.where(judged & np.isfinite(self._last_ratio), ratio - self._last_ratio, 0.0)
        self._last_ratio = np.where(judged, ratio, self._last_ratio)
        for values, more in (
            (self._squares, step * step / 2),
            (self._ratios, np.where(judged, ratio, 0.0)),
            (self._number, judged),
        ):
            decayed(values, readings.elapsed_s, SCATTER_S)
            values += more
        number = np.maximum(self._number, 1.0)
        scatter = np.sqrt(self._squares / number) / np.maximum(self._ratios / number, LEAST_RATIO)
        return np.asarray((self._number >= SCATTER_READINGS) & (scatter > SCATTER))

    def memory(self) -> dict[str, Array]:
        """Return for how long each loop was judged and slow, s, of the last days."""
        return {"slow_s": self._slow_long_s.copy(), "slow_judged_s": self._judged_long_s.copy()}

    def recall(self, arrays: Mapping[str, Array]) -> None:
        """Take over what `memory` gave."""
        self._slow_long_s, self._judged_long_s = arrays["slow_s"].copy(), arrays["slow_judged_s"].copy()


def _around_free(clear: Array) -> Flags:
    """Return (S,) where the stations up and down are free, as far as they are known; one at least."""
    up, down = np.full_like(clear, np.nan), np.full_like(clear, np.nan)
    up[1:], down[:-1] = clear[:-1], clear[1:]
    some = np.isfinite(up) | np.isfinite(down)
    return np.asarray(some & ~(up < FREE_SHARE) & ~(down < FREE_SHARE))
