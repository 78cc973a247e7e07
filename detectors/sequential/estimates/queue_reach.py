"""How far the queues of K incidents reach, and how many vehicles each stores, from the stations upstream.

Symbols (road_memory.py holds the stations' own). Station b = 0 is the section's upstream one, b = 1 the next further up, to
REACH - 1; D the section's downstream station, X the incident's place, B lanes blocked, t0 its onset.

    b*           first station that the queue has not reached: all of b < b* are congested; the corridor's first where all are
    tau_b        travel time from b to D at free speed;  G_b  product of the gains from b to D
    stored       G_b* (in_b*(t - tau) - in_b*(t0 - tau)) - (out_D(t) - out_D(t0))           vehicles that have not arrived at D
    in_tail      the same with station b* - 1 in place of D: stored between the two stations at the tail
    e_b,l        k - d / (F T): density of lane l at b above normal, not below 0
    counted_tail_m   X, less the sections that the queue fills, less in_tail / sum_l e_(b*-1) within the next; from b = 0 on
    by_density_l sum over filled stretches of length x k_l: vehicles of lane l in the queue, as the loops see them
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.sequential.estimates.road_memory import RoadMemory, RoadState
from simulator.frame import Array, Flags

Numbers = NDArray[np.int_]

REACH = 12  # stations; chosen: 10 km at 800 m; a longer queue is cut there
QUEUE_DENSITY_VEH_PER_M = (
    0.05  # [veh/m] of a lane above normal, in a queue that no loop sees; chosen: crawling, 20 m a vehicle
)
LEAST_EXCESS_VEH_PER_M = 0.02  # [veh/m] of all lanes together, under which a tail's place says nothing; chosen


@dataclass(frozen=True, slots=True, eq=False)
class QueueReach:
    """K incidents, `station` (K, REACH) their stations upstream, -1 where the corridor has none."""

    station: Numbers
    reached: Numbers  # (K,) b*
    beyond: Flags  # (K,) the queue has passed the corridor's first station
    stored: Array  # (K,) [veh]
    in_tail: Array  # (K,) [veh]
    counted_tail_m: Array  # (K,) position of the tail by what is congested now and by counting
    tail_m: Array  # (K,) the same, but no nearer than the last station of the queue that was congested within WAVE_S
    density: Array  # (K, REACH, L) k [veh/m], 0 where no station
    excess: Array  # (K, REACH, L) e [veh/m]
    by_density: Array  # (K, L) [veh]
    near: Array  # (K, L) [veh] of it, between b = 0 and X
    far: Array  # (K, L) [veh] above normal upstream of b = 0, as the loops see them
    normal: Array  # (K, L) [veh] that the queue's stretch holds without incident
    arriving: Array  # (K,) vehicles that arrive at the tail, per frame
    leaving: Array  # (K,) vehicles that pass D, per frame


def queue_reach(memory: RoadMemory, section: Numbers, place_m: Array, onset_s: Array) -> QueueReach:
    """Return the reach of the queues of the incidents in `section` (K,), at `place_m` (K,), since `onset_s` (K,)."""
    state = memory.state
    at = section[:, None] - np.arange(REACH)
    exists, station = at >= 0, np.maximum(at, 0)
    chain = np.logical_and.accumulate(exists & state.congested[station], axis=1)
    reached = chain.sum(axis=1)
    last = np.minimum(exists.sum(axis=1), REACH) - 1
    beyond = reached > last
    inlet = np.minimum(reached, last)
    gains, hours = _cumulative(state)
    down = section + 1
    rows = np.arange(len(section))
    inlet_station = station[rows, inlet]
    outlet_station = np.where(inlet > 0, station[rows, np.maximum(inlet - 1, 0)], down)
    stored = _between(memory, state, gains, hours, inlet_station, down, onset_s)
    in_tail = np.where(
        beyond,
        _between(memory, state, gains, hours, inlet_station, inlet_station, onset_s),
        _between(memory, state, gains, hours, inlet_station, outlet_station, onset_s),
    )
    demand = state.demand / state.free[:, None] / state.period_s
    density = np.where(exists[..., None], state.density[station], 0.0)
    excess = np.where(exists[..., None], np.maximum(state.density - demand, 0.0)[station], 0.0)
    position = state.position_m[station]
    filled = np.arange(REACH) < reached[:, None]
    edge = np.concatenate([place_m[:, None], position[:, :-1]], axis=1)
    length = np.where(filled & exists, edge - position, 0.0)
    nearer = np.concatenate([density[:, :1], density[:, :-1]], axis=1)
    by_density = (length[..., None] * (density + nearer) / 2).sum(axis=1)
    at_tail = excess[rows, np.maximum(reached - 1, 0)].sum(axis=1)
    guess = QUEUE_DENSITY_VEH_PER_M * state.has[down].sum(axis=1)
    per_m = np.where(reached > 0, np.maximum(at_tail, LEAST_EXCESS_VEH_PER_M), guess)
    room = np.where(beyond, np.inf, np.where(inlet > 0, edge[rows, inlet], place_m) - position[rows, inlet])
    tail_length = np.clip(in_tail / per_m, 0.0, np.maximum(room, 0.0))
    by_density += tail_length[:, None] * np.where(
        (reached > 0)[:, None], density[rows, np.maximum(reached - 1, 0)], 0.0
    )
    tail_m = place_m - length.sum(axis=1) - tail_length
    free_density = np.where(exists[..., None], demand[station], 0.0)
    nearer_excess = np.concatenate([excess[:, :1], excess[:, :-1]], axis=1)
    far = (length[:, 1:, None] * (excess + nearer_excess)[:, 1:] / 2).sum(axis=1)
    far += np.where(reached > 0, tail_length, 0.0)[:, None] * excess[rows, np.maximum(reached - 1, 0)]
    queued = np.logical_and.accumulate(exists & state.queued[station], axis=1)
    farthest_m = np.where(queued, position, np.inf).min(axis=1)
    normal = (place_m - tail_m)[:, None] * free_density[:, 0]
    wanted = np.where(state.congested, state.demand.sum(axis=1), state.count.sum(axis=1))
    gain = gains[down] / gains[inlet_station]
    return QueueReach(
        np.where(exists, station, -1),
        reached,
        beyond,
        stored,
        in_tail,
        tail_m,
        np.minimum(tail_m, farthest_m),
        density,
        excess,
        by_density,
        length[:, :1] * density[:, 0],
        far,
        normal,
        gain * wanted[inlet_station],
        state.count[down].sum(axis=1),
    )


def _cumulative(state: RoadState) -> tuple[Array, Array]:
    """Return (S,) product of the gains and (S,) travel time [s] at free speed from the first station to each."""
    gains = np.concatenate([[1.0], np.cumprod(state.gain)])
    speed = (state.free[:-1] + state.free[1:]) / 2
    return gains, np.concatenate([[0.0], np.cumsum(np.diff(state.position_m) / speed)])


def _between(
    memory: RoadMemory, state: RoadState, gains: Array, hours: Array, up: Numbers, down: Numbers, onset_s: Array
) -> Array:
    """Return (K,), vehicles stored since `onset_s` between the stations `up` and `down`."""
    travel_s = hours[down] - hours[up]
    into_now, _ = memory.history.totals_at(state.time_s - travel_s, up)
    into_then, _ = memory.history.totals_at(onset_s - travel_s, up)
    _, out_now = memory.history.totals_at(np.full(len(up), state.time_s), down)
    _, out_then = memory.history.totals_at(onset_s, down)
    return np.asarray(gains[down] / gains[up] * (into_now - into_then) - (out_now - out_then))
