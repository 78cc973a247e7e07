"""The evidence of one frame for every lane set: from single terms to the arrays that the tests take."""

from dataclasses import dataclass

import numpy as np

from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.decision.detector_parts import Parts
from detectors.sequential.decision.section_expectations import Expectations
from detectors.sequential.evidence.flow_deficit import CUTS, flow_deficit
from detectors.sequential.evidence.lane_shadow import MILD, REFILLS, all_reported, clipped, lane_sets, lane_shadow
from detectors.sequential.evidence.station_reading import StationReading
from simulator.frame import Array, Flags


@dataclass(frozen=True, slots=True, eq=False)
class LaneTerms(ReadOnlyArrays):
    """Log likelihood ratios of a frame: `shadow` (N, M, R), `deficit` (N, G), `mild` (N, M).

    `usable` (N, M): sets all of whose lanes report.
    """

    shadow: Array
    deficit: Array
    mild: Array
    usable: Flags


class LaneEvidence:
    """Computes the terms for sections whose downstream stations have lanes `has` (N, L); `sets` (M, L), `shape` (N, M, R, G)."""

    def __init__(self, has: Flags, parts: Parts) -> None:
        self._has, self._parts = has, parts
        self.sets = lane_sets(has.shape[1])
        self._exists = all_reported(self.sets, has)
        self.shape = (len(has), len(self.sets), len(REFILLS), len(CUTS))
        self._members = [np.flatnonzero(each) for each in self.sets]

    def terms(self, reading: StationReading, expected: Expectations) -> LaneTerms:
        """Return the terms of the frame."""
        total, known = reading.total[1:], reading.known[1:]
        counted, share = (self.sets @ reading.vehicles[1:].T).T, (self.sets @ expected.share.T).T
        usable = self._exists & all_reported(self.sets, known | ~self._has)
        on = usable & self._parts.shadow
        shadow = [np.where(on, lane_shadow(counted, total, share, each, expected.lane_noise), 0.0) for each in REFILLS]
        mild = np.where(
            on & self._parts.composite_null, lane_shadow(counted, total, share, MILD, expected.lane_noise), 0.0
        )
        cuts = [flow_deficit(total, expected.expected, each, expected.flow_noise) for each in CUTS[1:]]
        deficit = _side_by_side([np.zeros(len(total)), *cuts]) * self._parts.deficit
        return LaneTerms(clipped(_side_by_side(shadow)), deficit, mild, usable)

    def of_sets(self, lanes: Array) -> Array:
        """Return (N, M), the greatest of the values (N, L) among the lanes of a set; 0 where the station lacks one of them."""
        greatest = _side_by_side([lanes[:, each].max(axis=1) for each in self._members])
        return np.where(self._exists & self._parts.lane_queue, greatest, 0.0)


def _side_by_side(arrays: list[Array]) -> Array:
    """Return the arrays side by side along a new last axis, each as it lies in memory."""
    return np.stack([each.T for each in arrays]).T
