"""Progress of a battery, and the time it has left.

A run's cost grows with the vehicles in it and the time simulated; a run with incidents has a twin, which is simulated
again from the first incident on. What a unit of cost takes on this machine is learned from the runs that are done.
"""

import math
from dataclasses import dataclass
from typing import Literal

from scenarios.scenario import Scenario

IDLE_VPHPL = 100.0
"""Cost of an empty road, as a demand in vehicles per hour and lane: stepping is not free."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a run just ended, and what is left.

    `wall_s` is what the run took, `left_s` what the others will take (NaN while nothing is known). Of `total` runs,
    `finished` are done and `failed` have failed.
    """

    name: str
    outcome: Literal["kept", "done", "failed"]
    reason: str
    wall_s: float
    finished: int
    failed: int
    total: int
    left_s: float


def run_cost(scenario: Scenario) -> float:
    """Cost of a run, in units that only compare runs."""
    demand = scenario.demand_vphpl
    steps = ((0.0, demand),) if isinstance(demand, int | float) else demand
    ends = [time_s for time_s, _ in steps[1:]] + [scenario.end_s]
    vehicles = sum(
        max(min(end_s, scenario.end_s) - max(start_s, 0.0), 0.0) * (vphpl + IDLE_VPHPL)
        for (start_s, vphpl), end_s in zip(steps, ends, strict=True)
    )
    if not scenario.incidents:
        return vehicles
    first_s = min(incident.onset_s for incident in scenario.incidents)
    return vehicles * (1 + max(scenario.end_s - first_s, 0.0) / scenario.end_s)


class TimeLeft:
    """Learns what a unit of weight takes, and estimates the time of the rest on `slots` processes at once."""

    def __init__(self, slots: int) -> None:
        self._slots = max(slots, 1)
        self._weight = 0.0
        self._wall_s = 0.0

    def add(self, weight: float, wall_s: float) -> None:
        """Note that a run of this weight took this long."""
        self._weight += weight
        self._wall_s += wall_s

    def left_s(self, weights: list[float]) -> float:
        """Return the seconds for runs of these weights: NaN before the first run is done, 0 when none is left.

        Runs under way count as half done.
        """
        if not weights:
            return 0.0
        if not self._weight:
            return math.nan
        under_way = sum(sorted(weights, reverse=True)[: self._slots]) / 2
        return self._wall_s / self._weight * (sum(weights) - under_way) / min(self._slots, len(weights))


def duration_text(seconds: float) -> str:
    """Return a duration for people.

    >>> [duration_text(s) for s in (4.2, 75, 4000, float("nan"))]
    ['4 s', '1 min 15 s', '1 h 06 min', 'not known yet']
    """
    if math.isnan(seconds):
        return "not known yet"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
