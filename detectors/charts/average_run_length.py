r"""The average run length (ARL) that a chart's limits promise on independent normal values: frames from a start to a false signal.

All are found from a Markov chain with an absorbing signal (Brook and Evans 1972): with Q the probabilities of going from state to
state without a signal and p the probabilities of the states at the start,

.. math:: ARL = p (I - Q)^{-1} 1.

Shewhart with run rules: the states are the zones of the last points (Champ and Woodall 1987). Cusum, ewma: the states are STATES
equal intervals of the statistic (Brook and Evans 1972; Lucas and Saccucci 1990). T2 and its moving average: rings of the
average's length (Runger and Prabhu 1996). Values are in deviations, charts two-sided, run lengths in values charted.
"""

import math
from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np

from simulator.frame import Array

STATES = 101
"""States of a continuous statistic. Chosen: twice as many change a run length of 370 by less than 1 %."""
ZONES = (2.0 / 3.0, 1.0 / 3.0)
"""Limits of the run rules over the action limit: 2 of 3 points beyond the first, 4 of 5 beyond the second (Western Electric
1956)."""
LARGEST_LIMIT = 1e3
"""Largest limit that is tried for a wanted run length, in deviations. Chosen: beyond what any run length asks for."""


def _normal_share(below: Array) -> Array:
    from scipy.special import ndtr  # 40 MB that a detector's list does not need

    return np.asarray(ndtr(below))


def _from(inside: Array, start: int) -> float:
    """ARL of a chain that starts in state `start`."""
    return float(np.linalg.solve(np.eye(len(inside)) - inside, np.ones(len(inside)))[start])


@cache
def shewhart_run_length(limit: float, run_rules: bool = True) -> float:
    """Return the ARL of an X-bar chart with its action limits at `limit` deviations of a mean, in means.

    >>> round(shewhart_run_length(3.0, run_rules=False), 1), round(shewhart_run_length(3.0))
    (370.4, 133)
    """
    if not run_rules:
        return float(0.5 / _normal_share(np.array(-limit)))
    edges = limit * np.array([-1.0, -ZONES[0], -ZONES[1], ZONES[1], ZONES[0], 1.0])
    shares = np.diff(_normal_share(edges))
    zones = range(len(shares))
    states = list(product(zones, repeat=4))  # zones of the last four points, oldest first
    number = {state: place for place, state in enumerate(states)}
    inside = np.zeros((len(states), len(states)))
    for state in states:
        for zone in zones:
            if not _rule_broken((*state, zone)):
                inside[number[state], number[(*state[1:], zone)]] = shares[zone]
    return _from(inside, number[(2, 2, 2, 2)])


def _rule_broken(last: tuple[int, ...]) -> bool:
    """Whether five points, by zone 0 (low) to 4 (high), break a run rule."""
    high, low = [zone == 4 for zone in last[-3:]], [zone == 0 for zone in last[-3:]]
    return max(sum(high), sum(low)) >= 2 or max(sum(z >= 3 for z in last), sum(z <= 1 for z in last)) >= 4


@cache
def cusum_run_length(interval: float, reference: float) -> float:
    """Return the ARL of a two-sided tabular cusum with decision interval h and reference value k, in deviations.

    >>> round(cusum_run_length(5.0, 0.5)), round(cusum_run_length(4.0, 0.5))
    (465, 168)
    """
    width = 2.0 * interval / (2 * STATES - 1)
    middles = np.arange(STATES) * width
    above = middles[None, :] + width / 2 - middles[:, None] + reference
    inside = _normal_share(above)
    inside[:, 1:] -= _normal_share(above[:, 1:] - width)
    return _from(inside, 0) / 2.0  # 1 / ARL = 1 / ARL of the upper side + 1 / ARL of the lower


@cache
def ewma_run_length(limit: float, smoothing: float) -> float:
    """Return the ARL of an ewma whose limits are `limit` times its exact deviation, which grows with time.

    >>> round(ewma_run_length(3.0, 1.0), 1), round(ewma_run_length(2.814, 0.1) / 500, 1)
    (370.4, 1.0)
    """
    last = limit * math.sqrt(smoothing / (2.0 - smoothing))
    edges = np.linspace(-last, last, STATES + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    inside = np.diff(_normal_share((edges[None, :] - (1.0 - smoothing) * middles[:, None]) / smoothing), axis=1)
    later = np.asarray(np.linalg.solve(np.eye(STATES) - inside, np.ones(STATES)), dtype=np.float64)
    return _grown(inside, np.abs(middles), later, STATES // 2, last, smoothing)


def _grown(inside: Array, size: Array, later: Array, start: int, last: float, smoothing: float) -> float:
    """ARL from state `start` where the limit grows with time to `last`; `later` (n,) is that from each state at the last limit."""
    at, total, left = np.zeros(len(size)), 1.0, 1.0
    at[start] = 1.0
    time = 0
    while left > 1e-4:  # 1 - sqrt(1 - left): the limit is within 0.005 % of the last
        time += 1
        left = (1.0 - smoothing) ** (2 * time)
        at = (at @ inside) * (size <= last * np.sqrt(1.0 - left))
        total += at.sum()
    return float(total - at.sum() + at @ later)


@cache
def t2_run_length(limit: float, size: int, smoothing: float = 1.0) -> float:
    """Return the ARL of T2 of `size` values with a known covariance, a limit of T2, and its moving average (MEWMA) for smoothing
    < 1.

    >>> round(t2_run_length(10.6, 2)), round(t2_run_length(8.64, 2, 0.1), -1)
    (200, 190.0)
    """
    from scipy.special import chdtrc, chndtr

    if smoothing == 1.0:
        return float(1.0 / chdtrc(size, limit))
    last = math.sqrt(limit * smoothing / (2.0 - smoothing))
    width = 2.0 * last / (2 * STATES - 1)
    middles = np.asarray(np.arange(STATES) * width, dtype=np.float64)
    edges = (middles + width / 2) / smoothing
    offset = ((1.0 - smoothing) * middles / smoothing) ** 2
    inside: Array = np.asarray(chndtr(edges[None, :] ** 2, size, offset[:, None]))
    inside[:, 1:] -= inside[:, :-1].copy()
    later = np.asarray(np.linalg.solve(np.eye(STATES) - inside, np.ones(STATES)), dtype=np.float64)
    return _grown(inside, middles, later, 0, last, smoothing)


def limit_for(run_length: float, promised: Callable[[float], float]) -> float:
    """Return the limit for which `promised(limit)`, which grows with it, is `run_length`.

    >>> round(limit_for(370.4, lambda interval: cusum_run_length(interval, 0.5)), 1)
    4.8
    """
    low, high = 0.0, 1.0
    while promised(high) < run_length and high < LARGEST_LIMIT:
        low, high = high, 2.0 * high
    for _ in range(30):
        middle = (low + high) / 2.0
        low, high = (middle, high) if promised(middle) < run_length else (low, middle)
    return high
