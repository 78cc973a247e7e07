"""Demand over a day as steps: what holds at a time, another level for a while, spans in which two days differ.

Conventions: steps are (second of the day, veh/h/lane) in order of time, the first at or before every time asked for.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from scenarios.anomaly import DAY_S
from scenarios.demand import HIGHEST_DEMAND

Steps = Sequence[tuple[float, float]]


def demand_on(steps: Steps, time_s: float) -> float:
    """Return the demand [veh/h/lane] at a time.

    >>> demand_on([(0, 100.0), (3600, 50.0)], 3599)
    100.0
    """
    return next(demand for start_s, demand in reversed(steps) if start_s <= time_s)


def with_level(steps: Steps, from_s: float, until_s: float, level: float) -> list[tuple[float, float]]:
    """Return the steps with the demand `level` from `from_s` to `until_s`.

    >>> with_level([(0, 100.0), (3600, 50.0)], 1800, 5400, 900.0)
    [(0, 100.0), (1800, 900.0), (5400, 50.0)]
    """
    outside = [step for step in steps if not from_s <= step[0] <= until_s]
    return sorted([*outside, (from_s, level), (until_s, demand_on(steps, until_s))])


def drawn_day(profile: Steps, level_sd: float, step_sd: float, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return one day of a profile: all of it is multiplied by 1 + `level_sd` z, each step by 1 + `step_sd` z, z standard normal."""
    level = 1.0 + level_sd * float(rng.standard_normal())
    return [
        (start_s, float(np.clip(round(demand * level * (1.0 + step_sd * z)), 0, HIGHEST_DEMAND)))
        for (start_s, demand), z in zip(profile, rng.standard_normal(len(profile)).tolist(), strict=True)
    ]


def cut_to_run(steps: Steps, from_s: float, until_s: float, warm_up_s: float) -> list[list[float]]:
    """Return the steps from `from_s` to `until_s` on the clock of a run, whose warm-up has the first demand.

    >>> cut_to_run([(0, 100.0), (3600, 50.0)], 1800, 5400, 480)
    [[0.0, 100.0], [2280, 50.0]]
    """
    later = [[start_s - from_s + warm_up_s, demand] for start_s, demand in steps if from_s < start_s < until_s]
    return [[0.0, demand_on(steps, from_s)], *later]


def deviating_spans(profile: Steps, other: Steps, share: float, least_s: float) -> list[tuple[float, float]]:
    """Return the spans of the day [s] of `least_s` or more in which `other` differs from `profile` by more than `share` of it.

    >>> deviating_spans([(0, 100), (3600, 1000), (7200, 900)], [(0, 100), (3600, 500)], 0.3, 1800)
    [(3600.0, 86400.0)]
    """
    times = [*sorted({start_s for start_s, _ in (*profile, *other)}), DAY_S]
    spans: list[tuple[float, float]] = []
    for start_s, end_s in pairwise(times):
        usual, found = demand_on(profile, start_s), demand_on(other, start_s)
        if not abs(found - usual) > share * usual:
            continue
        if spans and spans[-1][1] == start_s:
            spans[-1] = spans[-1][0], float(end_s)
        else:
            spans.append((float(start_s), float(end_s)))
    return [span for span in spans if span[1] - span[0] >= least_s]
