r"""The travel time lost by using the wrong one of a sensor's measured and predicted values (Ghafouri et al. 2017, equations 9, 10).

For a query q and a sensor s on link e: R_m is the best route with all values measured, R_p that with s predicted; T_m and T_p
are a route's travel times with s measured and predicted.

.. math::

    L_{FP}(q) &= T_m(R_p) - T_m(R_m)      && (9) \\
    L_{FN}(q) &= T_p(R_m) - T_p(R_p)      && (10)

Only e's time differs between the two. With `via` the fastest route over e less e's own time, and `round` the fastest route
without e, a route takes e where its time is less than margin = round - via. Where measured time m and predicted time p lie on
the same side of the margin, both routes are the same and nothing is lost; else

.. math:: L_{FP}(q) = |margin - m|, \qquad L_{FN}(q) = |margin - p|.

Neither needs e to be taken out of the network: `via` is known from shortest paths to e's start and from its end, and `round` is
the shortest path under the larger of e's two times. So one search over all junctions serves all sensors, with one more for each
sensor that is on a route as measured and predicted slower, from the origins of these routes.
"""

from dataclasses import dataclass

import numpy as np

from harness.studies.route_loss.city_graph import CityGraph, Numbers
from simulator.frame import Array

SAME_S = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Seconds lost over all queries, (..., S): `false_alarm` (L_FP) and `miss` (L_FN)."""

    false_alarm: Array
    miss: Array


def route_losses(graph: CityGraph, measured_s: Array, links: Numbers, predicted_s: Array, queries: Numbers) -> Losses:
    """Return the losses of each sensor, (S,), at one time.

    `measured_s` (E,) all links' times with everything measured; `links` (S,) those with a sensor, `predicted_s` (S,) their times
    as predicted (NaN: not predicted, nothing is lost); `queries` (Q, 2) origins and destinations. Pairs without a path are
    left out.
    """
    time = graph.shortest(measured_s)
    origin, destination = queries[:, 0], queries[:, 1]
    best = time[origin, destination]
    linked = np.isfinite(best)
    origin, destination, best = origin[linked], destination[linked], best[linked]
    false_alarm, miss = np.zeros(len(links)), np.zeros(len(links))
    for sensor, link in enumerate(links):
        m, p = measured_s[link], predicted_s[sensor]
        if not np.isfinite(p) or p == m:
            continue
        via = time[origin, graph.start[link]] + time[graph.end[link], destination]
        if p < m:
            concerned = best < via + m - SAME_S  # avoids the link as measured
            around = best[concerned]
        else:
            concerned = best > via + m - SAME_S  # takes the link as measured
            if not concerned.any():
                continue
            slower = measured_s.copy()
            slower[link] = p
            sources, row = np.unique(origin[concerned], return_inverse=True)
            around = graph.shortest(slower, sources)[row, destination[concerned]]
        margin = around - via[concerned]
        differ = (p < margin - SAME_S) if p < m else (margin < p - SAME_S)
        false_alarm[sensor] = np.abs(margin - m)[differ].sum()
        miss[sensor] = np.abs(margin - p)[differ].sum()
    return Losses(false_alarm, miss)
