r"""Lane shares of each station by flow, and what a station counts per vehicle at the one upstream, both learned on line.

.. math::

    p_l = (n_l + P\, p^r_l) / (N_l + P), \qquad p^r_l = (n^r_l + Q\, p^0_l) / (N^r_l + Q)

n and N are discounted sums over LONG_S in bins of flow of the lane's vehicles and of its station's; those with r over RECENT_S in
any flow; p^0 is the share of the same lane at the stations beside, or 1 / L. A lane that is silent is not learned: its station's
vehicles wait until it counts one more, so that a dead loop keeps the share it had.
"""

from collections.abc import Mapping

import numpy as np

from detectors.health.readings import Readings, decayed
from detectors.lane_order import filled, picked
from simulator.frame import Array, Flags

BIN_PER_S, BINS = 250 / 3600, 8
"""Width of the bins of flow, veh/s per lane (the design's trial), and their number; the last is open."""
LONG_S, RECENT_S = 5 * 86400.0, 1800.0
"""Memory of the site and of the present, s. The first from the design's trial, the second chosen."""
PRIOR, RECENT_PRIOR = 200.0, 50.0
"""Vehicles that the prior shares weigh. The first from the design's trial, the second chosen."""
FLOW_S = 300.0
"""Memory of the flow that picks the bin, s. Chosen."""
LEAST_SHARE = 0.005
"""Least share of a lane. Chosen, so that nothing is divided by 0."""


class LaneShares:
    """The shares; a lane that is not trusted is left out, and its station's total is made up by the others' shares."""

    def __init__(self, there: Flags) -> None:
        self._there = there
        shape = there.shape
        self._lanes = np.maximum(there.sum(axis=1, keepdims=True), 1)
        self._own, self._all = (filled(BINS, shape) for _ in range(2))
        self._recent, self._recent_all, self._waiting = filled(3, shape)
        self._flow = np.zeros(shape[0])
        self.shares = there / self._lanes
        """(S, L) the shares after the last frame; they add up to about 1."""
        self.total = np.full(shape[0], np.nan)
        """(S,) vehicles of the last frame, unknown lanes made up; NaN where under half of a station is known."""

    def step(self, readings: Readings, trusted: Flags) -> None:
        """Learn from a frame; `shares` and `total` are then those after it."""
        known = readings.known & trusted
        count = np.where(known, readings.n, 0.0)
        covered = np.where(known, self.shares, 0.0).sum(axis=1) / np.maximum(self.shares.sum(axis=1), LEAST_SHARE)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.total = np.where(covered >= 0.5, count.sum(axis=1) / covered, np.nan)
        total = np.nan_to_num(self.total)
        gain = min(readings.elapsed_s / FLOW_S, 1.0)
        self._flow += gain * (total / readings.period_s / self._lanes[:, 0] - self._flow)
        bins = np.clip(self._flow / BIN_PER_S, 0, BINS - 1).astype(np.intp)
        stations = np.arange(len(bins))
        self._waiting += np.where(known, total[:, np.newaxis], 0.0)
        hit = known & (count > 0)
        station_vehicles = np.where(hit, self._waiting, 0.0)
        for own, every, over_s in ((self._recent, self._recent_all, RECENT_S), (self._own, self._all, LONG_S)):
            decayed(own, readings.elapsed_s, over_s)
            decayed(every, readings.elapsed_s, over_s)
        self._recent += count
        self._recent_all += station_vehicles
        for lane in range(count.shape[1]):
            self._own[bins, stations, lane] += count[:, lane]
            self._all[bins, stations, lane] += station_vehicles[:, lane]
        self._waiting[hit] = 0.0
        prior = self.beside(np.asarray((trusted | ~self._there).all(axis=1)))
        recent = (self._recent + RECENT_PRIOR * prior) / (self._recent_all + RECENT_PRIOR)
        own, every = picked(self._own, bins, stations), picked(self._all, bins, stations)
        self.shares = np.where(self._there, np.maximum((own + PRIOR * recent) / (every + PRIOR), LEAST_SHARE), 0.0)

    def at_flow_beside(self) -> Array:
        """Return (S, L) the site's shares at the flow of the stations beside: a miscount must not choose its own bin of flow."""
        flow = self._flow.copy()
        flow[1:-1] = (self._flow[:-2] + self._flow[2:]) / 2
        bins = np.clip(flow / BIN_PER_S, 0, BINS - 1).astype(np.intp)
        stations = np.arange(len(bins))
        own, every = picked(self._own, bins, stations), picked(self._all, bins, stations)
        return np.asarray((own + PRIOR * self.shares) / (every + PRIOR))

    def beside(self, sound: Flags) -> Array:
        """Return (S, L) the mean recent share of the same lane at the stations up and down, or 1 / L.

        Stations with another number of lanes, or not all `sound` (S,), are left out.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            every = self._recent_all + self._waiting
            own = self._recent / every
        seen = np.where(sound[:, np.newaxis] & (every >= RECENT_PRIOR), own, np.nan)
        return np.where(self._there, neighbour_mean(seen, self._lanes[:, 0], 1 / self._lanes), 0.0)

    def memory(self) -> dict[str, Array]:
        """Return the sums by flow bin: own vehicles and the station's, (S, L, BINS)."""
        return {"share_own": np.moveaxis(self._own, 0, -1).copy(), "share_all": np.moveaxis(self._all, 0, -1).copy()}

    def recall(self, arrays: Mapping[str, Array]) -> None:
        """Take over what `memory` gave."""
        self._own, self._all = (np.moveaxis(arrays[name], -1, 0).copy() for name in ("share_own", "share_all"))


