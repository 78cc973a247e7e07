"""Vehicles stored behind a blockage, lane by lane, and the share that changes lanes: an extended Kalman filter.

State of one incident (U the section's upstream station, X the place, all blocked lanes together, per frame):

    b   vehicles in the blocked lanes between U and X               b' = (b + n)(1 - p)              n counted there at U
    f   stored in the blocked lanes upstream of U                   f' = f + a - n                   a arriving at the tail there
    o   stored in the other lanes                                   o' = o + A - a + p (b + n) - D   A, D all arriving, leaving
    p   share of b + n that changes to other lanes in a frame       p' = p + noise                   (Sheu 2004, Eq. 1)

The product p (b + n) makes it nonlinear; F is its Jacobian. Vehicles are conserved: b + f + o grows by A - D for any p. Measured:

    z1  b - normal + f + o = stored      by counting, from the first station that the queue has not reached to D
    z2  b = near                         by density at U, once the queue stands there
    z3  f = far                          by density at the stations further up; 0 exactly while the queue has not reached U
    z4  o = far of the other lanes + near of the other lanes - normal
    z5  b - normal = PART stored                                    until the queue stands at U: nothing else parts the lanes

The filter of the paper keeps six fractions per adjacent lane against n + 1 counts, and no density: it cannot be observed.
"""

from dataclasses import dataclass

import numpy as np

from simulator.frame import Array, Flags

STATES = 4
NEAR, FAR, OTHERS, SHARE = range(STATES)
PART, PART_SD = (
    0.5,
    0.2,
)  # [1] of what is stored is in the blocked lanes, before the queue stands at U; calibration battery
P_SD, P_STEP_SD = 0.25, 0.08  # [1] at first, and per 30-s frame; chosen
COUNT_VARIANCE = 1.0  # [veh2/veh] of vehicles that change lanes unseen, per vehicle counted; chosen
STORED_SD_VEH, STORED_SD = 6.0, 0.05  # [veh], [1] of z1: platoons, and errors of the demand; chosen
DENSITY_SD = 0.25  # [1] of a density between stations; chosen
LEAST_SD_VEH = 2.0  # [veh] of any measurement; chosen
NOTHING_SD_VEH = 0.5  # [veh] of z3 while the queue has not reached U


@dataclass(frozen=True, slots=True, eq=False)
class QueueStates:
    """K filters: `state` (K, 4) of b, f, o, p and `covariance` (K, 4, 4)."""

    state: Array
    covariance: Array


@dataclass(frozen=True, slots=True, eq=False)
class QueueInputs:
    """What a frame says about K incidents, all (K,) [veh], in the module's symbols; `reached`: the queue stands at U."""

    counted: Array  # n
    arriving: Array  # A
    arriving_blocked: Array  # a
    leaving: Array  # D
    stored: Array
    normal: Array  # in the blocked lanes between U and X
    near: Array
    far: Array
    others: Array
    reached: Flags


def first_states(inputs: QueueInputs) -> QueueStates:
    """Return the filters at the first frame of their incidents: half of what is stored in the blocked lanes, uncertain."""
    stored = np.maximum(inputs.stored, 0.0)
    half = stored / 2
    usual = inputs.counted / np.maximum(inputs.counted + inputs.normal + half, 1.0)
    state = np.stack([inputs.normal + half, np.zeros_like(half), half, usual], axis=1)
    covariance = np.zeros((len(half), STATES, STATES))
    for at, sd in (
        (NEAR, half + STORED_SD_VEH),
        (FAR, half),
        (OTHERS, half + STORED_SD_VEH),
        (SHARE, np.full_like(half, P_SD)),
    ):
        covariance[:, at, at] = sd**2
    return measured(QueueStates(state, covariance), inputs)


