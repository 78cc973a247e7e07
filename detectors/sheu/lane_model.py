r"""The lane traffic of one section with one blocked lane: Sheu (2004), Eqs. 1-24, vehicle-conserving.

Letters of the paper, used in this file only (n adjacent lanes j of blocked lane i, n = 1 or 2; one 30-s step):

    x       (6n,)       fractions, per adjacent lane [p_ij, r_j, r_ij, p_ji, r_jj, r_ji]
    a_i a_j             upstream counts; `upstream` (n + 1,) = [a_i, a_j ...]   [veh]
    D_i D_j             downstream counts, order as upstream                    [veh]
    q_i q_j             vehicles upstream of the incident at the step's start   [veh]
    q_jj q_ii           vehicles downstream of it                               [veh]
    h       (n + 1,)    expected [D_i, D_j ...]                                 [veh]
    H       (n + 1, 6n) its Jacobian dh/dx
    L       (6n, 6n)    diagonal gain of the fractions' noise

With u_i = a_i + q_i and u_j = a_j + q_j:

    h_i = sum_j [(u_j r_j + q_jj) p_ji + q_ii / n] r_ji                      (22)
    h_j = [u_i p_ij r_ij + (u_j r_j + q_jj) (1 - p_ji)] r_jj                 (23)

Interpretations (the paper as printed cannot be right): Eqs. 10-11 repeat p_ji where r_ij and r_jj belong; L is printed
6n x n but drawn diagonal; "r_ii" in Eq. 22 is r_ji; Eq. 22 counts q_ii once per adjacent lane, here it is shared;
Step 6, the vehicle numbers, is not printed and follows from conservation.
"""

from dataclasses import dataclass

import numpy as np

from simulator.frame import Array

STATES = ("p_ij", "r_j", "r_ij", "p_ji", "r_jj", "r_ji")  # per adjacent lane, in this order


@dataclass(frozen=True, slots=True, eq=False)
class Vehicles:
    """Vehicles in the section at a step's start: blocked lane `q_i`, `q_ii`; adjacent lanes `q_j`, `q_jj` (n,)."""

    q_i: float
    q_j: Array
    q_jj: Array
    q_ii: float

    @property
    def total(self) -> float:
        """All vehicles in these lanes of the section."""
        return float(self.q_i + self.q_j.sum() + self.q_jj.sum() + self.q_ii)


def downstream_counts(x: Array, upstream: Array, vehicles: Vehicles) -> Array:
    """Return h, Eqs. 22-23: the downstream counts [D_i, D_j ...] that the fractions x imply."""
    p_ij, r_j, r_ij, p_ji, r_jj, r_ji = x.reshape(-1, 6).T
    u_i = upstream[0] + vehicles.q_i
    u_j = upstream[1:] + vehicles.q_j
    beside = u_j * r_j + vehicles.q_jj
    h = np.empty(len(upstream))
    h[0] = np.sum((beside * p_ji + vehicles.q_ii / len(p_ij)) * r_ji)
    h[1:] = (u_i * p_ij * r_ij + beside * (1.0 - p_ji)) * r_jj
    return h


def jacobian(x: Array, upstream: Array, vehicles: Vehicles) -> Array:
    """Return H = dh/dx, (n + 1, 6n), analytic."""
    p_ij, r_j, r_ij, p_ji, r_jj, r_ji = x.reshape(-1, 6).T
    n = len(p_ij)
    u_i = upstream[0] + vehicles.q_i
    u_j = upstream[1:] + vehicles.q_j
    beside = u_j * r_j + vehicles.q_jj
    own = np.arange(n)
    derivative = np.zeros((n + 1, n, 6))
    derivative[0, :, 1] = u_j * p_ji * r_ji
    derivative[0, :, 3] = beside * r_ji
    derivative[0, :, 5] = beside * p_ji + vehicles.q_ii / n
    derivative[own + 1, own, 0] = u_i * r_ij * r_jj
    derivative[own + 1, own, 1] = u_j * (1.0 - p_ji) * r_jj
    derivative[own + 1, own, 2] = u_i * p_ij * r_jj
    derivative[own + 1, own, 3] = -beside * r_jj
    derivative[own + 1, own, 4] = u_i * p_ij * r_ij + beside * (1.0 - p_ji)
    return derivative.reshape(n + 1, 6 * n)


def noise_gain(x: Array) -> Array:
    """Return L, Eqs. 12-18, (6n, 6n): how strongly each fraction's noise acts in the state x."""
    p_ij, r_j, r_ij, p_ji, r_jj, r_ji = x.reshape(-1, 6).T
    stay = 1.0 - p_ij.sum()
    gains = np.empty((len(p_ij), 6))
    gains[:, 0] = stay * r_ij
    gains[:, 1] = stay * p_ij + (1.0 - r_j)
    gains[:, 2] = stay * p_ij
    gains[:, 3] = (1.0 - p_ji) * r_ji
    gains[:, 4] = (1.0 - p_ji) + (1.0 - r_jj)
    gains[:, 5] = np.sum((1.0 - p_ji) * p_ji)
    return np.diag(gains.ravel())


def next_vehicles(x: Array, upstream: Array, vehicles: Vehicles) -> Vehicles:
    """Return the vehicle numbers at the step's end (Step 6): in = out + change, where out is `downstream_counts`."""
    p_ij, r_j, r_ij, p_ji, r_jj, r_ji = x.reshape(-1, 6).T
    u_i = upstream[0] + vehicles.q_i
    u_j = upstream[1:] + vehicles.q_j
    c_ij = u_i * p_ij
    a_ij = c_ij * r_ij
    a_jj = u_j * r_j
    a_ji = (a_jj + vehicles.q_jj) * p_ji
    return Vehicles(
        q_i=max(0.0, float(u_i * (1.0 - p_ij.sum()))),  # rounding may leave -1e-16
        q_j=u_j * (1.0 - r_j) + c_ij * (1.0 - r_ij),
        q_jj=(a_ij + (a_jj + vehicles.q_jj) * (1.0 - p_ji)) * (1.0 - r_jj),
        q_ii=float(np.sum((a_ji + vehicles.q_ii / len(p_ij)) * (1.0 - r_ji))),
    )


def within_bounds(x: Array) -> Array:
    """Return the fractions within bounds (Step 4): each in [0, 1] (Eq. 9), and sum_j p_ij scaled down to 1 where it exceeds it."""
    bounded = np.clip(x, 0.0, 1.0)
    leaving = bounded[0::6].sum()
    if leaving > 1.0:
        bounded[0::6] /= leaving
    return bounded
