"""The filter of stored vehicles: an update by hand, observability beside the old model's, consistency on its own model."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import chi2

from detectors.sequential.corridor_steps import CorridorSteps
from detectors.sequential.frame_readings import Reading, read_frame
from detectors.sequential.stored_vehicles import (
    HIDDEN_VEH_PER_M,
    MEASURES,
    SURGE,
    StorageFilter,
    StoredVehicles,
    excess_between,
    nothing_stored,
    transition,
)
from detectors.sheu.lane_model import Vehicles, jacobian, within_bounds
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]

NAN = np.array([np.nan])
ONE = np.ones(1)
PERIODS = [20.0, 30.0, 60.0]


def observability(measures: Array, moves: Array) -> Array:
    """Measurements stacked over as many steps as there are states."""
    states = moves.shape[0]
    return np.vstack([measures @ np.linalg.matrix_power(moves, step) for step in range(states)])


def sheu_observability(n: int, seed: int) -> Array:
    """That of Sheu (2004) at one operating point: F = I."""
    rng = np.random.default_rng(seed)
    inside = Vehicles(2.0, rng.uniform(0, 20, n), rng.uniform(0, 20, n), 3.0)
    slope = jacobian(within_bounds(rng.random(6 * n)), rng.uniform(5, 20, n + 1), inside)
    return observability(slope, np.eye(6 * n))


def drawn_from_its_own_model(
    sections: int, frames: int, seed: int, noise_factor: float = 1.0
) -> tuple[StoredVehicles, Array]:
    """The estimate after `frames` of truth drawn from its equations, and its errors (N, 2)."""
    rng, flow, noise, length_m = np.random.default_rng(seed), 40.0, 1.2, np.full(sections, 900.0)
    moves, state = transition(30.0), np.zeros((sections, 2))
    storage, estimate = StorageFilter(length_m, 30.0), nothing_stored(sections)
    surge = SURGE * flow * np.sqrt(1 - moves[1, 1] ** 2)
    for _ in range(frames):
        state = state @ moves.T
        state[:, 1] += surge * rng.standard_normal(sections)
        missing = state[:, 1] + noise_factor * np.sqrt(noise * flow + 1.0) * rng.standard_normal(sections)
        density = state[:, 0] + noise_factor * HIDDEN_VEH_PER_M * length_m * rng.standard_normal(sections)
        estimate = storage.step(estimate, missing, np.full(sections, flow), np.full(sections, noise), density)
    return estimate, state - estimate.state


def squared(estimate: StoredVehicles, errors: Array) -> float:
    """The sum of the normalised squared errors: chi-square with two degrees of freedom per section."""
    return float(np.einsum("ni,nij,nj->", errors, np.linalg.inv(estimate.covariance), errors))


def test_a_first_count_is_taken_as_computed_by_hand() -> None:
    storage = StorageFilter(np.array([1000.0]), 30.0)
    estimate = storage.step(nothing_stored(1), np.array([10.0]), np.array([20.0]), ONE, NAN)
    # P_rr = (0.1 * 20)^2 (1 - e^(-60/180)) = 1.133875;  var v1 = 20 + 1;  K = P_rr / (P_rr + 21) = 0.051228
    assert estimate.rate == pytest.approx([0.51228], abs=1e-5)
    assert estimate.covariance[0, 1, 1] == pytest.approx(1.133875 * (1 - 0.051228), abs=1e-5)
    assert estimate.stored == pytest.approx([0.0])


def test_a_second_frame_stores_the_rate_of_the_first() -> None:
    storage = StorageFilter(np.array([1000.0]), 30.0)
    first = storage.step(nothing_stored(1), np.array([10.0]), np.array([20.0]), ONE, NAN)
    second = storage.step(first, NAN, np.array([20.0]), ONE, NAN)
    assert second.stored == pytest.approx([0.51228], abs=1e-5)  # s' = s + r, s = 0
    assert second.rate == pytest.approx([0.51228 * np.exp(-30 / 180)], abs=1e-5)


def test_density_changes_nothing_while_the_stored_vehicles_are_known_exactly() -> None:
    storage = StorageFilter(np.array([1000.0]), 30.0)
    estimate = storage.step(nothing_stored(1), NAN, np.array([20.0]), ONE, np.array([100.0]))
    assert estimate.stored == pytest.approx([0.0])


def test_density_corrects_the_stored_vehicles_as_computed_by_hand() -> None:
    storage = StorageFilter(np.array([1000.0]), 30.0)
    before = StoredVehicles(np.zeros((1, 2)), np.array([[[2500.0, 0.0], [0.0, 0.0]]]))
    after = storage.step(before, NAN, np.zeros(1), ONE, np.array([100.0]))
    predicted = 2500.0 * np.exp(-60 / 3600)
    assert after.stored == pytest.approx([100.0 * predicted / (predicted + 50.0**2)])  # sd 0.05 veh/m * 1000 m


@pytest.mark.parametrize("period_s", PERIODS)
def test_both_of_two_states_are_observable(period_s: float) -> None:
    assert np.linalg.matrix_rank(observability(MEASURES, transition(period_s))) == 2


@pytest.mark.parametrize("period_s", PERIODS)
def test_the_condition_of_the_observability_is_that_of_a_well_posed_problem(period_s: float) -> None:
    # columns (0, 1, 0, b) and (1, 0, a, 1) with a, b at most 1: the ratio of their singular values is below 3
    assert np.linalg.cond(observability(MEASURES, transition(period_s))) < 3


def test_counts_alone_would_leave_the_stored_vehicles_unobservable() -> None:
    assert np.linalg.matrix_rank(observability(MEASURES[:1], transition(30.0))) == 1


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_the_printed_model_observes_a_third_of_its_states_at_most(n: int, seed: int) -> None:
    assert np.linalg.matrix_rank(sheu_observability(n, seed)) == n + 1  # of 6n


@pytest.mark.parametrize("n", [1, 2])
def test_the_condition_of_the_printed_model_is_that_of_no_problem_at_all(n: int) -> None:
    assert np.linalg.cond(sheu_observability(n, 0)) > 1e12  # infinite but for rounding


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_errors_are_chi_square_on_its_own_model(seed: int) -> None:
    sections = 4000
    low, high = chi2.ppf([0.005, 0.995], 2 * sections)  # two-sided 99 %
    assert low < squared(*drawn_from_its_own_model(sections, 120, seed)) < high


def test_the_chi_square_test_would_notice_a_tenth_more_noise() -> None:
    sections = 4000
    assert squared(*drawn_from_its_own_model(sections, 120, 1, noise_factor=1.1)) > chi2.ppf(0.995, 2 * sections)


def test_a_frame_without_measurement_only_moves_the_state() -> None:
    before, _ = drawn_from_its_own_model(3, 20, 4)
    nothing = np.full(3, np.nan)
    after = StorageFilter(np.full(3, 900.0), 30.0).step(before, nothing, nothing, np.ones(3), nothing)
    np.testing.assert_allclose(after.state, before.state @ transition(30.0).T, rtol=0, atol=1e-12)


def test_a_section_without_measurement_leaves_the_others_alone() -> None:
    storage, single = StorageFilter(np.full(2, 800.0), 30.0), StorageFilter(np.full(1, 800.0), 30.0)
    both, alone = nothing_stored(2), nothing_stored(1)
    for _ in range(5):
        both = storage.step(
            both, np.array([np.nan, 6.0]), np.array([np.nan, 20.0]), np.ones(2), np.array([np.nan, 9.0])
        )
        alone = single.step(alone, np.array([6.0]), np.array([20.0]), ONE, np.array([9.0]))
    np.testing.assert_allclose(both.state[1], alone.state[0], rtol=0, atol=1e-12)


def test_missing_vehicles_are_stored() -> None:
    storage, estimate, missing = StorageFilter(np.array([800.0]), 30.0), nothing_stored(1), 6.0
    for _ in range(20):
        estimate = storage.step(estimate, np.array([missing]), np.array([30.0]), ONE, NAN)
    assert 0 < estimate.rate[0] < missing
    assert estimate.stored[0] > 10 * estimate.rate[0]  # most of twenty frames' rates


def test_the_covariance_stays_symmetric_and_positive() -> None:
    estimate, _ = drawn_from_its_own_model(10, 200, 5)
    # P_01 and P_10 come from the same products in another order: rounding only
    np.testing.assert_allclose(estimate.covariance, np.swapaxes(estimate.covariance, 1, 2), rtol=1e-9)
    assert (np.linalg.eigvalsh(estimate.covariance) > 0).all()


def test_an_estimate_cannot_be_written_to() -> None:
    estimate, _ = drawn_from_its_own_model(2, 3, 6)
    with pytest.raises(ValueError, match="read-only"):
        estimate.state[0, 0] = 1.0


def reading(*count: float) -> Reading:
    """One lane at each station, 20 m/s, and 10 % occupancy."""
    shape = (len(count), 1)
    counted = np.array(count).reshape(shape)
    frame = LoopFrame(30.0, counted, np.full(shape, 20.0), np.full(shape, 0.1))
    return read_frame(frame, np.ones(shape, dtype=bool), np.ones(shape))


def test_the_vehicles_between_two_stations_are_flow_times_travel_time(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=3)
    steps = CorridorSteps(corridor)
    between = [steps.step(frame).between[0] for frame in traffic(corridor, 3600.0, seed=6)]
    # 1200 veh/h for 800 m at 28 m/s: 9.5 in each lane; its sd over 80 frames of two stations' counts is 0.3
    assert np.mean(between[40:], axis=0) == pytest.approx(np.full(3, 1200 / 3600 * 800 / 28), abs=1.0)


def test_excess_density_is_linear_between_two_stations() -> None:
    # 6 and 0 vehicles more than counted, at 20 m/s in 30 s: 0.01 and 0 veh/m, 0.005 on average, over 800 m
    occupied, speed = np.array([[16.0], [10.0]]), np.full((2, 1), 20.0)
    assert excess_between(reading(10.0, 10.0), occupied, speed, np.array([800.0]), 30.0) == pytest.approx([4.0])


def test_there_is_no_excess_density_beside_a_dead_station() -> None:
    occupied, speed, length_m = np.full((3, 1), 12.0), np.full((3, 1), 20.0), np.array([800.0, 800.0])
    excess = excess_between(reading(np.nan, 10.0, 10.0), occupied, speed, length_m, 30.0)
    assert np.isnan(excess).tolist() == [True, False]
