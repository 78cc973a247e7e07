"""`health`: loop health as a fault detector."""

import numpy as np

from detectors.faults.fault_catalogue import build_fault_detector
from tests.detectors.health.health_traffic import ROAD, frames_of, free_counts


def test_a_dead_loop_is_alarmed_by_its_number_and_a_silent_one_has_no_score() -> None:
    count = free_counts(200, 36.0, 2)
    count[120:, 1, 1] = 0.0
    count[:, 3, 2] = np.nan
    health = build_fault_detector("health", ROAD)
    decision = [health.step(frame) for frame in frames_of(count)][-1]
    assert np.flatnonzero(decision.alarm).tolist() == [4]
    assert np.isnan(decision.score[11])
