"""The extended Kalman filter of one lane with symptoms: Sheu (2004), Section 3.2, Steps 0-7, on filterpy's filter.

    predict  F = I, P <- P + L Q_w L^T        update  gain and Joseph-form covariance by filterpy
    Step 4   truncate to [0, 1], scale to sum_j p_ij <= 1      Step 6   vehicle numbers by conservation

filterpy accepts wrong shapes and values that are not finite, so both are checked here. Interpretations:

- A downstream count varies like a count: R = diag(dispersion * max(h, 1)).
- A downstream count not known is left out of the update; with an upstream count not known, the step only predicts
  and leaves the vehicle numbers as they are.
- Step 0: the fractions start at the parameters' values, p_ij shared evenly by the adjacent lanes. No vehicle queues yet; the
  adjacent lanes and the blocked lane downstream hold as many as in steady traffic with the first frame's counts.

The filter is barely observable: 6n states, n + 1 measurements, F = I.
"""

import numpy as np
from filterpy.kalman import ExtendedKalmanFilter

from detectors.sheu.lane_model import (
    STATES,
    Vehicles,
    downstream_counts,
    jacobian,
    next_vehicles,
    noise_gain,
    within_bounds,
)
from detectors.sheu.sheu_parameters import FilterParameters
from simulator.frame import Array, Flags

MOST_VEHICLES = 1000.0
"""Largest count of a lane in a period, veh; more is a broken loop. Chosen: 4 times what a lane can pass in 5 minutes."""
LEAST_FRACTION = 0.05
"""Least fraction in the steady state of Step 0. Chosen: a fraction of 0 would hold vehicles for ever."""


class LaneFilter(ExtendedKalmanFilter):  # type: ignore[misc]  # filterpy has no types
    """The filter of one blocked lane i and its n adjacent lanes: their fractions and vehicle numbers.

    Counts are (n + 1,), blocked lane first: [i, j ...], vehicles per period. It begins with the first frame's upstream
    counts (NaN counts as 0); then `advance` takes every frame, the first one included. `x` (6n,) and `P` are filterpy's.
    """

    vehicles: Vehicles
    queue_growth: float

    def __init__(self, upstream: Array, parameters: FilterParameters) -> None:
        n = len(upstream) - 1
        if upstream.ndim != 1 or n not in (1, 2):
            raise ValueError(
                f"upstream counts are of a blocked lane and 1 or 2 adjacent ones, got shape {upstream.shape}"
            )
        super().__init__(dim_x=len(STATES) * n, dim_z=n + 1)
        start = np.tile(np.array(parameters.start), n)
        start[0::6] /= n
        self.x = start
        self.P = np.diag(np.tile(np.square(parameters.start_deviation), n))
        self._noise = np.tile(np.square(parameters.noise_deviation), n)
        self._dispersion = parameters.dispersion
        self.vehicles = _standing(start, _plausible(np.nan_to_num(upstream)))
        self.queue_growth = 0.0

    @property
    def lane_changing(self) -> float:
        """sum_j p_ij: the share of the blocked lane's vehicles that leave it in this step."""
        return min(1.0, float(self.x[0::6].sum()))

    def advance(self, upstream: Array, downstream: Array) -> float:
        """Do Steps 1-6 with one frame's counts and return the vehicles that changed lane, u_i sum_j p_ij.

        NaN means not known. Raises UserError for another shape.
        """
        for name, counts in (("upstream", upstream), ("downstream", downstream)):
            if counts.shape != (self.dim_z,):
                raise ValueError(f"{name} counts have shape ({self.dim_z},), got {counts.shape}")
        gain = np.diagonal(noise_gain(self.x))
        self.Q = np.diag(gain * self._noise * gain)
        self.predict()
        self.queue_growth = 0.0
        if not np.isfinite(upstream).all():
            return float(self.vehicles.q_i) * self.lane_changing
        a = _plausible(upstream)
        known = np.isfinite(downstream)
        if known.any():
            self._measure(a, _plausible(downstream[known]), known)
        before = self.vehicles
        self.vehicles = next_vehicles(self.x, a, before)
        self.queue_growth = self.vehicles.q_i - before.q_i
        return (float(a[0]) + before.q_i) * self.lane_changing

    def _measure(self, a: Array, measured: Array, known: Flags) -> None:
        vehicles = self.vehicles

        def select(rows: Array) -> Array:
            chosen: Array = rows[known]
            return chosen

        def expected(x: Array) -> Array:
            return select(downstream_counts(x, a, vehicles))

        def slope(x: Array) -> Array:
            return select(jacobian(x, a, vehicles))

        x, p = self.x, self.P
        noise = np.diag(self._dispersion * np.maximum(expected(x), 1.0))
        try:
            self.update(measured, slope, expected, R=noise)
        except np.linalg.LinAlgError:
            self.x, self.P = x, p
        if not (np.isfinite(self.x).all() and np.isfinite(self.P).all()):
            self.x, self.P = x, p
        if self.x.shape != x.shape or self.P.shape != p.shape:
            raise ValueError(f"the filter's state has shape {x.shape}, filterpy left {self.x.shape} and {self.P.shape}")
        self.x = within_bounds(self.x)
        self.P = (self.P + self.P.T) / 2.0


def _plausible(counts: Array) -> Array:
    return np.clip(counts, 0.0, MOST_VEHICLES)


def _standing(x: Array, a: Array) -> Vehicles:
    """Return the fixed point of Step 6 under constant upstream counts a, with q_i = 0: no queue before the symptom."""
    p_ij, r_j, r_ij, p_ji, r_jj, r_ji = np.maximum(x.reshape(-1, 6).T, LEAST_FRACTION)
    c_ij = a[0] * p_ij
    q_j = (a[1:] * (1.0 - r_j) + c_ij * (1.0 - r_ij)) / r_j
    a_jj = (a[1:] + q_j) * r_j
    q_jj = (c_ij * r_ij + a_jj * (1.0 - p_ji)) * (1.0 - r_jj) / (1.0 - (1.0 - p_ji) * (1.0 - r_jj))
    a_ji = (a_jj + q_jj) * p_ji
    return Vehicles(q_i=0.0, q_j=q_j, q_jj=q_jj, q_ii=float(np.sum(a_ji * (1.0 - r_ji) / r_ji)))
