"""Rougher recordings: what each way changes, and what none does."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from detectors.calibration.incident_free import KnownIncident
from detectors.sequential.training.degraded_recordings import WAYS, roughen
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]


@dataclass(frozen=True)
class Run:
    corridor: Corridor
    frames: list[LoopFrame]
    incidents: list[KnownIncident] | None = None


@pytest.fixture
def run(road: Road, traffic: Traffic) -> Run:
    return Run(road(stations=3), traffic(road(stations=3), 1800.0, seed=1))


def by_hand(road: Road, *frames: tuple[float, float, float]) -> Run:
    """Frames of one value everywhere: count, speed, occupancy."""
    shape = (2, 1)
    made = [LoopFrame(30.0 * (k + 1), *(np.full(shape, value) for value in each)) for k, each in enumerate(frames)]
    return Run(road(stations=2, lanes=1), made)


def counts(frames: list[LoopFrame]) -> Array:
    return np.array([frame.count for frame in frames])


def test_without_occupancy_all_else_stays(run: Run) -> None:
    rough = roughen(run, "no occupancy", 1)
    assert all(np.isnan(frame.occupancy).all() for frame in rough.frames)
    np.testing.assert_array_equal(counts(list(rough.frames)), counts(run.frames))
    assert rough.corridor == run.corridor


def test_two_periods_joined_by_hand(road: Road) -> None:
    (frame,) = roughen(by_hand(road, (3.0, 20.0, 0.10), (1.0, 40.0, 0.20)), "60 s", 1).frames
    assert frame.time_s == 60.0
    assert frame.count.tolist() == [[4.0]] * 2
    assert frame.speed == pytest.approx(np.full((2, 1), 25.0))  # (3 * 20 + 40) / 4
    assert frame.occupancy == pytest.approx(np.full((2, 1), 0.15))


def test_an_empty_period_joined_leaves_the_others_speed(road: Road) -> None:
    (frame,) = roughen(by_hand(road, (3.0, 20.0, 0.10), (0.0, np.nan, 0.0)), "60 s", 1).frames
    assert frame.speed == pytest.approx(np.full((2, 1), 20.0))


def test_two_empty_periods_joined_have_no_speed(road: Road) -> None:
    (frame,) = roughen(by_hand(road, (0.0, np.nan, 0.0), (0.0, np.nan, 0.0)), "60 s", 1).frames
    assert np.isnan(frame.speed).all()


def test_a_dead_period_joined_is_not_known(road: Road) -> None:
    (frame,) = roughen(by_hand(road, (3.0, 20.0, 0.1), (np.nan, np.nan, np.nan)), "60 s", 1).frames
    assert np.isnan(frame.count).all()


def test_joining_loses_no_vehicle_and_doubles_the_period(run: Run) -> None:
    rough = roughen(run, "60 s", 1)
    assert rough.corridor.period_s == 60.0
    assert counts(list(rough.frames)).sum() == counts(run.frames).sum()


def test_an_odd_last_period_is_left_out(road: Road) -> None:
    assert len(roughen(by_hand(road, *[(3.0, 20.0, 0.1)] * 5), "60 s", 1).frames) == 2


@pytest.mark.parametrize("seed", range(6))
def test_dead_loops_only_take_away(run: Run, seed: int) -> None:
    rough = counts(list(roughen(run, "dead loops", seed).frames))
    assert np.isnan(rough).any()
    np.testing.assert_array_equal(np.where(np.isnan(rough), counts(run.frames), rough), counts(run.frames))


@pytest.mark.parametrize("seed", range(6))
def test_a_loop_stuck_at_zero_counts_nothing_and_has_no_speed(run: Run, seed: int) -> None:
    frames = list(roughen(run, "stuck at zero", seed).frames)
    stuck = [(frame.count == 0) & (frame.occupancy == 0) for frame in frames]
    assert any(each.any() for each in stuck)
    assert all(np.isnan(frame.speed[each]).all() for frame, each in zip(frames, stuck, strict=True))


@pytest.mark.parametrize("seed", range(6))
def test_miscounting_only_loses_vehicles_about_three_in_a_hundred(run: Run, seed: int) -> None:
    rough, true = counts(list(roughen(run, "stuck at zero", seed).frames)), counts(run.frames)
    assert (rough <= true).all()
    counting = (rough > 0).mean(axis=0) > 0.98  # loops that were never stuck
    # 600 vehicles per loop and at least five loops: sd of the share 0.003
    assert rough[:, counting].sum() / true[:, counting].sum() == pytest.approx(0.97, abs=0.01)


def test_a_loop_that_is_not_there_is_not_stuck_at_zero(run: Run) -> None:
    nowhere = [LoopFrame(f.time_s, *(np.full(f.count.shape, np.nan) for _ in range(3))) for f in run.frames]
    rough = roughen(Run(run.corridor, nowhere), "stuck at zero", 1)
    assert all(np.isnan(frame.count).all() for frame in rough.frames)


@pytest.mark.parametrize("way", WAYS)
def test_the_same_seed_roughens_the_same(run: Run, way: str) -> None:
    one, other = (roughen(run, way, 7).frames for _ in range(2))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a.count, b.count)
        np.testing.assert_array_equal(a.speed, b.speed)
        np.testing.assert_array_equal(a.occupancy, b.occupancy)


@pytest.mark.parametrize("way", ["dead loops", "stuck at zero"])
def test_another_seed_roughens_differently(run: Run, way: str) -> None:
    one, other = (counts(list(roughen(run, way, seed).frames)) for seed in (1, 2))
    assert not np.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize("way", WAYS)
def test_the_recording_itself_stays(run: Run, way: str) -> None:
    before = counts(run.frames)
    roughen(run, way, 3)
    np.testing.assert_array_equal(counts(run.frames), before)
