"""A queue's head that discharges less than heads here do: formula (9).

mu vehicles a frame leave a queue whose head stands in this section (site/head_discharge.py), N came:

.. math:: x = [ N \\log c + (1 - c) \\mu ] / \\phi_d,        c = CUT

No bottleneck that stands where heads always stand discharges so little: a capacity that has fallen is an incident, whatever
the lanes say. Only while a head stands in the section (head_condition.py).
"""

import numpy as np

from simulator.frame import Array, Flags

CUT = 0.65
"""Share of the usual discharge that a blocked head has. One of three lanes closed leaves some 0.5, a shoulder incident 0.8 (HCM)."""
DISPERSION = 1.5
"""phi_d, of discharges about their mean. Measured on 134 runs and a real road's jam."""


def discharge_drop(total: Array, expected: Array, head: Flags) -> Array:
    """Return x (N,) for N = `total` and mu = `expected` (N,); 0 where no head stands."""
    evidence = (total * np.log(CUT) + (1 - CUT) * expected) / DISPERSION
    return np.where(head & np.isfinite(evidence), evidence, 0.0)
