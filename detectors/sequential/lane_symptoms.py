"""Procedure 1, symptoms: the lanes worth a closer look, by rules on their innovations.

    lost flow > LOST   or   count of the last 60 s < COUNT sd   or   speed of the last 60 s, up- or downstream, < SPEED sd

The rules are loose: they spare the likelihood four lanes in five and a blocked lane almost never (it shows within its first
frames, and the rules let it go only where it carries hardly any traffic).
"""

import numpy as np

from simulator.frame import Array, Flags

LOST, COUNT, SPEED = 0.7, -1.2, -2.5


def symptomatic(evidence: Array, names: tuple[str, ...]) -> Flags:
    """(...,) true where the evidence (..., F) of a lane shows a symptom."""
    column = {name: evidence[..., names.index(name)] for name in ("lost", "count_60", "speed_60", "speed_up_60")}
    flow = (column["lost"] > LOST) | (column["count_60"] < COUNT)
    return np.asarray(flow | (column["speed_60"] < SPEED) | (column["speed_up_60"] < SPEED))
