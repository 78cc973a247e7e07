"""A queue's head that discharges less than heads here do: formula (9).

mu vehicles a frame leave a queue whose head stands in this section (site/head_discharge.py), N came:

.. math:: x = [ N \\log c + (1 - c) \\mu ] / \\phi_d,        c = CUT

No bottleneck that stands where heads always stand discharges so little: a capacity that has fallen is an incident, whatever
the lanes say. Only while a head stands in the section (head_condition.py).
"""

import numpy as np

from simulator.frame import Array, Flags

CUT = 0.65
"""Share of the usual discharge that a blocked head has. One of three lanes closed leaves 0.5, a shoulder incident 0.8 (HCM)."""
DISPERSION = 1.5
"""phi_d, of discharges about their mean. Measured on 134 runs and a real road's jam."""


def discharge_drop(total: Array, expected: Array, head: Flags) -> Array:
    """Return x (N,) for N = `total` and mu = `expected` (N,); 0 where no head stands."""
    evidence = (total * np.log(CUT) + (1 - CUT) * expected) / DISPERSION
    return np.where(head & np.isfinite(evidence), evidence, 0.0)


WINDOW_S = 480.0
"""Memory of the test while a head stands, s. Chosen: as that of the lanes' tests."""
LEFT_S = 60.0
"""Memory once no head stands any more, s. Chosen: a frame without one does not undo the minutes before."""
MOST, FULL = 6.0, 20.0
"""Most evidence of a frame, and that the test can gather, nats; as of the lanes' tests."""


class DischargeTest:
    """Page's test of the discharge of N sections."""

    def __init__(self, sections: int, period_s: float) -> None:
        self._kept, self._left = np.exp(-period_s / WINDOW_S), np.exp(-period_s / LEFT_S)
        self._sum: Array = np.zeros(sections)

    def step(self, total: Array, expected: Array, head: Flags, new: Flags) -> Array:
        """Return S_d (N,) after a frame; sections that are `new` (N,) begin anew."""
        gained = np.minimum(discharge_drop(total, expected, head), MOST)
        self._sum = np.where(new, 0.0, np.clip(self._sum * np.where(head, self._kept, self._left) + gained, 0.0, FULL))
        return self._sum.copy()

    def forget(self) -> None:
        """Begin anew, after a gap."""
        self._sum[:] = 0.0