def predicted(before: QueueStates, inputs: QueueInputs, period_s: float) -> QueueStates:
    """Return the filters moved on by one frame."""
    b, f, o, p = before.state.T
    reach = b + inputs.counted
    changed = p * reach
    state = np.stack(
        [
            reach - changed,
            f + inputs.arriving_blocked - inputs.counted,
            o + inputs.arriving - inputs.arriving_blocked + changed - inputs.leaving,
            p,
        ],
        axis=1,
    )
    moves = np.zeros_like(before.covariance)
    moves[:, NEAR, NEAR], moves[:, NEAR, SHARE] = 1 - p, -reach
    moves[:, FAR, FAR] = 1.0
    moves[:, OTHERS, OTHERS], moves[:, OTHERS, NEAR], moves[:, OTHERS, SHARE] = 1.0, p, reach
    moves[:, SHARE, SHARE] = 1.0
    covariance = moves @ before.covariance @ np.swapaxes(moves, 1, 2)
    # vehicles that change lanes unseen upstream leave one state and enter the other
    unseen = COUNT_VARIANCE * (inputs.arriving + 1.0)
    covariance[:, FAR, FAR] += unseen
    covariance[:, OTHERS, OTHERS] += unseen
    covariance[:, FAR, OTHERS] -= unseen
    covariance[:, OTHERS, FAR] -= unseen
    covariance[:, NEAR, NEAR] += COUNT_VARIANCE
    covariance[:, SHARE, SHARE] += P_STEP_SD**2 * period_s / 30.0
    return QueueStates(state, covariance)


def measured(states: QueueStates, inputs: QueueInputs) -> QueueStates:
    """Return the filters after a frame's measurements, taken in turn (their noises are independent)."""
    far, reached = np.where(inputs.reached, inputs.far, 0.0), inputs.reached
    rough = np.where(reached, DENSITY_SD * np.abs(inputs.far) + LEAST_SD_VEH, NOTHING_SD_VEH)
    stored_sd = STORED_SD * np.abs(inputs.stored) + STORED_SD_VEH
    unknown = np.full(len(far), np.nan)
    part = np.where(reached, unknown, inputs.normal * (1 - PART))
    for value, row, sd in (
        (inputs.stored + inputs.normal, (1.0, 1.0, 1.0, 0.0), stored_sd),
        (
            np.where(reached, inputs.near, unknown),
            (1.0, 0.0, 0.0, 0.0),
            DENSITY_SD * np.abs(inputs.near) + LEAST_SD_VEH,
        ),
        (far, (0.0, 1.0, 0.0, 0.0), rough),
        (
            np.where(reached, inputs.others, unknown),
            (0.0, 0.0, 1.0, 0.0),
            DENSITY_SD * np.abs(inputs.others) + LEAST_SD_VEH,
        ),
        (part, (1 - PART, -PART, -PART, 0.0), PART_SD * np.abs(inputs.stored) + LEAST_SD_VEH),
    ):
        states = _update(states, value, np.array(row), sd**2)
    state = states.state.copy()
    state[:, [NEAR, FAR]] = np.maximum(state[:, [NEAR, FAR]], 0.0)
    state[:, SHARE] = np.clip(state[:, SHARE], 0.0, 1.0)
    return QueueStates(state, states.covariance.copy())


def _update(states: QueueStates, value: Array, row: Array, variance: Array) -> QueueStates:
    """Return the filters after one measurement (K,) of `row` (4,), NaN where there is none (Joseph form)."""
    known = np.isfinite(value)
    innovation = np.where(known, value, 0.0) - states.state @ row
    variance = np.where(known, variance, 1.0)
    cross = states.covariance @ row
    gain = np.where(known[:, None], cross / (cross @ row + variance)[:, None], 0.0)
    kept = np.eye(STATES) - gain[:, :, None] * row
    spread = gain[:, :, None] * gain[:, None, :] * variance[:, None, None]
    covariance = kept @ states.covariance @ np.swapaxes(kept, 1, 2) + spread
    return QueueStates(states.state + gain * innovation[:, None], covariance)
