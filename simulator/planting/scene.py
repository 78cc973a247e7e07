"""What a blockage does at its place: flow that passes in each lane, drivers that slow down, vehicles that leave a blocked lane.

Capacities past blocked lanes fall once vehicles wait in them, as those force their way in at low speed. Together 60 % of
four lanes' capacity with an outer lane blocked, 54 % with an inner one, 38 % with two at an edge; simulation gives 62, 48
and 36 %, the Highway Capacity Manual for one and two of four lanes 58 and 25 %.
"""

from dataclasses import dataclass

import numpy as np

from simulator.frame import Array

LEAD_S = 10.0
"""Before the onset, s: the stopping vehicle lets nobody pass before it stands. In simulation it brakes for up to 18 s."""
BESIDE_SHARES = (0.75, 0.64)
FURTHER_SHARES = (0.95, 0.88)
"""Share of a lane's capacity that passes beside a blocked lane, and further from it: nobody waiting, and many. Fitted on
simulated incidents of SR-91."""
WAITING_VEH = (2.0, 6.0)
"""Vehicles per blocked lane in its last `WAITING_M` between which the shares fall. Fitted as above."""
WAITING_M = 140.0
LEAVE_M = 120.0
"""Distance over which a driver in a blocked lane finds a gap, m, and..."""
LEAVE_MPS = 3.0
"""...the least speed at which it is looked for, m/s. Fitted as above."""
SEEN_M = 140.0
"""Distance from which drivers see the blockage and leave its lane, m. Chosen: a shorter one lengthens queues in blocked lanes."""
PASSING_MPS = 14.0
"""Speed at which drivers pass the scene, m/s: 50 km/h, as in the simulations with drivers who look."""
ACCELERATION_MPSS = 0.9
"""Downstream of the scene, m/s2. Fitted as above."""
SLOWING_M = 150.0
SLOWING_SHARES = (1.0, 0.55, 0.25)
SLOWING_S = 60.0
"""Before the scene drivers slow by share x exp(-distance / `SLOWING_M`): in blocked lanes and beside them, one further, beyond;
reached after `SLOWING_S`. Fitted as above."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A blockage: times [s], place [m], lanes, and a factor on the capacity of the lanes that stay open."""

    onset_s: float
    clearance_s: float
    position_m: float
    lanes: tuple[int, ...]
    open_factor: float = 1.0

    def stands(self, time_s: float) -> bool:
        """Return whether nothing passes in the blocked lanes at a time."""
        return self.onset_s - LEAD_S <= time_s < self.clearance_s


def lanes_from_blocked(lanes: int, blocked: tuple[int, ...]) -> Array:
    """Return (L,) the distance of each lane to the nearest blocked one, in lanes."""
    away: Array = np.abs(np.arange(lanes)[:, None] - np.array(blocked)[None, :]).min(axis=1).astype(np.float64)
    return away


def open_shares(lanes: int, scene: Scene, waiting_veh: float) -> Array:
    """Return (L,) the share of capacity that each lane passes with `waiting_veh` vehicles waiting per blocked lane."""
    fallen = float(np.clip((waiting_veh - WAITING_VEH[0]) / (WAITING_VEH[1] - WAITING_VEH[0]), 0, 1))
    beside, further = (free + (full - free) * fallen for free, full in (BESIDE_SHARES, FURTHER_SHARES))
    away = lanes_from_blocked(lanes, scene.lanes)
    shares = np.where(away == 0, 0.0, np.where(away == 1, beside, further))
    result: Array = np.minimum(shares * scene.open_factor, 1.0)
    return result


def escape_shares(lanes: int, blocked: tuple[int, ...]) -> tuple[Array, Array]:
    """Return two arrays (L,): of the vehicles that leave a blocked lane, the share to the left, and to the right.

    They head for the nearest open lane, through other blocked ones; to both sides alike where both are as near.
    """
    left, right = np.zeros(lanes), np.zeros(lanes)
    free = np.array([lane for lane in range(lanes) if lane not in blocked])
    for lane in blocked:
        to_left = min((int(f) - lane for f in free if f > lane), default=lanes + 1)
        to_right = min((lane - int(f) for f in free if f < lane), default=lanes + 1)
        left[lane] = 1.0 if to_left < to_right else 0.5 if to_left == to_right else 0.0
        right[lane] = 1 - left[lane]
    return left, right


def slowing(lanes: int, scene: Scene, positions_m: Array, times_s: Array) -> Array:
    """Return (T, S, L) the factor on speeds before the scene while it stands."""
    distance = scene.position_m - positions_m
    away = np.minimum(lanes_from_blocked(lanes, scene.lanes), 3).astype(int)
    share = np.array([SLOWING_SHARES[0], *SLOWING_SHARES])[away]
    near = np.where(distance >= 0, np.exp(-np.maximum(distance, 0) / SLOWING_M), 0.0)
    since = np.clip((times_s - scene.onset_s) / SLOWING_S, 0, 1) * (times_s <= scene.clearance_s)
    result: Array = 1 - since[:, None, None] * near[None, :, None] * share[None, None, :]
    return result
