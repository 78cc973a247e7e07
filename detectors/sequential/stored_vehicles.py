"""Vehicles stored in each section beyond its normal, from conservation and from occupancy: a Kalman filter of two states.

    s' = e^(-dt / SETTLED_S) s + r                  stored vehicles [veh]
    r' = e^(-dt / STEADY_S) r + w                   stored per frame [veh];  w keeps r's own standard deviation at SURGE x T^
    z1 = T^ - D        = r + v1,  var phi_T T^ + 1  vehicles expected downstream that were not counted
    z2 = l (e0 + e1)/2 = s + v2,  sd HIDDEN x l     excess density e at both stations, as if linear between them

z1 alone leaves s unobservable (the sum of a rate from an unknown start); z2 makes the rank 2, however coarse it is: its
noise is the storage that hides between two stations. The state of Sheu (2004), Eqs. 1 to 9, has 6n unknowns for n adjacent
lanes against n + 1 measurements and no dynamics.

Why not filterpy: it steps one filter at a time, in Python; this steps N independent filters as (N, 2) and (N, 2, 2) arrays.
Median CPU time of a frame on one core, `python -m benchmarks.stored_vehicles_speed` (both give the same states):

    sections    this filter    filterpy, one filter per section
           7        0.1 ms         0.2 ms
       4,000        2.3 ms        81 ms

Conventions: N sections; a NaN measurement is skipped. The two measurements' noises are independent, so they are taken in turn.
"""

from dataclasses import dataclass

import numpy as np

from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.frame_readings import Reading
from detectors.sequential.window_sums import REFERENCE_S, Windows
from simulator.frame import Array

SETTLED_S = 3600.0  # [s] chosen: errors of counts fade within an hour; shorter forgets long queues
STEADY_S = 180.0  # [s] chosen: a bottleneck stays what it is for minutes; longer lags behind the clearance
SURGE = 0.1  # [1] sd of the storing rate per expected vehicle; chosen: larger follows faster, and noise with it
HIDDEN_VEH_PER_M = 0.05  # [veh/m] sd of density hidden between stations; chosen: about two lanes at capacity
COUNT_VARIANCE = 1.0  # [veh2] added to z1's, so that a count is never exact where nobody is expected; chosen
MEASURES = np.array([[0.0, 1.0], [1.0, 0.0]])  # rows z1, z2; columns s, r
STATES = (0, 1)
OF_COUNTS, OF_DENSITY = (int(row.argmax()) for row in MEASURES)  # the state that each measures


@dataclass(frozen=True, slots=True, eq=False)
class StoredVehicles(ReadOnlyArrays):
    """Estimate for N sections: `state` (N, 2) of s and r [veh], `covariance` (N, 2, 2) [veh2]."""

    state: Array
    covariance: Array

    @property
    def stored(self) -> Array:
        """(N,) vehicles stored beyond normal."""
        return np.asarray(self.state[:, 0])

    @property
    def rate(self) -> Array:
        """(N,) vehicles stored per frame."""
        return np.asarray(self.state[:, 1])


def vehicles_between(windows: Windows, speed: Array, length_m: Array) -> Array:
    """Return (N, L), the vehicles in each lane of each section, from the occupancies of the last 30 s.

    `speed` (S, L) normal speeds [m/s]. The density of a lane at a station is o / (V T) [veh/m]: o vehicles at normal speed V pass
    in T seconds. Between the stations it is taken for linear.
    """
    density = windows.sum("occupied", REFERENCE_S) / speed / REFERENCE_S
    return np.asarray(length_m[:, None] * (density[:-1] + density[1:]) / 2)


def excess_between(reading: Reading, occupied: Array, speed: Array, length_m: Array, period_s: float) -> Array:
    """Return (N,), z2: the vehicles in each section beyond those counted in the last frame; NaN beside a dead station.

    `occupied` (S, L) vehicles by occupancy in that frame, `speed` (S, L) normal speeds [m/s].
    """
    excess = np.where(reading.known, occupied - reading.vehicles, 0.0) / speed / period_s
    at_station = excess.sum(axis=1)
    reporting = np.asarray(reading.known.any(axis=1))
    both = reporting[:-1] & reporting[1:]
    return np.where(both, length_m * (at_station[:-1] + at_station[1:]) / 2, np.nan)


def nothing_stored(sections: int) -> StoredVehicles:
    """Return the estimate before the first frame: nothing stored, known exactly."""
    return StoredVehicles(np.zeros((sections, 2)), np.zeros((sections, 2, 2)))


def transition(period_s: float) -> Array:
    """Return the (2, 2) transition of the state (s, r) over one period."""
    return np.array([[np.exp(-period_s / SETTLED_S), 1.0], [0.0, np.exp(-period_s / STEADY_S)]])


class StorageFilter:
    """The filter's constants for N sections of `length_m` and frames of `period_s`."""

    def __init__(self, length_m: Array, period_s: float) -> None:
        self._transition = transition(period_s)
        self._density_variance = (HIDDEN_VEH_PER_M * length_m) ** 2

    def step(
        self, before: StoredVehicles, missing: Array, expected: Array, noise: Array, density: Array
    ) -> StoredVehicles:
        """Return the estimate after a frame from the one before.

        All (N,): `missing` z1 [veh], `expected` T^ [veh], `noise` phi_T, `density` z2 [veh].
        """
        flow = np.maximum(np.nan_to_num(expected), 0.0)
        moves = self._transition
        state = [moves[a, 0] * before.state[:, 0] + moves[a, 1] * before.state[:, 1] for a in STATES]
        half = [[sum(moves[a, c] * before.covariance[:, c, b] for c in STATES) for b in STATES] for a in STATES]
        covariance = [[half[a][0] * moves[b, 0] + half[a][1] * moves[b, 1] for b in STATES] for a in STATES]
        covariance[1][1] = covariance[1][1] + (SURGE * flow) ** 2 * (1 - moves[1, 1] ** 2)
        count_variance = np.nan_to_num(noise) * flow + COUNT_VARIANCE
        state, covariance = _update(state, covariance, missing, OF_COUNTS, count_variance)
        state, covariance = _update(state, covariance, density, OF_DENSITY, self._density_variance)
        return StoredVehicles(np.stack(state).T, np.stack([np.stack(row) for row in covariance]).T)


def _update(
    state: list[Array], covariance: list[list[Array]], measured: Array, of: int, variance: Array
) -> tuple[list[Array], list[list[Array]]]:
    """Return state and covariance (Joseph form) after the state number `of` was `measured` (N,) with noise `variance` (N,).

    Written out element by element, each (N,): products of N matrices of two by two cost ten times as much.
    """
    known = np.isfinite(measured)
    innovation = np.where(known, measured, 0.0) - state[of]
    whole = covariance[of][of] + variance
    gain = [np.where(known, covariance[a][of] / whole, 0.0) for a in STATES]
    half = [_less(covariance[a], covariance[of], gain[a], a == of) for a in STATES]
    turned = [[half[a][b] for a in STATES] for b in STATES]
    kept = [_less(turned[b], turned[of], gain[b], b == of) for b in STATES]
    updated = [state[a] + gain[a] * innovation for a in STATES]
    return updated, [[kept[b][a] + gain[a] * gain[b] * variance for b in STATES] for a in STATES]


def _less(row: list[Array], measured: list[Array], gain: Array, itself: bool) -> list[Array]:
    """Return a row of (1 - K H) P, of P's `row` and the one `measured`."""
    return [(1 - gain) * row[b] if itself else row[b] - gain * measured[b] for b in STATES]
