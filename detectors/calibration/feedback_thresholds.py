r"""A threshold for each section from how its incidents were closed: raised where false ones recur, no further than is safe.

.. math::

    \lambda_s = \frac{n_s + 1}{T + 1 / \lambda}, \qquad
    \tau_s = \tau + \beta_s \ln \frac{\lambda_s}{w / N_0}

n_s: false ones in the section, weighed (`closings`); T: days observed; lambda: the corridor's mean of them per section and day, so
that a section counts for itself only once it has more than its share (the mean of a Gamma posterior whose prior, exponential with
the corridor's mean, is worth one false one). w / N_0: what is wanted, `wanted` false alarms per corridor-day over its
CORRIDOR_SECTIONS. beta_s: mean excess of the false scores there, shrunk to the corridor's: a threshold that is beta higher leaves
1 / e of them.

A raised threshold is at most

- the highest score of the section's false ones: nothing is known to lie above it;
- a margin below the lowest score of its true ones, as far as they are credible (`CREDIBLE`);
- a margin below all but LOST_SHARE of the whole corridor's true ones, because a section without incidents so far may have some;
  PRIOR_CLOSINGS more that score high are reckoned with, as most do, so that one doubtful closing does not stop all learning;
- the file's threshold for its fewest false alarms: beyond, nobody has tried what is still found.

The margin is the tail that the file's own thresholds tell: a true incident that is as much lower again is still found. No threshold
is lowered: what would have been found below one is in no store.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS
from detectors.calibration.closings import ERROR_SHARE, PRIOR_CLOSINGS, Closing, WeighedClosings, weighed
from scenarios.errors import UserError

LOST_SHARE = 0.1
"""Share of the corridor's true incidents that a threshold may cost at most in a section. Chosen; with less, one true incident that
was hardly seen anywhere stops all learning."""
CREDIBLE = 0.5
"""Probability from which a closing counts as a true one that a threshold must stay below. Chosen: likelier true than false."""


@dataclass(frozen=True, slots=True)
class LearnedThreshold:
    """One section: closings said `false` and `true` with their head there, its threshold `before` and `after`, and why in words."""

    section: int
    false: int
    true: int
    before: float
    after: float
    why: str

    @property
    def raised(self) -> bool:
        """Whether the threshold is another than before."""
        return self.after > self.before


def tail_of(thresholds: dict[float, float]) -> float:
    """Return how much higher a threshold leaves 1 / e of the false alarms, from those of a file by false alarms.

    Raises UserError where all are alike: then the file does not tell.

    >>> round(tail_of({0.1: 13.0, 1.0: 8.5, 10.0: 4.0}), 3)
    1.954
    """
    few, many = min(thresholds), max(thresholds)
    rise = thresholds[few] - thresholds[many]
    if not (few > 0 and rise > 0):
        raise UserError(
            "feedback: wanted thresholds for several rates of false alarms in the detector's file, the rarer the higher"
        )
    return rise / log(many / few)


def learn_thresholds(
    closings: Sequence[Closing],
    before: Sequence[float],
    days: float,
    thresholds: dict[float, float],
    aim: float,
    wanted: float,
    error_share: float = ERROR_SHARE,
) -> tuple[LearnedThreshold, ...]:
    """Return the threshold of each section, from N now (`before`); `thresholds`: those of the file by false alarms.

    `aim`: the one of them that was in use; `wanted`: false alarms per corridor-day that are wanted; `days`: time in which the
    closed incidents were opened. Raises UserError as `tail_of` and `weighed`, and for no days or no
    rate.
    """
    if not days > 0:
        raise UserError(f"feedback: wanted days that were observed, got {days:g}")
    if not wanted > 0:
        raise UserError(f"feedback: wanted a rate above 0 false alarms per corridor-day, got {wanted:g}")
    base, tail = thresholds[aim], tail_of(thresholds)
    found = weighed(closings, len(before), base, tail, error_share)
    most = max(thresholds.values())
    return tuple(_learned(section, found, before, base, most, days, tail, wanted) for section in range(len(before)))


def _learned(
    section: int,
    found: WeighedClosings,
    before: Sequence[float],
    base: float,
    most: float,
    days: float,
    tail: float,
    wanted: float,
) -> LearnedThreshold:
    counts = [sum(each.section == section and each.true is said for each in found.closings) for said in (False, True)]
    now = before[section]

    def learned(after: float, why: str) -> LearnedThreshold:
        return LearnedThreshold(section, counts[0], counts[1], now, max(after, now), why)

    excess, weight = _false_there(section, found, base)
    if not weight.sum() > 0:
        return learned(now, "no false ones")
    mean = sum(float(_false_there(each, found, base)[1].sum()) for each in range(len(before))) / (len(before) * days)
    rate = (float(weight.sum()) + 1.0) / (days + 1.0 / mean)
    here = wanted / CORRIDOR_SECTIONS
    if rate <= here:
        return learned(now, "no more false ones than wanted")
    own_tail = float((excess @ weight + PRIOR_CLOSINGS * found.false_tail) / (weight.sum() + PRIOR_CLOSINGS))
    bounds = {
        "as wanted": base + own_tail * log(rate / here),
        "up to the highest false one": base + float(excess[weight >= CREDIBLE].max(initial=0.0)),
        "to stay below true ones there": _lowest_true(section, found) - tail,
        "to stay below true ones of the road": _low_true(found) - tail,
        "up to the highest in the file": most,
    }
    why = min(bounds, key=lambda name: bounds[name])
    return learned(bounds[why], why if bounds[why] > now else f"not raised, {why}")


def _false_there(section: int, found: WeighedClosings, base: float) -> tuple[np.ndarray, np.ndarray]:
    """Return excess over the threshold and probability of being false of the closings that would alarm in a section.

    Beside the head's section no higher score than the head's counts: it is another matter, such as a true incident that came later.
    """
    there = [
        (each.peaks[section] - base, 1 - true)
        for each, true in zip(found.closings, found.true, strict=True)
        if base < each.peaks.get(section, -inf) <= each.peaks[each.section]
    ]
    pairs = np.array(there, dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _lowest_true(section: int, found: WeighedClosings) -> float:
    own = (
        each.peaks[section]
        for each, true in zip(found.closings, found.true, strict=True)
        if each.section == section and true > CREDIBLE
    )
    return min(own, default=inf)


def _low_true(found: WeighedClosings) -> float:
    """Return the score that all but LOST_SHARE of the corridor's true incidents reach, each weighed; infinite if all do."""
    peaks = np.array([each.peaks[each.section] for each in found.closings])
    order = np.argsort(peaks)
    below = np.cumsum(found.true[order])
    low = peaks[order][below > LOST_SHARE * (below[-1] + PRIOR_CLOSINGS)]
    return float(low[0]) if len(low) else inf
