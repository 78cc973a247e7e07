"""Progress of a battery, and an estimate of the time left.

A run's cost grows with the vehicles in it and the time simulated; a run with incidents has a twin, which is simulated
again from the first incident on. The time per unit of cost is learned from the runs that are done.
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

    `wall_s` is the time the run took, `left_s` the time the others will take (NaN while not known). Of `total` runs,
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
    """Return the cost of a run, in units that only compare runs."""
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
    """Estimates the time of the remaining runs on `slots` processes at once, from the times of finished ones."""

    def __init__(self, slots: int) -> None:
        self._slots = max(slots, 1)
        self._cost = 0.0
        self._wall_s = 0.0

    def add(self, cost: float, wall_s: float) -> None:
        """Add a finished run of this cost."""
        self._cost += cost
        self._wall_s += wall_s

    def left_s(self, costs: list[float]) -> float:
        """Return the seconds for runs of these costs: NaN before the first run is done, 0 when none is left.

        Runs under way count as half done.
        """
        if not costs:
            return 0.0
        if not self._cost:
            return math.nan
        under_way = sum(sorted(costs, reverse=True)[: self._slots]) / 2
        return self._wall_s / self._cost * (sum(costs) - under_way) / min(self._slots, len(costs))


def duration_text(seconds: float) -> str:
    """Return a duration as text.

    >>> [duration_text(s) for s in (4.2, 75, 4000, float("nan"))]
    ['4 s', '1 min 15 s', '1 h 06 min', 'not known yet']
    """
    if math.isnan(seconds):
        return "not known yet"
    rounded = round(seconds)
    if rounded < 60:
        return f"{rounded} s"
    if rounded < 3600:
        return f"{rounded // 60} min {rounded % 60:02d} s"
    return f"{rounded // 3600} h {rounded % 3600 // 60:02d} min"
