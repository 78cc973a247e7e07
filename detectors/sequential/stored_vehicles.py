"""Vehicles stored in each section beyond its normal, from conservation and from occupancy: a Kalman filter of two states.

    s' = e^(-dt / SETTLED_S) s + r                  stored vehicles
    r' = e^(-dt / STEADY_S) r + w                   stored per frame;  w keeps r's own standard deviation at SURGE x T^
    z1 = T^ - D        = r + v1,  var phi T^        who should have come downstream and did not
    z2 = l (e0 + e1)/2 = s + v2,  sd HIDDEN x l     excess density e at both ends, were it linear between them

z1 alone would leave s unobservable (the sum of a rate from an unknown start); z2 makes the rank 2, however coarse it is: its
noise is the storage that hides between two stations. e = (occupied - counted) / (V dt), both as vehicles at normal speed.
The old state of Sheu (2004), Eqs. 1 to 9, has 6n unknowns per n lanes against n + 1 measurements and no dynamics.
Conventions: N sections; NaN measurements are passed over; `nis` is the normalised innovation squared, chi-square with
`measured` degrees of freedom where the filter is consistent (Bar-Shalom, Li, Kirubarajan 2001, ch. 5.4).
"""

import numpy as np

from simulator.frame import Array

SETTLED_S = 3600.0
STEADY_S = 180.0
SURGE = 0.1
HIDDEN_VEH_PER_M = 0.05
MEASURES = np.array([[0.0, 1.0], [1.0, 0.0]])  # rows z1, z2; columns s, r


def transition(period_s: float) -> Array:
    """(2, 2) of the state (s, r) over one period."""
    return np.array([[np.exp(-period_s / SETTLED_S), 1.0], [0.0, np.exp(-period_s / STEADY_S)]])


class StorageFilter:
    """The filters of N sections, side by side."""

    def __init__(self, length_m: Array, period_s: float) -> None:
        self._moves = transition(period_s)
        self._hidden = (HIDDEN_VEH_PER_M * length_m) ** 2
        self.state = np.zeros((len(length_m), 2))
        self.covariance = np.zeros((len(length_m), 2, 2))
        self.nis = np.full(len(length_m), np.nan)
        self.measured = np.zeros(len(length_m), dtype=int)

    @property
    def stored(self) -> Array:
        """(N,) vehicles stored beyond normal."""
        return np.asarray(self.state[:, 0])

    @property
    def rate(self) -> Array:
        """(N,) vehicles stored per frame."""
        return np.asarray(self.state[:, 1])

    def step(self, missing: Array, expected: Array, noise: Array, density: Array) -> None:
        """Take one frame: `missing` T^ - D [veh], `expected` T^ [veh], `noise` phi, `density` l (e0 + e1) / 2 [veh], all (N,)."""
        flow = np.maximum(np.nan_to_num(expected), 0.0)
        self.state = self.state @ self._moves.T
        self.covariance = self._moves @ self.covariance @ self._moves.T
        self.covariance[:, 1, 1] += (SURGE * flow) ** 2 * (1 - self._moves[1, 1] ** 2)
        self.nis, self.measured = np.zeros(len(flow)), np.zeros(len(flow), dtype=int)
        self._update(missing, MEASURES[0], np.nan_to_num(noise) * flow + 1.0)
        self._update(density, MEASURES[1], self._hidden)
        self.nis = np.where(self.measured > 0, self.nis, np.nan)

    def _update(self, measured: Array, sees: Array, variance: Array) -> None:
        """One measurement with noise independent of the others': they may be taken one by one."""
        known = np.isfinite(measured)
        innovation = np.where(known, measured, 0.0) - self.state @ sees
        seen = self.covariance @ sees
        total = seen @ sees + variance
        gain = np.where(known[:, None], seen / total[:, None], 0.0)
        self.state = self.state + gain * innovation[:, None]
        kept = np.eye(2) - gain[:, :, None] * sees
        spread = gain[:, :, None] * gain[:, None, :] * variance[:, None, None]
        self.covariance = kept @ self.covariance @ np.swapaxes(kept, 1, 2) + spread
        self.nis += np.where(known, innovation**2 / total, 0.0)
        self.measured += known
