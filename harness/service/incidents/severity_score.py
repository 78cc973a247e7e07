r"""How severe an incident is: one score in [0, 1] from stated parts, and the class that it falls into.

.. math:: s = \frac{\sum_k w_k x_k}{\sum_k w_k}

over the parts k that are known; each x_k is in [0, 1] and shown with the incident:

- posterior: the detectors' probability of an incident
- lanes: share of the lanes that are blocked, over LANES_FULL
- queue: length of the queue, over QUEUE_FULL_M
- growth: metres of queue gained per second over the last minutes, over GROWTH_FULL_MPS
- flow: demand upstream of the queue per lane, over FLOW_FULL_VPHPL

The class rises as soon as the score reaches its bound, and falls when the score is a margin below: it does not flap.
"""

from collections.abc import Mapping, Sequence
from math import isfinite, nan

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_facts import Facts

WEIGHTS: Mapping[str, float] = {"posterior": 0.2, "lanes": 0.2, "queue": 0.25, "growth": 0.1, "flow": 0.25}
"""w_k. Chosen on the 20 incidents of `benchmarks/incident_constants.toml`: the rank correlation of the delay with the highest score
is 0.96 there, with the highest of the first three minutes 0.90; with equal weights 0.93 and 0.88."""
LANES_FULL = 0.75
"""Share of blocked lanes that counts in full: three of four. Chosen: all lanes are rarely named; less makes one lane of two
critical."""
QUEUE_FULL_M = 2000.0
"""Length of a queue that counts in full, m. Chosen as the weights: from 1500 to 3000 m little changes."""
GROWTH_FULL_MPS = 3.0
"""Growth of a queue that counts in full, m/s: of a shock wave ahead of which traffic is dense."""
GROWTH_OVER_S = 180.0
"""Time over which growth is measured, s."""
FLOW_FULL_VPHPL = 1600.0
"""Demand that counts in full, vehicles per hour and lane: about what a lane beside an incident passes."""
CLASSES = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)


def severity_parts(facts: Facts, growth_mps: float) -> dict[str, float]:
    """Return the parts x_k that are known, by name."""
    values = {
        "posterior": facts.posterior,
        "lanes": facts.lanes_share / LANES_FULL,
        "queue": facts.queue_m / QUEUE_FULL_M,
        "growth": growth_mps / GROWTH_FULL_MPS,
        "flow": facts.demand_vphpl / FLOW_FULL_VPHPL,
    }
    return {name: min(max(value, 0.0), 1.0) for name, value in values.items() if isfinite(value)}


def severity_score(parts: Mapping[str, float]) -> float:
    """Return s; NaN where no part is known.

    >>> round(severity_score({"posterior": 1.0, "lanes": 0.5}), 2)
    0.75
    """
    weight = sum(WEIGHTS[name] for name in parts)
    return sum(WEIGHTS[name] * value for name, value in parts.items()) / weight if weight else nan


def severity_class(
    score: float, bounds: Sequence[float], before: Severity | None = None, margin: float = 0.0
) -> Severity:
    """Return the class of a score; `before` is kept while the score is less than `margin` below its bound.

    >>> severity_class(0.68, (0.5, 0.7, 0.9), Severity.HIGH, 0.05), severity_class(0.68, (0.5, 0.7, 0.9))
    (<Severity.HIGH: 'high'>, <Severity.MEDIUM: 'medium'>)
    """
    if not isfinite(score):
        return before or Severity.LOW
    now = sum(score >= bound for bound in bounds)
    held = 0 if before is None else sum(score >= bound - margin for bound in bounds[: CLASSES.index(before)])
    return CLASSES[max(now, held)]


def growth_mps(queues_m: Sequence[tuple[float, float]]) -> float:
    """Return the growth of a queue, from its lengths (time [s], length [m]) of the last minutes; NaN from fewer than two."""
    if len(queues_m) < 2:
        return nan
    (first_s, first_m), (last_s, last_m) = queues_m[0], queues_m[-1]
    return (last_m - first_m) / (last_s - first_s)
