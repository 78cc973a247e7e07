"""What a road's stations say about queues: density lane by lane, congestion, demand, and running totals of vehicles.

    k = o / m                      density of a lane [veh/m]; o occupancy, m metres that a vehicle covers: sum(o T v) / sum(n)
    k = n / (v T)                  where no occupancy is measured
    congested: V60 < CONGESTED F   V60 station speed over two frames of 30 s, F its mean speed while not congested
    d                              demand of a lane [veh/frame]: mean of its counts over DEMAND_S while the station is neither
                                   congested nor the downstream one of a suspected section
    G                              vehicles at a section's downstream station per vehicle upstream, of uncongested frames
    in, out                        running totals of a station: vehicles that would have passed (d while congested), and that passed

A queue that stands on a station hides how many vehicles want to pass it: then the demand of the time before stands in. Two totals
of the same moment and their values at an onset give what was stored since, whichever station the queue has reached.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from detectors.lane_order import summed
from detectors.sequential.estimates.station_history import StationHistory
from detectors.threshold_detector import frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame, lanes_there

CONGESTED = 0.7  # [1] of F; chosen: between dense traffic (0.8 and more) and a queue (0.5 and less)
WAVE_S = 180.0  # [s] chosen: between two stop-and-go waves of one queue a station is free for a minute or two
SPEED_S = 60.0  # [s] of V60; chosen: one frame of few vehicles is no queue
DEMAND_S = 600.0  # [s] memory of the demand; chosen: shorter is noisier, longer lags behind a peak
GAIN_S = 1200.0  # [s] memory of G; chosen, as the site's normal
LEARNED_LATE_S = 240.0  # [s] after which a frame teaches G: an incident is suspected by then
FIRST_FREE_MPS = 25.0  # [m/s] F before any frame, with the weight of one; chosen, 90 km/h
COVERED_M = 6.5  # [m] m before any vehicle: car and loop, as site_priors.py has them for a car with a long loop; chosen
COVERED_VEH = 20.0  # [veh] weight of it
COVERED_RANGE_M = (3.0, 15.0)  # [m] bounds of m: a short car over a short loop, trucks
LEAST_SPEED_MPS = 1.0  # [m/s] under which a mean speed says no more about density; chosen
GAIN_RANGE = (0.5, 1.8)  # [1] as site_priors.py
GAIN_VEH = 20.0  # [veh] weight of G = 1 before any vehicle; chosen


@dataclass(frozen=True, slots=True, eq=False)
class RoadState:
    """S stations of L lanes after a frame; arrays as in the module's formulas, NaN where a loop is dead."""

    time_s: float
    period_s: float
    has: Flags  # (S, L) lanes that exist
    count: Array  # (S, L) [veh], 0 where not known
    density: Array  # (S, L) [veh/m], over two frames
    speed: Array  # (S, L) [m/s] over two frames, free where nobody passed an empty lane
    relative: Array  # (S,) V60 / F
    congested: Flags  # (S,)
    queued: Flags  # (S,) congested within the last WAVE_S
    free: Array  # (S,) F [m/s]
    demand: Array  # (S, L) [veh/frame]
    gain: Array  # (N,)
    position_m: Array  # (S,)


