"""Lane-resolved kinematic waves: the same traffic twice, undisturbed and with a blockage (cell transmission, Daganzo 1994).

Each lane has a triangular flow-density relation: a cell sends S = min(v k, C) and takes R = min(C, w (kj - k)), so that a queue
grows at the speed of shock waves, (q_in - q_out) / (k_in - k_queue). Time step = cell / free speed: free traffic moves exactly.
Lane changes [veh/m/s] go diagonally into the next cell and share what it takes with those who stay, in proportion:

    to a faster lane     k_l max(v_m - v_l, 0) / (v tau)                                  (Laval and Daganzo 2006)
    to a less used one   refill x clip(q / 0.40, 0.3, 1) x (q_l p_m - q_m p_l) / (p_l + p_m), p the lanes' usual shares
    out of blocked lanes k max(v, 3 m/s) / 120 m, within 300 m of the scene; none into them there

Vehicles are conserved: those that cannot enter wait at the edge of the road or at their ramp.
"""

import numpy as np

from simulator.frame import Array
from simulator.planting.planted_road import PlantedRoad
from simulator.planting.scene import (
    LEAVE_M,
    LEAVE_MPS,
    SEEN_M,
    WAITING_M,
    Scene,
    escape_shares,
    open_shares,
)
from simulator.planting.site_constants import SiteConstants

REFILL_FLOW_VPS = 0.40
"""Mean flow of a lane at which `refill_per_m` holds, veh/s; below, gaps are plenty but fewer vehicles look for one."""
LEAST_REFILL = 0.3
QUEUE_MPS = 30 / 3.6
"""A queue is slower, as in `simulator.sumo.queue_observation`."""
AGREE_VEH = 1.0
"""The two roads agree when fewer vehicles than this stand elsewhere. Chosen: less than any loop shows."""
QUEUE_GAP_M = 150.0
"""Longest gap within a queue, as there."""


