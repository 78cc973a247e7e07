r"""The stacked ensemble: a weighed sum of the members' margins, as log odds of an incident (Wolpert 1992).

.. math::

    s = b + \sum_k [w_k (m_k - \mu_k) + v_k (\hat m_k - \hat \mu_k)], \quad w_k, v_k \ge 0

m_k: a member's margin [decades]; \hat m_k: its largest one of the last seconds (`recent_margins`); \mu_k, \hat \mu_k: their means
in incident-free traffic, so that a member that abstains stands for one that sees nothing unusual. No weight is negative: a member's
alarm never speaks against an incident (Breiman 1996), and each term says how far a member speaks for one.

Wolpert, D. H. (1992). Stacked generalization. Neural Networks 5, 241-259. Breiman, L. (1996). Stacked regressions. Machine
Learning 24, 49-64.
"""

from dataclasses import dataclass

import numpy as np

from simulator.frame import Array


@dataclass(frozen=True, slots=True, eq=False)
class StackedWeights:
    """`bias` [log odds]; by member (K,): `weights` of margins and `recent_weights` of recent ones [log odds per decade], and
    their means `usual` and `recent_usual` [decades] in incident-free traffic."""

    bias: float
    weights: Array
    recent_weights: Array
    usual: Array
    recent_usual: Array

    def parts(self, margins: Array, recent: Array) -> Array:
        """Return (..., K) what each member adds to the log odds; 0 where it abstains. Margins and recent ones are (..., K)."""
        now = self.weights * np.where(np.isnan(margins), 0.0, margins - self.usual)
        before = self.recent_weights * np.where(np.isnan(recent), 0.0, recent - self.recent_usual)
        return np.asarray(now + before)

    def score(self, margins: Array, recent: Array) -> Array:
        """Return (...,) the log odds; NaN where fewer than half of the members know something."""
        voting, members = np.isfinite(margins).sum(axis=-1), margins.shape[-1]
        odds = self.bias + self.parts(margins, recent).sum(axis=-1)
        return np.where((2 * voting >= members) & (voting > 0), odds, np.nan)
