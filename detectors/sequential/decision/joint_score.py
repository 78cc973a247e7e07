"""One score per section from two kinds of evidence: explicit hypotheses, and trees trained on simulated incidents.

    J = h + WEIGHT min(max(t, LEAST), MOST) - penalty

h: the greatest of the hypotheses, nats. t: the trees' log odds. They err at different times (chance in counts; traffic never
simulated), so a sum separates better than the greater of both: on the first half of Portland's days hardly any of the trees'
false alarms has h above 4. LEAST keeps the trees from outvoting what they never saw, a queue without a trace in the lanes.

    inside a queue (head_condition.py)  J is at most 0, whatever the trees say
    penalty                             for the section's past suspicions (site/suspicion_rates.py)
"""

import numpy as np

from simulator.frame import Array, Flags

WEIGHT = 2.0
"""Nats per log odd of the trees. Chosen on calibration incidents and the first half of Portland's days: 1 is 10 s slower at equal
false alarms, 3 no faster."""
LEAST, MOST = -4.0, 9.0
"""Log odds of the trees that count at least and at most. Chosen: see above; -2 costs 2 s."""


def joint_score(best: Array, trees: Array, penalty: Array, inside: Flags) -> Array:
    """Return J (N,); NaN where the hypotheses are not judged. Trees that judge nothing say LEAST."""
    said = np.clip(np.where(np.isfinite(trees), trees, LEAST), LEAST, MOST)
    joint = best + WEIGHT * said
    return np.where(inside, np.minimum(joint, 0.0), joint) - penalty