class LaneWaves:
    """The state of both roads, (2, X, L), and one step of it."""

    def __init__(self, road: PlantedRoad, site: SiteConstants, scene: Scene) -> None:
        lanes = road.use.shape[1]
        self._road, self._site, self._scene = road, site, scene
        self._jam = site.jam_density(road.free_mps)
        self._edge = road.edge_at(scene.position_m)
        self._seen = slice(max(0, self._edge - max(1, round(SEEN_M / road.cell_m))), self._edge)
        self._last = slice(max(0, self._edge - max(1, round(WAITING_M / road.cell_m))), self._edge)
        self._blocked = np.array([lane in scene.lanes for lane in range(lanes)])
        self._to_left, self._to_right = escape_shares(lanes, scene.lanes)
        self._pair = road.use[:, :-1] + road.use[:, 1:]
        start = np.minimum(road.inflow.mean(axis=0).sum() * road.use / road.free_mps, site.capacity_vps / road.free_mps)
        self.density = np.repeat(start[None], 2, axis=0)
        self.entering = np.zeros((2, lanes))
        self.at_ramps = np.zeros((2, *road.use.shape))
        self.passed = np.zeros(2)

    def speed(self) -> Array:
        """Speed [m/s] of every cell."""
        jammed = self._site.wave_mps * (self._jam / np.maximum(self.density, 1e-9) - 1)
        result: Array = np.clip(jammed, 0.0, self._road.free_mps)
        return result

    def step(self, frame: int, time_s: float) -> tuple[Array, Array]:
        """Advance one step; return the flow [veh/s] over every edge (2, X + 1, L), and out of every lane to others (2, X, L)."""
        road, capacity = self._road, self._site.capacity_vps
        k, v = self.density, self.speed()
        send = np.minimum(k * road.free_mps, capacity)
        leftward, rightward = self._lane_changes(k, v, self._scene.stands(time_s))
        away = np.zeros_like(send)
        away[..., :-1] += leftward
        away[..., 1:] += rightward
        away *= road.cell_m
        scale = np.minimum(1.0, send / np.maximum(away, 1e-12))
        across = np.zeros_like(send)  # demand that comes from other lanes, by the lane it goes to
        across[..., 1:] += leftward * road.cell_m * scale[..., :-1]
        across[..., :-1] += rightward * road.cell_m * scale[..., 1:]
        away *= scale
        through = send - away
        take = np.minimum(capacity, self._site.wave_mps * np.maximum(self._jam - k, 0))
        take[1, self._edge] = np.minimum(take[1, self._edge], self._passing(time_s))

        self.entering += road.inflow[frame] * road.step_s
        self.at_ramps += (road.joining[frame][:, None] * road.use) * road.step_s
        wanted = np.empty((2, road.cells + 1, k.shape[2]))
        wanted[:, 0] = np.minimum(self.entering / road.step_s, capacity)
        wanted[:, 1:] = through + across
        ramps = self.at_ramps / road.step_s
        granted = np.ones_like(wanted)
        granted[:, :-1] = np.minimum(1.0, take / np.maximum(wanted[:, :-1] + ramps, 1e-12))
        over = wanted * granted
        joined = ramps * granted[:, :-1]
        out = through * granted[:, 1:]
        moved = np.zeros_like(out)  # out of each lane to others, as granted in the lane they go to
        moved[..., :-1] += leftward * road.cell_m * scale[..., :-1] * granted[:, 1:, 1:]
        moved[..., 1:] += rightward * road.cell_m * scale[..., 1:] * granted[:, 1:, :-1]
        exits = over[:, 1:] * road.leaving[frame][:, None]
        self.entering -= over[:, 0] * road.step_s
        self.at_ramps -= joined * road.step_s
        come = over[:, :-1] + joined
        come[:, 1:] -= exits[:, :-1]
        self.density = np.maximum(k + (come - out - moved) * road.step_s / road.cell_m, 0.0)
        self.passed += (exits[:, :-1].sum(axis=(1, 2)) + over[:, -1].sum(axis=1)) * road.step_s
        return over, moved

    def held(self) -> Array:
        """Vehicles on the road and waiting to enter it, undisturbed and with the blockage (2,)."""
        result: Array = (
            self.density.sum(axis=(1, 2)) * self._road.cell_m
            + self.entering.sum(axis=1)
            + self.at_ramps.sum(axis=(1, 2))
        )
        return result

    def agree(self) -> bool:
        """Return whether the incident has left no trace on the road."""
        apart = np.abs(self.density[1] - self.density[0]).sum() * self._road.cell_m
        return bool(apart < AGREE_VEH and abs(np.diff(self.held())[0]) < AGREE_VEH)

    def queue(self) -> tuple[Array, float]:
        """Return (L,) the vehicles queuing behind the scene in blocked lanes, and the upstream end [m] of the longest queue."""
        road = self._road
        slow = self.speed()[1] < QUEUE_MPS
        queue, tail = np.zeros(slow.shape[1]), self._edge
        for lane in self._scene.lanes:
            cells = np.flatnonzero(slow[: self._edge, lane])[::-1]
            gaps = np.diff(np.concatenate(([self._edge], cells))) < -1 - QUEUE_GAP_M / road.cell_m
            chained = cells[: int(np.argmax(gaps))] if gaps.any() else cells
            queue[lane] = float(self.density[1, chained, lane].sum()) * road.cell_m
            tail = min(tail, int(chained[-1])) if len(chained) else tail
        return queue, road.first_m + tail * road.cell_m

    def _passing(self, time_s: float) -> Array:
        """Capacity [veh/s] of every lane at the scene now."""
        if self._scene.stands(time_s):
            blocked = self.density[1, self._last][:, self._blocked].sum() * self._road.cell_m / self._blocked.sum()
            shares = open_shares(len(self._blocked), self._scene, float(blocked))
        else:
            fallen = self._site.discharge_drop if time_s >= self._scene.clearance_s else 0.0
            shares = np.full(len(self._blocked), 1 - fallen)
        result: Array = shares * self._site.capacity_vps
        return result

    def _lane_changes(self, k: Array, v: Array, stands: bool) -> tuple[Array, Array]:
        """Vehicles per metre and second from each lane to its left, and to its right neighbour (2, X, L - 1)."""
        road, use = self._road, self._road.use
        faster = np.diff(v, axis=2) / (road.free_mps * self._site.exchange_s)
        flow = k * v
        refill = self._site.refill_per_m * np.clip(flow.mean(axis=2) / REFILL_FLOW_VPS, LEAST_REFILL, 1.0)
        uneven = refill[..., None] * (flow[..., :-1] * use[:, 1:] - flow[..., 1:] * use[:, :-1]) / self._pair
        leftward = k[..., :-1] * np.maximum(faster, 0) + np.maximum(uneven, 0)
        rightward = k[..., 1:] * np.maximum(-faster, 0) + np.maximum(-uneven, 0)
        if stands:
            seen, blocked = self._seen, self._blocked
            leaving = k[1, seen] * np.maximum(v[1, seen], LEAVE_MPS) / LEAVE_M
            to_left, to_right = (leaving * self._to_left)[:, :-1], (leaving * self._to_right)[:, 1:]
            leftward[1, seen] = np.where(blocked[:-1], to_left, np.where(blocked[1:], 0, leftward[1, seen]))
            rightward[1, seen] = np.where(blocked[1:], to_right, np.where(blocked[:-1], 0, rightward[1, seen]))
        return leftward, rightward
