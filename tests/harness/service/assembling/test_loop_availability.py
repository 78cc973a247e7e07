import numpy as np
import pytest

from harness.service.assembling.loop_availability import LoopAvailability
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 500.0, 1)))


def frame(k: int, known: bool) -> LoopFrame:
    values = np.array([[0.5, 0.5 if known else np.nan], [0.5, np.nan]])
    return LoopFrame(30.0 * k, values, values, values)


def test_a_loop_without_data_in_half_the_frames_is_available_half_the_time() -> None:
    availability = LoopAvailability(CORRIDOR, window_frames=100_000)
    for k in range(1, 11):
        availability.step(frame(k, known=k <= 5))
    assert availability.share[0].tolist() == [1.0, pytest.approx(0.5, abs=1e-3)]
    assert np.isnan(availability.share[1, 1])
    assert availability.missing_since_s[0, 1] == 150.0
    assert availability.missing_loops == 1


def test_before_the_first_frame_nothing_is_known() -> None:
    availability = LoopAvailability(CORRIDOR)
    assert np.isnan(availability.share).all()
    assert availability.missing_loops == 0
