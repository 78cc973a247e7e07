"""Eqs. 1-24 of Sheu (2004) as repaired: known answers, the Jacobian, conservation, bounds, observability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sheu.lane_model import (
    Vehicles,
    downstream_counts,
    jacobian,
    next_vehicles,
    noise_gain,
    within_bounds,
)
from simulator.frame import Array

ADJACENT = [1, 2]


def shares(n: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(0.0, 1.0), min_size=6 * n, max_size=6 * n)


def vehicles(n: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(0.0, 200.0), min_size=3 * n + 3, max_size=3 * n + 3)


def arrange(n: int, numbers: list[float]) -> tuple[Array, Vehicles]:
    values = np.array(numbers)
    upstream, rest = values[: n + 1], values[n + 1 :]
    return upstream, Vehicles(float(rest[0]), rest[1 : n + 1], rest[n + 1 : 2 * n + 1], float(rest[2 * n + 1]))


def random_case(n: int, seed: int) -> tuple[Array, Array, Vehicles]:
    rng = np.random.default_rng(seed)
    return within_bounds(rng.random(6 * n)), *arrange(n, list(rng.uniform(0.0, 20.0, 3 * n + 3)))


def test_downstream_counts_of_one_adjacent_lane_by_hand() -> None:
    x = np.array([0.5, 0.8, 0.6, 0.25, 0.5, 0.4])
    upstream, inside = np.array([10.0, 12.0]), Vehicles(2.0, np.array([3.0]), np.array([4.0]), 1.0)
    # u_i = 12, u_j = 15, u_j r_j + q_jj = 12 + 4 = 16
    # h_i = (16 * 0.25 + 1) * 0.4 = 2;  h_j = (12 * 0.5 * 0.6 + 16 * 0.75) * 0.5 = 7.8
    assert downstream_counts(x, upstream, inside) == pytest.approx([2.0, 7.8])


def test_vehicle_numbers_of_one_adjacent_lane_by_hand() -> None:
    x = np.array([0.5, 0.8, 0.6, 0.25, 0.5, 0.4])
    after = next_vehicles(x, np.array([10.0, 12.0]), Vehicles(2.0, np.array([3.0]), np.array([4.0]), 1.0))
    assert after.q_i == pytest.approx(6.0)  # 12 * 0.5
    assert after.q_j == pytest.approx([5.4])  # 15 * 0.2 + 6 * 0.4
    assert after.q_jj == pytest.approx([7.8])  # (3.6 + 12) * 0.5
    assert after.q_ii == pytest.approx(3.0)  # (4 + 1) * 0.6


@pytest.mark.parametrize("n", ADJACENT)
def test_the_vehicles_past_the_incident_in_the_blocked_lane_are_counted_once(n: int) -> None:
    x = np.tile([0.0, 0.0, 0.0, 0.0, 0.0, 1.0], n)
    counted = downstream_counts(x, np.zeros(n + 1), Vehicles(0.0, np.zeros(n), np.zeros(n), 6.0))
    assert counted[0] == pytest.approx(6.0)


@pytest.mark.parametrize("n", ADJACENT)
@pytest.mark.parametrize("seed", range(20))
def test_the_jacobian_is_the_slope_by_finite_differences(n: int, seed: int) -> None:
    x, upstream, inside = random_case(n, seed)
    step = 1e-6
    slope = np.empty((n + 1, 6 * n))
    for state in range(6 * n):
        ahead, behind = x.copy(), x.copy()
        ahead[state] += step
        behind[state] -= step
        difference = downstream_counts(ahead, upstream, inside) - downstream_counts(behind, upstream, inside)
        slope[:, state] = difference / (2 * step)
    # h is a polynomial of third degree in x: central differences err by about step^2, rounding by 1e-16 * 40 / step
    assert jacobian(x, upstream, inside) == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("n", ADJACENT)
@given(data=st.data())
def test_vehicles_in_are_vehicles_out_plus_change_for_any_fractions(n: int, data: st.DataObject) -> None:
    x = within_bounds(np.array(data.draw(shares(n))))
    upstream, inside = arrange(n, data.draw(vehicles(n)))
    after = next_vehicles(x, upstream, inside)
    out = downstream_counts(x, upstream, inside)
    # up to 1800 vehicles in sums of doubles
    assert upstream.sum() == pytest.approx(out.sum() + after.total - inside.total, abs=1e-9)


@pytest.mark.parametrize("n", ADJACENT)
@given(data=st.data())
def test_no_number_of_vehicles_is_ever_negative(n: int, data: st.DataObject) -> None:
    x = within_bounds(np.array(data.draw(shares(n))))
    upstream, inside = arrange(n, data.draw(vehicles(n)))
    after = next_vehicles(x, upstream, inside)
    assert min(after.q_i, after.q_ii, after.q_j.min(), after.q_jj.min()) >= 0
    assert (downstream_counts(x, upstream, inside) >= 0).all()


@pytest.mark.parametrize("n", ADJACENT)
@given(data=st.data())
def test_bounds_hold_for_any_state(n: int, data: st.DataObject) -> None:
    wild = data.draw(st.lists(st.floats(-1e6, 1e6), min_size=6 * n, max_size=6 * n))
    bounded = within_bounds(np.array(wild))
    assert (bounded >= 0).all()
    assert (bounded <= 1).all()
    assert bounded[0::6].sum() <= 1 + 1e-12


def test_leaving_shares_keep_their_proportion_when_scaled() -> None:
    x = np.tile([0.9, 0.1, 0.1, 0.1, 0.1, 0.1], 2)
    x[6] = 0.6
    assert within_bounds(x)[0::6] == pytest.approx([0.6, 0.4])


def test_noise_gain_by_hand() -> None:
    x = np.array([0.5, 0.8, 0.6, 0.25, 0.5, 0.4])
    wanted = [0.5 * 0.6, 0.5 * 0.5 + 0.2, 0.5 * 0.5, 0.75 * 0.4, 0.75 + 0.5, 0.75 * 0.25]  # Eqs. 13-18
    assert np.diag(wanted) == pytest.approx(noise_gain(x))


@pytest.mark.parametrize("n", ADJACENT)
@pytest.mark.parametrize("seed", range(5))
def test_the_printed_filter_observes_only_as_many_states_as_it_measures(n: int, seed: int) -> None:
    # With F = I the observability matrix stacks H; at one operating point its rank is that of H: n + 1 of 6n.
    x, upstream, inside = random_case(n, seed)
    slope = jacobian(x, upstream, inside)
    assert np.linalg.matrix_rank(np.vstack([slope] * (6 * n))) == n + 1
