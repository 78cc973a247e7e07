"""Fewer vehicles than arrived: conservation, formula (4).

mu vehicles are expected downstream (what passed upstream one travel time ago, times the section's ratio rho), N came:

.. math:: x = [ N \\log g + \\mu (1 - g) ] / \\phi_c

the Poisson log likelihood ratio of a flow cut to the share g, for g in CUTS. Only where every lane of both stations is known, and
where both stations run free: in a queue what arrives is not what passed one travel time ago.
"""

import numpy as np

from simulator.frame import Array

CUTS = (1.0, 0.75, 0.5)
"""Shares of the flow that still arrives; 1 leaves the flow out. Chosen: half and a quarter of the flow lost."""
LEAST_RELATIVE = 0.5
"""Least speed of both stations, as share of the free speed. Chosen: below it travel times are guesses."""


def flow_deficit(total: Array, expected: Array, cut: float, dispersion: Array) -> Array:
    """Return x (N,) for N = `total` and mu = `expected` (N,); 0 where mu is not known."""
    evidence = (total * np.log(cut) + expected * (1 - cut)) / dispersion
    return np.where(np.isfinite(evidence), evidence, 0.0)