def neighbour_mean(values: Array, lanes: Array, otherwise: Array) -> Array:
    """Return the mean of `values` (S, L) at the stations up and down with as many lanes; `otherwise` where none is known."""
    found, number = np.zeros_like(values), np.zeros_like(values)
    alike = (lanes[1:] == lanes[:-1])[:, np.newaxis]
    for mine, other in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
        good = alike & np.isfinite(values[other])
        found[mine] += np.where(good, values[other], 0.0)
        number[mine] += good
    return np.asarray(np.where(number > 0, found / np.maximum(number, 1), otherwise))


class StationRatios:
    """Vehicles at the next station per vehicle at this one, (S - 1,): the last hour's, the site's as its prior."""

    def __init__(self, stations: int) -> None:
        self._up, self._down, self._site_up, self._site_down = np.zeros((4, max(stations - 1, 0)))

    def step(self, total: Array, sound: Flags, elapsed_s: float) -> Array:
        """Return the ratios after a frame with these totals (S,); where a station is not `sound` (S,) nothing is learned."""
        up, down = total[:-1], total[1:]
        both = np.isfinite(up) & np.isfinite(down) & sound[:-1] & sound[1:]
        for ups, downs, over_s in ((self._up, self._down, 3600.0), (self._site_up, self._site_down, LONG_S)):
            decayed(ups, elapsed_s, over_s)
            decayed(downs, elapsed_s, over_s)
            ups += np.where(both, up, 0.0)
            downs += np.where(both, down, 0.0)
        return np.asarray((self._down + PRIOR * self.site) / (self._up + PRIOR))

    @property
    def site(self) -> Array:
        """(S - 1,) the site's ratios, of the last days."""
        return np.asarray((self._site_down + PRIOR) / (self._site_up + PRIOR))

    @property
    def known_vehicles(self) -> Array:
        """(S - 1,) vehicles that they rest on."""
        return self._site_up

    def memory(self) -> dict[str, Array]:
        """Return the site's sums, with one more value (0) so that there is one per station."""
        return {"ratio_up": np.append(self._site_up, 0.0), "ratio_down": np.append(self._site_down, 0.0)}

    def recall(self, arrays: Mapping[str, Array]) -> None:
        """Take over what `memory` gave."""
        self._site_up, self._site_down = arrays["ratio_up"][:-1].copy(), arrays["ratio_down"][:-1].copy()
