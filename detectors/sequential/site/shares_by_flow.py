"""Share of a station's vehicles in each lane at the present flow: formula (1) of the hypotheses.

    all_l, bin_l    discounted counts in free traffic, over all flows and in bins of FLOW_BIN       (memory LASTING_S of frames)
    recent_l        counts of the last RECENT_S, of frames at least LAG_S old                      (forgotten over gaps)
    a_l  = (all_l + PRIOR / L) / (all + PRIOR)
    b_l  = (bin_l + SHRINK a_l) / (bin + SHRINK)
    p_l  = (recent_l w + c b_l) / (recent w + c), c = bin, LEAST_CURRENT to CURRENT       w = min(1, MOST_RECENT / recent)

A lane that does not report is taken to have carried its share, so that one dead loop does not bend the shares of the others.
"""

import numpy as np
from numpy.typing import NDArray

from detectors.lane_order import picked
from detectors.sequential.site.remembered_arrays import RememberedArrays
from simulator.frame import Array, Flags

FLOW_BIN = 250.0
"""Width of a flow bin, veh/h/lane. Chosen: lane use changes over some 500 veh/h/lane; narrower bins are learned later."""
BINS = 10
LASTING_S = 5 * 86400.0
"""Memory of the bins, s of frames seen. Chosen: a work week."""
RECENT_S = 900.0
"""Memory of the recent counts, s. Chosen: lane use drifts within a peak."""
SHRINK = 200.0
"""Vehicles that the all-flow share counts for in a bin. Chosen: a share is then known to 3 %."""
CURRENT = 200.0
"""Vehicles that the bin's share counts for beside the recent ones. Chosen: as SHRINK."""
LEAST_CURRENT = 20.0
"""The same in a bin never seen. Chosen: there the all-flow share says little, and recent counts more."""
MOST_RECENT = 400.0
"""Vehicles that the recent counts count for at most. Chosen: more would let a slow incident teach its own shares."""
ELSEWHERE = 100.0
"""Vehicles that recent counts of other flows are worth, in how much is known. Chosen: lane use changes by a tenth."""
PRIOR = 20.0
"""Vehicles that equal shares count for at a new site. Chosen: outweighed within two minutes."""


class SharesByFlow(RememberedArrays):
    """Learns lane shares of S stations with lanes `has` (S, L)."""

    remembered = ("every", "binned")

    def __init__(self, has: Flags) -> None:
        stations, lanes = has.shape
        self._has = has
        self._equal: Array = has / np.maximum(has.sum(axis=1, keepdims=True), 1)
        self.every: Array = np.zeros((stations, lanes), order="F")
        self.binned: Array = np.zeros((stations, BINS, lanes), order="F")
        self._recent: Array = np.zeros((stations, lanes), order="F")
        self._rows = np.arange(stations)

    def shares(self, flow: Array) -> Array:
        """Return p (S, L) at the flow (S,) [veh/h/lane]; 0 for lanes that do not exist."""
        mean = (self.every + PRIOR * self._equal) / (self.every.sum(axis=1, keepdims=True) + PRIOR)
        here = picked(self.binned, self._rows, flow_bin(flow))
        lasting = (here + SHRINK * mean) / (here.sum(axis=1, keepdims=True) + SHRINK)
        recent = self._recent.sum(axis=1, keepdims=True)
        scale = np.minimum(1.0, MOST_RECENT / np.maximum(recent, 1.0))
        sure = np.clip(here.sum(axis=1, keepdims=True), LEAST_CURRENT, CURRENT)
        return np.asarray((self._recent * scale + sure * lasting) / (recent * scale + sure))

    def learned(self, flow: Array) -> Array:
        """Return (S,), the vehicles that the shares at this flow rest on: of its bin and the two beside, and recent ones."""
        place = flow_bin(flow)
        around = sum(picked(self.binned, self._rows, np.clip(place + by, 0, BINS - 1)).sum(axis=1) for by in (-1, 0, 1))
        return np.asarray(around + np.minimum(self._recent.sum(axis=1), ELSEWHERE))

    def learn(self, filled: Array, flow: Array, weight: Array, dt_s: float) -> None:
        """Learn counts `filled` (S, L), in which silent lanes carry their share, at `flow` (S,), with `weight` (S,) 0 to 1."""
        kept = np.exp(-dt_s / LASTING_S * weight)[:, None]
        counted = filled * weight[:, None]
        self.every = self.every * kept + counted
        place = flow_bin(flow)
        self.binned[self._rows, place] = picked(self.binned, self._rows, place) * kept + counted
        self._recent = self._recent * np.exp(-dt_s / RECENT_S * weight)[:, None] + counted

    def forget_recent(self) -> None:
        """Forget the recent counts, after a gap."""
        self._recent[:] = 0.0


def flow_bin(flow: Array) -> NDArray[np.int_]:
    """Return the bin (S,) of flows [veh/h/lane]; unknown flows are in the first."""
    return np.minimum(np.nan_to_num(flow) / FLOW_BIN, BINS - 1).astype(np.int_)
