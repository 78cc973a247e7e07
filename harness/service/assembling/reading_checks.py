"""Where a reading belongs, and whether it can be: station, lane, interval, values. What cannot be is counted, with an example."""

import math

from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.assembling.assembling_counts import AssemblingCounts
from harness.service.sources.reading import Reading
from scenarios.corridor import LATEST_S, Corridor
from scenarios.suggestion import likely
from simulator.recording.csv_header import shown
from simulator.recording.loop_checks import MOST_SPEED_MPS, MOST_VEHICLES_PER_S


class ReadingChecks:
    """Finds station, cell and interval of a corridor's readings; a cell is `station * lanes + lane`."""

    def __init__(self, corridor: Corridor, settings: AssemblerSettings) -> None:
        self._period_s = corridor.period_s
        self._share = settings.off_grid_share
        self._offset_s = settings.grid_offset_s
        self._late = int(settings.stamp == "start")
        self._most = max(2.0, MOST_VEHICLES_PER_S * corridor.period_s)
        self._stations = {s.name: (k, s.lane_numbers, k * corridor.lanes) for k, s in enumerate(corridor.stations)}
        self._outermost = corridor.outermost
        self._last: tuple[float, int] = (math.nan, 0)

    def interval_at(self, end_s: float) -> int:
        """Return the number of the interval that ends nearest to `end_s`."""
        return round((end_s - self._offset_s) / self._period_s)

    def stamp_s(self, interval: int) -> float:
        """Return the exact stamp of an interval, its start or end as the settings say."""
        return self._offset_s + (interval - self._late) * self._period_s

    def place(self, reading: Reading, counts: AssemblingCounts) -> tuple[int, int, int] | None:
        """Return station, cell and interval of a reading; None for one that cannot be, which is counted."""
        name, lane, time_s, count, speed, occupancy = reading
        found = self._stations.get(name)
        if found is None or lane not in found[1]:
            counts.refuse("unknown_loop", self._unknown, reading)
            return None
        if not (
            (0 <= count <= self._most or count != count)
            and (0 <= speed <= MOST_SPEED_MPS or speed != speed)
            and (0 <= occupancy <= 1 or occupancy != occupancy)
        ):
            counts.refuse("impossible", self._impossible, reading)
            return None
        if time_s != self._last[0]:
            interval = self._interval(time_s)
            if interval is None:
                counts.refuse("off_grid", self._off_grid, reading)
                return None
            self._last = (time_s, interval)
        return found[0], found[2] + lane, self._last[1]

    def _interval(self, time_s: float) -> int | None:
        if not abs(time_s) <= LATEST_S:
            return None
        periods = (time_s - self._offset_s) / self._period_s
        nearest = round(periods)
        return nearest + self._late if abs(periods - nearest) <= self._share else None

    def _unknown(self, reading: Reading) -> str:
        found = self._stations.get(reading.station)
        if found is None:
            return f"unknown station {shown(reading.station)}{likely(reading.station, self._stations)}"
        slip = f"are lanes counted from 1? lane 0 is the {self._outermost}"
        return f"{shown(reading.station)}: lane is {found[1][0]} to {found[1][-1]}, got {shown(reading.lane)} ({slip})"

    def _impossible(self, reading: Reading) -> str:
        name, lane, _, count, speed, occupancy = reading
        place = f"{shown(name)}, lane {lane}"
        if not (0 <= count <= self._most or count != count):
            slip = "unknown is NaN" if count < 0 else "is it a flow per hour?"
            return f"{place}: count is 0 to {self._most:g} vehicles in {self._period_s:g} s, got {count} ({slip})"
        if not (0 <= speed <= MOST_SPEED_MPS or speed != speed):
            slip = "unknown is NaN" if speed < 0 else "is it in km/h or mph?"
            return f"{place}: speed is 0 to {MOST_SPEED_MPS:g} m/s, got {speed} ({slip})"
        slip = "unknown is NaN" if occupancy < 0 else "is it a percentage?"
        return f"{place}: occupancy is a share, 0 to 1, got {occupancy} ({slip})"

    def _off_grid(self, reading: Reading) -> str:
        if not abs(reading.time_s) <= LATEST_S:
            return f"{shown(reading.station)}: time is in seconds, got {reading.time_s} (is it in milliseconds?)"
        off_s = (reading.time_s - self._offset_s) % self._period_s
        return (
            f"{shown(reading.station)}: stamps are whole periods of {self._period_s:g} s from grid_offset_s = "
            f"{self._offset_s:g} s, got {reading.time_s} s ({off_s:g} s after one: is the offset or the period another?)"
        )
