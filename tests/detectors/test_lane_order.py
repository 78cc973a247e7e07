"""Arrays that hold one lane after the other have the same values at the same indices."""

import numpy as np

from detectors.lane_order import filled, frame_by_lane, picked, summed
from simulator.frame import LoopFrame

STATIONS, LANES = 5, 3


def test_a_frame_keeps_its_values_and_lies_lane_after_lane() -> None:
    rng = np.random.default_rng(1)
    count, speed, occupancy = rng.random((3, STATIONS, LANES))
    given = LoopFrame(30.0, count, speed, occupancy)
    moved = frame_by_lane(given)
    for name in ("count", "speed", "occupancy"):
        np.testing.assert_array_equal(getattr(moved, name), getattr(given, name))
        assert getattr(moved, name).flags.f_contiguous
    assert frame_by_lane(moved) is moved


def test_sums_over_the_lanes_are_the_same_to_the_last_bit() -> None:
    by_station = np.random.default_rng(2).random((1000, 4))
    np.testing.assert_array_equal(np.asfortranarray(by_station).sum(axis=1), by_station.sum(axis=1))


def test_filled_arrays_are_apart_and_lie_lane_after_lane() -> None:
    first, second = filled(2, (STATIONS, LANES), 7.0)
    assert first.shape == (STATIONS, LANES)
    assert first.flags.f_contiguous
    first[2, 1] = 0.0
    assert second.min() == 7.0


def test_picked_and_summed_give_what_indexing_and_adding_give() -> None:
    kept = np.random.default_rng(3).random((4, STATIONS, LANES))
    frame, station = np.array([3, 0, 0, 2, 1]), np.arange(STATIONS)
    got = picked(kept, frame, station)
    np.testing.assert_array_equal(got, kept[frame, station])
    assert got.flags.f_contiguous
    np.testing.assert_allclose(summed(kept), kept.sum(axis=0), rtol=1e-15)
    np.testing.assert_array_equal(summed(kept > 0.5), (kept > 0.5).sum(axis=0))
