"""How long a drive along a corridor takes, on the speeds that its loops measure now. Pure.

Conventions: positions in m, downstream; a drive leads downstream. A station's speed holds from halfway to the one before to
halfway to the next, beyond the first and the last it goes on. Rules for what loops do not tell:

- A station without a speed where a vehicle stands on a loop (occupancy over STANDING) has QUEUE_MPS: nobody could pass.
- Any other station without a speed has the mean of its neighbours by distance; FREE_MPS where no station has one.
- No loop need stand in a young queue: between the tail and the head of a known one nobody drives faster than QUEUE_MPS.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np

from harness.service.incidents.incident import CLOSED, Incident, State
from harness.service.incidents.station_means import station_speed
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

FREE_MPS = 25.0
"""Speed of free traffic where nothing is measured, m/s. Chosen: 90 km/h; moved, only times on a road without any loop change."""
QUEUE_MPS = 5.0
"""Speed in a queue that no loop measures, m/s."""
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
    positions = [station.position_m for station in road.corridor.stations]
    ends = [(before + after) / 2 for before, after in pairwise(positions)]
    edges = {from_m, to_m, *ends, *(queue.tail_m for queue in road.queues), *(queue.head_m for queue in road.queues)}
    time_s = 0.0
    for before, after in pairwise(sorted(edge for edge in edges if from_m <= edge <= to_m)):
        middle = (before + after) / 2
        speed = float(road.speed_mps[int(np.searchsorted(ends, middle))])
        if any(queue.tail_m <= middle <= queue.head_m for queue in road.queues):
            speed = min(speed, QUEUE_MPS)
        time_s += (after - before) / max(speed, past_queues_mps, SLOWEST_MPS)
    return time_s


def _measured(frame: LoopFrame) -> Array:
    """Return (S,) speeds of stations; QUEUE_MPS where a queue stands on the loops, NaN where nothing is known."""
    speeds = station_speed(frame)
    full = np.nanmax(np.where(np.isnan(frame.occupancy), 0.0, frame.occupancy), axis=1) > STANDING
    measured: Array = np.where(np.isnan(speeds) & full, QUEUE_MPS, speeds)
    return measured
