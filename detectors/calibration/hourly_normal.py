"""A site's normal: mean and deviation of flow, speed and occupancy of each station, by hour of the day or of the week.

Hour b is that of the frames' clock: floor(time_s / 3600) modulo 24, or modulo 168 for hours of the week, whatever day the clock
starts on. Which hours a normal has, 24 or 168, says what it was learned by (`day_means`).
"""

from dataclasses import dataclass, replace

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array

QUANTITIES = ("flow", "speed", "occupancy")
"""The last axis of every array here: flow [veh/h/lane], speed [m/s], occupancy [share]."""
LEAST_SD = np.array([60.0, 0.5, 0.005])
"""Least deviations, in the units above. Chosen: half a vehicle a lane in 30 s; smaller ones turn a quiet night into deviates."""
HOUR_S = 3600.0
DAY_HOURS, WEEK_HOURS = 24, 168


@dataclass(frozen=True, slots=True, eq=False)
class HourlyNormal:
    """The normal of S stations in H hours, H = 24 or 168.

    `stations`: name and lanes of each; `corridor`: their road's name. `mean` (H, S, 3); `sd` (H, S, 3): deviation of a frame from
    it; `day_sd` (H, S, 3): deviation of a day's mean of the hour; `days` (H, S, 3): days behind each. `level_sd` (S, 3):
    deviation of a day as a whole, in `sd`, mean over its hours; `level_days` (S, 3): days behind it. NaN, or 0 days, where not
    known.
    """

    corridor: str
    stations: tuple[tuple[str, int], ...]
    mean: Array
    sd: Array
    day_sd: Array
    days: Array
    level_sd: Array
    level_days: Array

    @property
    def hours(self) -> int:
        """H: 24 for hours of the day, 168 for hours of the week."""
        return len(self.mean)

    @property
    def by(self) -> str:
        """What it is by, in words."""
        return "hour of the day" if self.hours == DAY_HOURS else "hour of the week"

    def on(self, corridor: Corridor) -> "HourlyNormal":
        """Return the normal of a corridor's stations, in its order; it may lack some of the site's.

        Raises UserError for a station that is not the site's, or has another number of lanes there.
        """
        lanes = dict(self.stations)
        for station in corridor.stations:
            if lanes.get(station.name) != station.lanes:
                has = (
                    f"has {lanes[station.name]} lanes at {station.name}"
                    if station.name in lanes
                    else f"has no station {station.name}"
                )
                raise UserError(
                    f"the normal in it is that of {self.corridor}, which {has}; {corridor.name} has it with {station.lanes} lanes "
                    "(a site's file is for that site: calibrate on this one, or with --normal none)"
                )
        names = [name for name, _ in self.stations]
        order = [names.index(station.name) for station in corridor.stations]
        arrays = {name: getattr(self, name)[:, order] for name in ("mean", "sd", "day_sd", "days")}
        levels = {name: getattr(self, name)[order] for name in ("level_sd", "level_days")}
        return replace(self, stations=tuple(self.stations[place] for place in order), **arrays, **levels)


def hour_of(time_s: float) -> int:
    """Return the hour, counted from the clock's zero, of the frame that ends at `time_s`; one that ends on the hour is of that
    before.

    >>> hour_of(3600.0), hour_of(3630.0)
    (0, 1)
    """
    return int(np.ceil(time_s / HOUR_S)) - 1
