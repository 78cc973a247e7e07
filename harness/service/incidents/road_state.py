"""What the loops of a corridor tell about traffic lately: flow, speed, silence, and what each place is used to.

Conventions: S stations; NaN means not known. Means are over about `SMOOTH_S`, each frame weighs 1 - exp(-period / SMOOTH_S).
The **free speed** of a station is learned: it follows a faster mean within minutes and a slower one within a day. The **usual** of
a slot of the day is the number of days on which the station was slow in it, of those on which it was observed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from harness.service.incidents.station_means import lane_count, station_speed
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

SMOOTH_S = 120.0
"""Memory of flows and speeds, s. Chosen: shorter is noise, longer shows the traffic before the incident."""
SLOW = 0.6
"""Share of the free speed below which a station is slow. Chosen: as a queue of `harness.scoring.slow_stretches`; more makes
dense traffic a queue."""
FREE_UP_S = 300.0
FREE_DOWN_S = 86400.0
"""Memory of the free speed where traffic is faster than it, and slower, s. Chosen: an hour's jam must not become the free speed."""
SILENT_S = 120.0
"""Time without any reading after which a station counts as silent, s. Chosen: a lost frame or two are no fault."""
SLOT_S = 900.0
SLOTS = 96
"""Length and number of the slots of a day. Chosen: a recurrent jam moves by about a quarter of an hour from day to day."""
DAY_S = 86400.0


@dataclass(frozen=True, slots=True, eq=False)
class RoadNow:
    """The road after a frame: `flow_vphpl` (S,) per lane, `speed_mps`, `free_mps` (S,), `silent` (S,).

    `slow_days`, `days` (S,): on how many days before this one the station was slow at this time of day, of how many.
    `usual_vphpl` (S,): mean flow at this time of day on those days.
    """

    time_s: float
    flow_vphpl: Array
    speed_mps: Array
    free_mps: Array
    silent: Flags
    slow_days: Array
    days: Array
    usual_vphpl: Array

    @property
    def slow(self) -> Flags:
        """Stations slower than SLOW of their free speed."""
        return np.asarray(self.speed_mps < SLOW * self.free_mps)


class RoadState:
    """Follows the loops of one corridor; `arrays` is all its state."""

    def __init__(self, corridor: Corridor, utc_offset_s: float = 0.0) -> None:
        stations = len(corridor.stations)
        self._corridor, self._utc_offset_s = corridor, utc_offset_s
        self.arrays: dict[str, Array] = {
            "flow_vphpl": np.full(stations, np.nan),
            "speed_mps": np.full(stations, np.nan),
            "free_mps": np.full(stations, np.nan),
            "heard_s": np.full(stations, np.nan),
            "slow_days": np.zeros((SLOTS, stations)),
            "days": np.zeros((SLOTS, stations)),
            "usual_vphpl": np.full((SLOTS, stations), np.nan),
            "flow_in_slot": np.zeros(stations),
            "slow_in_slot": np.zeros(stations),
            "heard_in_slot": np.zeros(stations),
            "slot": np.full(1, np.nan),
            "time_s": np.full(1, np.nan),
        }

    def step(self, frame: LoopFrame) -> RoadNow:
        """Take a frame and return the road after it."""
        own, period_s = self.arrays, self._corridor.period_s
        count, speed = lane_count(frame), station_speed(frame)
        known = ~np.isnan(count)
        weight = 1 - np.exp(-period_s / SMOOTH_S)
        own["flow_vphpl"] = _follow(own["flow_vphpl"], count * 3600.0 / period_s, weight)
        own["speed_mps"] = _follow(own["speed_mps"], speed, weight)
        faster = np.nan_to_num(own["speed_mps"]) > np.nan_to_num(own["free_mps"])
        towards = 1 - np.exp(-period_s / np.where(faster, FREE_UP_S, FREE_DOWN_S))
        own["free_mps"] = _follow(own["free_mps"], own["speed_mps"], towards)
        first = np.isnan(own["heard_s"])
        own["heard_s"] = np.where(known | first, frame.time_s, own["heard_s"])
        own["time_s"] = np.array([frame.time_s])
        slot = int((frame.time_s + self._utc_offset_s) % DAY_S // SLOT_S)
        self._turn_slot(slot)
        now = RoadNow(
            time_s=frame.time_s,
            flow_vphpl=own["flow_vphpl"].copy(),
            speed_mps=own["speed_mps"].copy(),
            free_mps=own["free_mps"].copy(),
            silent=np.asarray(~known & (frame.time_s - own["heard_s"] >= SILENT_S)),
            slow_days=own["slow_days"][slot].copy(),
            days=own["days"][slot].copy(),
            usual_vphpl=own["usual_vphpl"][slot].copy(),
        )
        own["slow_in_slot"] += now.slow & known
        own["flow_in_slot"] += np.where(known, count * 3600.0 / period_s, 0.0)
        own["heard_in_slot"] += known
        return now

    def recall(self, arrays: Mapping[str, Array]) -> None:
        """Begin with the `arrays` of another. Raises KeyError or ValueError where they are of another corridor."""
        for name, values in self.arrays.items():
            given = np.array(arrays[name], dtype=np.float64)
            if given.shape != values.shape:
                raise ValueError(f"{name}: wanted shape {values.shape}, got {given.shape}")
            self.arrays[name] = given

    def _turn_slot(self, slot: int) -> None:
        """Note the slot that ends: a day more for what was heard, a slow one where most of it was slow."""
        own, before = self.arrays, self.arrays["slot"][0]
        if before == slot:
            return
        if not np.isnan(before):
            heard = own["heard_in_slot"] > 0
            own["days"][int(before)] += heard
            own["slow_days"][int(before)] += heard & (own["slow_in_slot"] > 0.5 * own["heard_in_slot"])
            flow = np.divide(own["flow_in_slot"], own["heard_in_slot"], out=np.full(len(heard), np.nan), where=heard)
            usual = own["usual_vphpl"][int(before)]
            own["usual_vphpl"][int(before)] = _follow(usual, flow, 1 / np.maximum(own["days"][int(before)], 1.0))
        for name in ("slow_in_slot", "heard_in_slot", "flow_in_slot"):
            own[name] = np.zeros(len(own["flow_vphpl"]))
        own["slot"] = np.array([float(slot)])


def _follow(mean: Array, value: Array, weight: float | Array) -> Array:
    """Return the mean moved towards the value; it begins with the first value, and stays where none is known."""
    moved = mean + (value - mean) * weight
    begun: Array = np.where(np.isnan(mean), value, np.where(np.isnan(value), mean, moved))
    return begun
