"""Days of a site made by hand: a known mean for each hour, a known deviation about it, and offsets of days and hours.

Flow of hour h is 600 + 20 h veh/h, 60 above in every second frame and 60 below in the others; speed 25 m/s with 1 m/s, occupancy
0.10 with 0.01 likewise.
"""

from collections.abc import Callable

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from tests.detectors.known_runs import Known, Run

PERIOD_S = 300.0
DAY_S = 86400.0
CORRIDOR = Corridor("site", PERIOD_S, (Station("A", 0.0, 1), Station("B", 800.0, 1), Station("C", 1600.0, 1)))


def hour_flow(hour: int) -> float:
    return 600.0 + 20.0 * (hour % 24)


def site_day(
    offset: float = 0.0,
    share: float = 1.0,
    speed: float = 25.0,
    start_s: float = 0.0,
    hours: range = range(24),
    corridor: Corridor = CORRIDOR,
    incidents: tuple[Known, ...] | None = (),
    flow: Callable[[int], float] = hour_flow,
) -> Run:
    """A day from `start_s` on: flows times `share` plus `offset` veh/h, and only frames of these hours."""
    frames = []
    for k in range(round(DAY_S / PERIOD_S)):
        if k // 12 not in hours:
            continue
        sign, shape = (1.0 if k % 2 else -1.0), (len(corridor.stations), 1)
        vehicles = (flow(k // 12) * share + offset + 60.0 * sign) * PERIOD_S / 3600.0
        frames.append(
            LoopFrame(
                start_s + PERIOD_S * (k + 1),
                np.full(shape, vehicles),
                np.full(shape, speed + sign),
                np.full(shape, 0.10 + 0.01 * sign),
            )
        )
    return Run(corridor, tuple(frames), incidents)


def on_one_clock(days: int, **of_each: float) -> list[Run]:
    """So many equal days, one after the other on one clock."""
    return [site_day(start_s=DAY_S * number, **of_each) for number in range(days)]  # type: ignore[arg-type]
