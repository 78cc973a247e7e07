"""The sequential test of every hypothesis of every section: formulas (6) and (7).

    hypothesis    lane set m blocked, refilled to r at the downstream station, flow cut to g
    x         = min( shadow(m, r) + deficit(g), most )                       one frame's log likelihood ratio
    S         = min( max( d S + x, 0 ), FULL )                               d = exp(-period / WINDOW_S)
    score(m)  = max over r, g of S  -  NULL_SHARE S_0(m)  +  queue(m)        S_0: the same test for r = MILD

Page's test against an unknown onset. The forgetting d limits it to about WINDOW_S: a small lasting bias of expectations saturates
instead of growing into an alarm. What one frame may say is limited by `most`, in proportion to the root of the period.
"""

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array, Flags

WINDOW_S = 480.0
"""Memory of the test, s. Chosen: blockages that cost little capacity need minutes; longer ones sum up biases."""
NULL_SHARE = 0.6
"""Share of the composite null's test that is taken off. Chosen on calibration days and the first half of Portland's: a
third fewer false alarms of the hypotheses alone than with 0.3, as many detections together with the trees."""
MOST, MOST_PERIOD_S = 6.0, 30.0
"""Most evidence of a frame of 30 s, nats. Chosen: without it 8 s sooner, and four times the false alarms."""

FULL = 20.0
"""Most that a test can gather, nats. Chosen: far above any threshold; a fuller one would last for minutes after a clearance."""

Float32 = NDArray[np.float32]


class HypothesisTest:
    """The tests of N sections, M lane sets, R refills and G cuts."""

    def __init__(self, shape: tuple[int, int, int, int], period_s: float) -> None:
        self._kept = np.float32(np.exp(-period_s / WINDOW_S))
        self._most = np.float32(MOST * np.sqrt(period_s / MOST_PERIOD_S))
        self.sums: Float32 = np.zeros(shape, dtype=np.float32, order="F")
        self.mild: Float32 = np.zeros(shape[:2], dtype=np.float32, order="F")

    def step(self, shadow: Array, deficit: Array, mild: Array, off: Flags) -> Array:
        """Return the score (N, M) without queues.

        `shadow` (N, M, R), `deficit` (N, G), `mild` (N, M) evidence of a frame; sections that are `off` (N,) begin anew.
        """
        gained = shadow.astype(np.float32)[..., None] + deficit.astype(np.float32)[:, None, None, :]
        np.minimum(gained, self._most, out=gained)
        self.sums *= self._kept
        self.sums += gained
        np.clip(self.sums, 0, FULL, out=self.sums)
        self.mild = np.clip(self.mild * self._kept + mild.astype(np.float32), 0, FULL)
        self.sums[off] = 0
        self.mild[off] = 0
        greatest = self.sums[:, :, 0, 0].copy(order="F")
        for refill, cut in np.ndindex(*self.sums.shape[2:]):
            np.maximum(greatest, self.sums[:, :, refill, cut], out=greatest)
        return np.asarray(greatest - NULL_SHARE * self.mild, dtype=np.float64)

    def forget(self) -> None:
        """Begin anew, after a gap."""
        self.sums[:] = 0
        self.mild[:] = 0
