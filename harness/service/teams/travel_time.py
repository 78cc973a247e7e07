"""How long a drive along a corridor takes, on the speeds that its loops measure now. Pure.

Conventions: positions in m, downstream; a drive leads downstream. A station's speed holds from halfway to the one before to
halfway to the next, beyond the first and the last it goes on. But that of a station in a known queue holds in the queue alone, and
those of the others not in it: a slow station does not slow the road upstream of the tail. Rules for what loops do not tell:

- A station without a speed where a vehicle stands on a loop (occupancy over STANDING) has STANDING_MPS: nobody could pass.
- Any other station without a speed has the mean of its neighbours by distance; FREE_MPS where no station has one.
- In a queue in which no station stands the speed is QUEUE_MPS.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np

from harness.service.incidents.incident import CLOSED, Incident, State
from harness.service.incidents.station_means import station_speed
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

FREE_MPS = 25.0
"""Speed of free traffic where nothing is measured, m/s. Chosen: 90 km/h; moved, only times on a road without any loop change."""
QUEUE_MPS = 8.0
"""Speed in a queue that no loop measures, m/s: the mean of lanes that stand and of lanes that pass. Chosen on 42 drives to 13
incidents of the battery sr91-calibration, as in `benchmarks/team_arrivals.py`: their median error is 18 %, with 5 m/s 21 %, with
15 m/s 22 %."""
STANDING_MPS = 2.0
"""Speed where vehicles stand on all loops of a station, m/s. Chosen: stop and go."""
STANDING = 0.3
"""Occupancy above which a lane without a speed is full, not empty. Chosen: capacity is at 0.1 to 0.2 on any loop."""
SHOULDER_MPS = 30.0 / 3.6
"""Speed past a queue on its shoulder or between its lanes, m/s. Chosen: 30 km/h; faster is not safe beside standing cars."""
SLOWEST_MPS = 1.0
"""Slowest speed that is reckoned with, m/s. Chosen: a loop that reads less reads a vehicle that stops and goes."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue from its tail to its head."""

    tail_m: float
    head_m: float


@dataclass(frozen=True, slots=True, eq=False)
class RoadSpeeds:
    """A corridor now: `speed_mps` (S,), all known, and its queues."""

    corridor: Corridor
    speed_mps: Array
    queues: tuple[Queue, ...] = ()


def road_speeds(corridor: Corridor, frame: LoopFrame | None, incidents: Sequence[Incident] = ()) -> RoadSpeeds:
    """Return the speeds of a corridor after a frame, None before the first; and the queues of incidents that stand on it."""
    stations = len(corridor.stations)
    speeds = np.full(stations, np.nan) if frame is None else _measured(frame)
    positions = np.array([station.position_m for station in corridor.stations])
    known = ~np.isnan(speeds)
    filled = np.interp(positions, positions[known], speeds[known]) if known.any() else np.full(stations, FREE_MPS)
    queues = tuple(
        Queue(each.tail_m, each.position_m)
        for each in incidents
        if each.corridor == corridor.name and each.state not in (State.CLEARED, *CLOSED) and isfinite(each.tail_m)
    )
    return RoadSpeeds(corridor, filled, queues)


def travel_time_s(road: RoadSpeeds, from_m: float, to_m: float, past_queues_mps: float = 0.0) -> float:
    """Return the time from one place to another downstream; `past_queues_mps`: of who drives past queues, at that speed at least.

    Raises ValueError for a drive upstream.
    """
    if to_m < from_m:
        raise ValueError(f"a drive leads downstream: wanted at least {from_m:g} m, got {to_m:g} m")
    positions = np.array([station.position_m for station in road.corridor.stations])
    queues = [(queue, _within(queue, positions)) for queue in road.queues]
    outside = ~np.any([inside for _, inside in queues], axis=0) if queues else np.ones(len(positions), bool)
    ends = {end for inside in (outside, *(each for _, each in queues)) for end in _halfways(positions[inside])}
    edges = {from_m, to_m, *ends, *(end for queue in road.queues for end in (queue.tail_m, queue.head_m))}
    time_s = 0.0
    for before, after in pairwise(sorted(edge for edge in edges if from_m <= edge <= to_m)):
        middle = (before + after) / 2
        there = next((inside for queue, inside in queues if queue.tail_m <= middle <= queue.head_m), outside)
        speed = _nearest(positions[there], road.speed_mps[there], middle)
        time_s += (after - before) / max(speed, past_queues_mps, SLOWEST_MPS)
    return time_s


def _within(queue: Queue, positions: Array) -> Flags:
    return np.asarray((queue.tail_m <= positions) & (positions <= queue.head_m))


def _halfways(positions: Array) -> set[float]:
    return {float(end) for end in (positions[1:] + positions[:-1]) / 2}


def _nearest(positions: Array, speeds: Array, place_m: float) -> float:
    """Return the speed of the station nearest to a place; that of a queue where there is none."""
    return float(speeds[np.argmin(np.abs(positions - place_m))]) if len(positions) else QUEUE_MPS


def _measured(frame: LoopFrame) -> Array:
    """Return (S,) speeds of stations; STANDING_MPS where a queue stands on the loops, NaN where nothing is known."""
    speeds = station_speed(frame)
    full = np.nanmax(np.where(np.isnan(frame.occupancy), 0.0, frame.occupancy), axis=1) > STANDING
    measured: Array = np.where(np.isnan(speeds) & full, STANDING_MPS, speeds)
    return measured
