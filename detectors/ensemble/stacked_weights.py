r"""The stacked ensemble: a weighed sum of the members' margins, as log odds of an incident (Wolpert 1992).

.. math::

    s = b + \sum_k w_k (m_k - \mu_k), \quad w_k \ge 0

m_k: a member's margin [decades]; \mu_k: its mean in incident-free traffic, so that a member that abstains stands for one that sees
nothing unusual. No weight is negative: a member's alarm never speaks against an incident (Breiman 1996), and each term says how
far a member speaks for one.

Wolpert, D. H. (1992). Stacked generalization. Neural Networks 5, 241-259. Breiman, L. (1996). Stacked regressions. Machine
Learning 24, 49-64.
"""

from dataclasses import dataclass

import numpy as np

from detectors.ensemble.member_margins import quorum
from simulator.frame import Array


@dataclass(frozen=True, slots=True, eq=False)
class StackedWeights:
    """`bias` [log odds]; by member (K,): `weights` [log odds per decade], and `usual` margins [decades]."""

    bias: float
    weights: Array
    usual: Array

    def parts(self, margins: Array) -> Array:
        """Return (..., K) what each member adds to the log odds, from margins (..., K); 0 where it abstains."""
        return np.asarray(self.weights * np.where(np.isnan(margins), 0.0, margins - self.usual))

    def score(self, margins: Array) -> Array:
        """Return (...,) the log odds; NaN where fewer than half of the members know something."""
        odds = self.bias + self.parts(margins).sum(axis=-1)
        return np.where(quorum(margins), odds, np.nan)