class RoadMemory:
    """Follows one corridor; `state` after the last frame, `history` of the last minutes."""

    state: RoadState

    def __init__(self, corridor: Corridor) -> None:
        self._has = np.asfortranarray(lanes_there(corridor))
        self._position_m = np.array([station.position_m for station in corridor.stations])
        self._period_s = corridor.period_s
        stations = len(self._has)
        self._free = np.full((stations, 1), FIRST_FREE_MPS)
        self._free_weight = np.ones((stations, 1))
        self._covered = np.full(self._has.shape, COVERED_M * COVERED_VEH, order="F")
        self._covered_veh = np.full(self._has.shape, COVERED_VEH, order="F")
        self._demand = np.zeros(self._has.shape, order="F")
        self._demand_weight = np.zeros((stations, 1))
        self._gain = np.full((2, stations - 1), GAIN_VEH)
        self._recent: deque[tuple[Array, Array, Array]] = deque(maxlen=frames_in(SPEED_S, corridor.period_s))
        self._waiting: deque[tuple[Array, Flags]] = deque()
        self.history = StationHistory(corridor.period_s)
        self._newest: Array | None = None
        self._since_congested = np.full(stations, np.inf)

    def step(self, frame: LoopFrame, suspected: Flags) -> RoadState:
        """Return the state after `frame`; `suspected` (N,) sections teach no gain."""
        known = np.isfinite(frame.count)
        count = np.where(self._has, np.where(known, frame.count, self._demand), 0.0)  # a dead loop counts what is usual
        speed = np.where(known & (count > 0), frame.speed, np.nan)
        self._learn_cover(count, speed, frame.occupancy)
        timed = np.where(np.isfinite(speed), count, 0.0)
        self._recent.append((timed, timed * np.nan_to_num(speed), self._density_of(count, speed, frame.occupancy)))
        vehicles, metres = (summed(frame[part] for frame in self._recent) for part in (0, 1))
        station = vehicles.sum(axis=1, keepdims=True)
        mean = np.where(station > 0, metres.sum(axis=1, keepdims=True) / np.maximum(station, 1e-9), self._free)
        relative = mean / self._free
        congested = relative < CONGESTED
        self._since_congested = np.where(congested[:, 0], 0.0, self._since_congested + self._period_s)
        self._learn_free(mean, ~congested & (station > 0))
        if self._newest is None:
            self._demand = count
        self._learn_demand(congested | np.append(False, suspected)[:, None])
        self._newest = count
        self._learn_gain(count.sum(axis=1), congested[:, 0], suspected)
        wanted = np.where(congested[:, 0], self._demand.sum(axis=1), count.sum(axis=1))
        self.history.add(frame.time_s, count, _mean_speed(timed, speed), wanted)
        density = summed(frame[2] for frame in self._recent) / len(self._recent)
        full = density > 0.5 / np.maximum(self.covered, 1e-9)
        lane_speed = np.where(vehicles > 0, metres / np.maximum(vehicles, 1e-9), np.where(full, 0.0, self._free))
        self.state = RoadState(
            frame.time_s,
            self._period_s,
            self._has,
            count,
            density,
            lane_speed,
            relative[:, 0],
            congested[:, 0],
            self._since_congested <= WAVE_S,
            self._free[:, 0].copy(),
            np.array(self._demand),
            self.gain,
            self._position_m,
        )
        return self.state

    @property
    def covered(self) -> Array:
        """(S, L) m [m]."""
        return np.asarray(np.clip(self._covered / self._covered_veh, *COVERED_RANGE_M))

    @property
    def gain(self) -> Array:
        """(N,) G."""
        return np.asarray(np.clip(self._gain[1] / self._gain[0], *GAIN_RANGE))

    def _density_of(self, count: Array, speed: Array, occupancy: Array) -> Array:
        by_speed = count / np.maximum(np.where(np.isfinite(speed), speed, self._free), LEAST_SPEED_MPS) / self._period_s
        return np.where(self._has, np.where(np.isfinite(occupancy), occupancy / self.covered, by_speed), 0.0)

    def _learn_cover(self, count: Array, speed: Array, occupancy: Array) -> None:
        measured = np.isfinite(speed) & np.isfinite(occupancy)
        fading = 1 - self._period_s / GAIN_S
        self._covered = fading * self._covered + np.where(measured, occupancy * self._period_s * speed, 0.0)
        self._covered_veh = fading * self._covered_veh + np.where(measured, count, 0.0)

    def _learn_free(self, mean: Array, teaches: Flags) -> None:
        self._free_weight = np.where(
            teaches, np.minimum(self._free_weight + 1, GAIN_S / self._period_s), self._free_weight
        )
        self._free = np.where(teaches, self._free + (mean - self._free) / self._free_weight, self._free)

    def _learn_demand(self, congested: Flags) -> None:
        """Learn the last frame but one: by then it shows whether a queue had begun in it."""
        if self._newest is None:
            return
        most = DEMAND_S / self._period_s
        self._demand_weight = np.where(congested, self._demand_weight, np.minimum(self._demand_weight + 1, most))
        newest = self._demand + (self._newest - self._demand) / np.maximum(self._demand_weight, 1)
        self._demand = np.where(congested & (self._demand_weight > 0), self._demand, newest)

    def _learn_gain(self, total: Array, congested: Flags, suspected: Flags) -> None:
        self._waiting.append((total, congested[:-1] | congested[1:]))
        if len(self._waiting) > frames_in(LEARNED_LATE_S, self._period_s):
            old, was_congested = self._waiting.popleft()
            teaches = ~was_congested & ~suspected
            fading = np.where(teaches, 1 - self._period_s / GAIN_S, 1.0)
            self._gain = fading * self._gain + np.where(teaches, [old[:-1], old[1:]], 0.0)


def _mean_speed(timed: Array, speed: Array) -> Array:
    """Return (S,), the mean speed [m/s] of the vehicles that were timed; NaN without any."""
    passed = timed.sum(axis=1)
    metres = (timed * np.nan_to_num(speed)).sum(axis=1)
    return np.where(passed > 0, metres / np.maximum(passed, 1.0), np.nan)
