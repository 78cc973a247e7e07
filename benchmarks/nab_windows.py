r"""Alarms on one series against its windows: windows found, false alarms, and NAB's score. Nothing is point-adjusted.

- An **alarm** begins at a sample above the threshold, where no sample of the HOLD_S before is.
- A window is **found** by an alarm that begins in it; one that began before it, and lasts into it, is false and finds nothing.
- An alarm outside windows is **false**. The first samples (`NabSeries.probation`) are neither found nor false.
- **By chance**: windows found if as many alarms were spread evenly over the time scored.

NAB's score (Lavin and Ahmad 2015) is of samples above the threshold, not of alarms; the standard profile's weights:

.. math::

    \sigma(y) &= \frac{2}{1 + e^{5y}} - 1 \\
    S &= \sum_{found} A_{TP} \sigma(y_{first}) / \sigma(-1) + \sum_{false} A_{FP} |\sigma(y)| - A_{FN} \cdot missed

y: place in a window, -1 at its start and 0 at its end; after it, the distance from its end in its own lengths; beyond FAR_Y of
them, or before the first window, :math:`|\sigma| = 1`. It is printed as a share of the way from no alarm at all (0) to every
window found at its first sample without a false one (1): below 0 it is worse than silence.
"""

from dataclasses import dataclass
from math import exp

import numpy as np

from benchmarks.nab_series import NabSeries
from simulator.frame import Array, Flags

HOLD_S = 3600.0
"""Time without a sample above the threshold after which another begins an alarm [s]. Chosen: a dozen samples; shorter, and one
breakdown is several alarms."""
A_TP, A_FP, A_FN = 1.0, -0.11, 1.0
"""Weights of NAB's standard profile: a window found, a false sample, a window missed."""
FAR_Y = 3.0
"""Lengths of a window after its end from which a false sample costs all of its weight."""


@dataclass(frozen=True, slots=True)
class NabOutcome:
    """`found` of `windows`, with the place of the first alarm in each found one as a share of its length.

    `false_alarms` in `free_days` of samples outside windows; `by_chance`: windows expected; `score`: NAB's, not yet a share.
    """

    windows: int
    found: int
    places: tuple[float, ...]
    false_alarms: int
    free_days: float
    by_chance: float
    score: float

    @property
    def nab_share(self) -> float:
        """NAB's score from 0, no alarm at all, to 1; NaN without a window."""
        worst = -A_FN * self.windows
        return (self.score - worst) / (A_TP * self.windows - worst) if self.windows else float("nan")


def alarm_starts(score: Array, time_s: Array, threshold: float) -> Flags:
    """Return (T,) the samples at which an alarm begins; a NaN is not above the threshold.

    >>> alarm_starts(np.array([0.0, 2, 2, 0, 2]), np.array([0.0, 300, 600, 900, 9000]), 1.0).tolist()
    [False, True, False, False, True]
    """
    starts = np.zeros(len(score), dtype=np.bool_)
    last_s = -np.inf
    for k in np.flatnonzero(np.nan_to_num(score, nan=-np.inf) > threshold):
        starts[k] = time_s[k] - last_s > HOLD_S
        last_s = time_s[k]
    return starts


def sampled_days(series: NabSeries, wanted: Flags) -> float:
    """Return the time [d] of the wanted samples (T,): the usual time between two for each, so that a gap adds nothing."""
    return float(wanted.sum()) * series.period_s / 86400.0


def outcome(series: NabSeries, score: Array, threshold: float) -> NabOutcome:
    """Return what a detector's scores (T,) do at a threshold."""
    scored = np.arange(len(score)) >= series.probation
    starts = alarm_starts(score, series.time_s, threshold) & scored
    inside = series.in_window()
    days = sampled_days(series, scored)
    rate = float(starts.sum()) / days if days else 0.0
    places, chance = [], 0.0
    for from_s, to_s in series.windows:
        within = scored & (series.time_s >= from_s) & (series.time_s <= to_s)
        first = np.flatnonzero(starts & within)
        if first.size:
            places.append(float((series.time_s[first[0]] - from_s) / (to_s - from_s)))
        chance += 1.0 - exp(-rate * sampled_days(series, within))
    free = scored & ~inside
    total = _nab_score(series, np.nan_to_num(score, nan=-np.inf) > threshold)
    false_alarms = int((starts & ~inside).sum())
    return NabOutcome(
        len(series.windows), len(places), tuple(places), false_alarms, sampled_days(series, free), chance, total
    )


def _sigmoid(y: float) -> float:
    return -1.0 if y > FAR_Y else 2.0 / (1.0 + exp(5.0 * y)) - 1.0


def _nab_score(series: NabSeries, above: Flags) -> float:
    total, scored_from = 0.0, series.probation
    place = [
        (int(np.searchsorted(series.time_s, from_s)), int(np.searchsorted(series.time_s, to_s, "right")))
        for from_s, to_s in series.windows
    ]
    above = above.copy()
    above[:scored_from] = False
    for first, end in place:
        hits = np.flatnonzero(above[first:end])
        total += A_TP * _sigmoid(float(hits[0]) / (end - first) - 1.0) / _sigmoid(-1.0) if hits.size else -A_FN
    for k in np.flatnonzero(above & ~series.in_window()):
        before = [(first, end) for first, end in place if end <= k]
        y = float(k - before[-1][1] + 1) / (before[-1][1] - before[-1][0]) if before else np.inf
        total += A_FP * abs(_sigmoid(y))
    return total
