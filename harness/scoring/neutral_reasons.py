"""Why an alarm is neither hit nor false, and where a user's own SUMO files make alarms so.

Conventions: those of `harness.scoring.matching`. What the files did is `truth.own_effects`; a stop of theirs that is an incident is
none of these, it is matched as any incident. An effect lasts `grace_s` longer than it was, as an incident does.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from harness.scoring.alarms import Alarm
from simulator.frame import Array, Flags
from simulator.truth import OwnEffect, Truth

Reason = Literal[
    "",
    "same incident",
    "without impact",
    "queue",
    "recovery",
    "own stop",
    "own closed lane",
    "own speed sign",
    "own calibrator",
]
"""Why an alarm is neutral; "" for one that is not."""
OWN_REASONS: Mapping[str, Reason] = {
    "stop": "own stop",
    "closed lane": "own closed lane",
    "speed sign": "own speed sign",
    "calibrator": "own calibrator",
}
"""By the kind of what a user's own files did."""


def at_own_effects(times_s: Array, sections: int, truth: Truth, grace_s: float) -> Flags:
    """Return (T, N) the frames x sections in which alarms are neutral because of a user's own files."""
    there = np.zeros((times_s.size, sections), dtype=np.bool_)
    for effect in truth.own_effects:
        if effect.incident is None:
            within = (effect.from_s < times_s) & (times_s <= effect.to_s + grace_s)
            there[within, effect.first_section : effect.last_section + 1] = True
    return there


def effect_at(effect: OwnEffect, alarm: Alarm, grace_s: float) -> bool:
    """Return whether an alarm is neutral because of `effect`, where it is nothing else."""
    there = effect.first_section <= alarm.section <= effect.last_section
    return effect.incident is None and there and effect.from_s < alarm.raised_s <= effect.to_s + grace_s


def own_reason(alarm: Alarm, truth: Truth, grace_s: float) -> Reason:
    """Return the reason for which an alarm at what a user's own files did is neutral; "" where it is not there."""
    return next((OWN_REASONS[effect.kind] for effect in truth.own_effects if effect_at(effect, alarm, grace_s)), "")
