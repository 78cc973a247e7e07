"""Symptom identification of Sheu (2004), Section 3.1: logical rules on every lane's counts and occupancies.

The paper names three groups of rules and prints none of them. Here each rule compares one quantity with one threshold,
larger being more suspicious, and a lane has symptoms when any rule exceeds its threshold:

1. value against threshold      `occupancy_high`: the occupancy of the lane upstream;
2. upstream against downstream  `share_differs_w`: how much more the lane's share of the count fell downstream than
   upstream; `count_missing_w`: what is missing downstream, given the count of all lanes upstream; `occupancy_differs`;
3. now against before           `share_fell_w`: the fall of the lane's share of the count downstream; `occupancy_rose`.

symptom_watch.py computes the quantities. Conventions: N sections, L lanes, R rules. NaN is no symptom.
Speed is not used: the paper uses none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulator.frame import Array, Flags

COUNT_WINDOWS = (1, 2, 4, 8)
"""Frames that counts are added up over. Chosen: a lane at 800 veh/h passes 6 or 7 per frame, so 1 in one may be chance."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One logical rule: its name in files, its group (1 to 3), what its quantity is, and the unit."""

    name: str
    group: int
    description: str
    unit: str


def _last(frames: int) -> str:
    return "the last frame" if frames == 1 else f"the last {frames} frames"


RULES = (
    Rule("occupancy_high", 1, "occupancy upstream, while the count downstream falls short", "share"),
    *(
        Rule(
            f"share_differs_{w}", 2, f"fall of the lane's share downstream beyond upstream in {_last(w)}", "deviations"
        )
        for w in COUNT_WINDOWS
    ),
    *(
        Rule(f"count_missing_{w}", 2, f"count missing downstream, given that upstream, in {_last(w)}", "deviations")
        for w in COUNT_WINDOWS
    ),
    Rule(
        "occupancy_differs", 2, "occupancy upstream above downstream, while the count downstream falls short", "share"
    ),
    *(
        Rule(f"share_fell_{w}", 3, f"fall of the lane's share of the count downstream in {_last(w)}", "deviations")
        for w in COUNT_WINDOWS
    ),
    Rule("occupancy_rose", 3, "rise of the occupancy upstream, while the count downstream falls short", "share"),
)
RULE_NAMES = tuple(rule.name for rule in RULES)
RULE_INDEX = {name: index for index, name in enumerate(RULE_NAMES)}


def describe(rule: int, value: float, threshold: float) -> str:
    """Return a symptom as text for an alarm: which rule, with what values."""
    return f"{RULES[rule].description}: {value:.2f} above {threshold:.2f} {RULES[rule].unit} ({RULES[rule].name})"


def threshold_array(thresholds: Mapping[str, float]) -> Array:
    """Return thresholds by name as (R,), in the order of `RULES`."""
    return np.array([thresholds[name] for name in RULE_NAMES])


def exceeded(quantities: Array, thresholds: Array, release: float, held: Flags) -> Flags:
    """Return which lanes (N, L) have symptoms: any rule above its threshold, or, where `held`, above `release` times it.

    `quantities` (R, N, L), NaN where nothing is known; `thresholds` (R,); `held` (N, L), symptoms a frame before.
    """
    begins: Flags = np.any(quantities > thresholds[:, None, None], axis=0)
    if held.any():
        sections, lanes = np.nonzero(held)
        lasts: Flags = np.any(quantities[:, sections, lanes] > (release * thresholds)[:, None], axis=0)
        begins[sections, lanes] |= lasts
    return begins


def strongest(quantities: Array, thresholds: Array) -> int:
    """Return the index of the rule that exceeds its threshold by the largest factor, in one lane: both (R,)."""
    return int(np.nanargmax(np.where(np.isfinite(thresholds), quantities / thresholds, -np.inf)))
