"""Expected arrivals: the travel time's fraction by hand, conservation, gain, mixing, dead loops."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.sequential.arrivals import LONGEST_S, Expectation, expected_arrivals
from detectors.sequential.site_normal import SiteEstimator, SiteNormal
from simulator.frame import Array


def site(use: list[list[float]], gain: float = 1.0, mixing: float = 0.0) -> SiteNormal:
    """Two stations with this lane use."""
    normal = SiteEstimator(np.ones((2, len(use[0])), dtype=bool), 30.0).normal
    return replace(normal, use=np.array(use), gain=np.array([gain]), mixing=np.array([mixing]))


def expected(
    upstream: list[list[float]],
    normal: SiteNormal,
    speed: tuple[float, float] = (20.0, 20.0),
    length_m: float = 900.0,
    known: bool = True,
) -> Expectation:
    """Return the arrivals expected from these counts upstream, newest last; nothing has passed downstream."""
    counts = [np.array([np.nan_to_num(each), np.zeros(len(each))]) for each in upstream]
    totals = [np.array([np.sum(each), 0.0]) for each in upstream]
    reports = np.full(counts[0].shape, known)
    return expected_arrivals(counts, totals, reports, np.array(speed), np.array([length_m]), 30.0, normal)


EVEN = [[0.5, 0.5], [0.5, 0.5]]


def test_a_period_and_a_half_of_travel_takes_half_of_each_of_two_periods() -> None:
    # 900 m at 20 m/s are 45 s, 1.5 periods: A = (12 + 4) / 2 for lane 0, (6 + 2) / 2 for lane 1
    seen = expected([[4.0, 2.0], [12.0, 6.0], [100.0, 100.0]], site(EVEN, mixing=1.0))
    assert seen.periods == pytest.approx([1.5])
    assert seen.lane == pytest.approx(np.array([[8.0, 4.0]]))
    assert seen.passed == pytest.approx([12.0])


@pytest.mark.parametrize(
    ("length_m", "arrivals"), [(900.0, [0, 5, 5, 0]), (750.0, [0, 7.5, 2.5, 0]), (600.0, [0, 10, 0, 0])]
)
def test_vehicles_of_one_period_arrive_over_two(length_m: float, arrivals: list[float]) -> None:
    history = [[0.0, 0.0]] * 3 + [[10.0, 0.0]]
    totals = [
        float(expected(history + [[0.0, 0.0]] * later, site(EVEN), length_m=length_m).total[0]) for later in range(4)
    ]
    assert totals == pytest.approx(arrivals)


@pytest.mark.parametrize("length_m", [300.0, 640.0, 900.0, 1500.0])
def test_all_vehicles_that_passed_arrive(length_m: float) -> None:
    rng = np.random.default_rng(1)
    passed = [list(rng.poisson(9.0, 2).astype(float)) for _ in range(6)]
    quiet = [[0.0, 0.0]] * 4
    stream = quiet + passed + quiet
    arrived = sum(float(expected(stream[: k + 1], site(EVEN), length_m=length_m).total[0]) for k in range(len(stream)))
    assert arrived == pytest.approx(np.sum(passed))


def test_the_travel_time_is_that_of_the_harmonic_mean_speed() -> None:
    seen = expected([[1.0, 1.0]] * 5, site(EVEN), speed=(10.0, 30.0), length_m=900.0)
    assert seen.periods == pytest.approx([2.0])  # 900 m at 15 m/s


def test_no_travel_time_is_longer_than_the_longest() -> None:
    seen = expected([[1.0, 1.0]] * 12, site(EVEN), speed=(0.0, 0.0), length_m=5000.0)
    assert seen.periods == pytest.approx([LONGEST_S / 30.0])


def test_before_the_first_frame_as_many_passed_as_since_on_average() -> None:
    assert expected([[7.0, 5.0]], site(EVEN)).total == pytest.approx([12.0])
    young = expected([[7.0, 5.0], [1.0, 3.0], [4.0, 4.0]], site(EVEN, mixing=1.0), length_m=3000.0)  # 5 periods
    assert young.total == pytest.approx([8.0])
    assert young.lane == pytest.approx(np.array([[4.0, 4.0]]))


def test_the_first_frame_is_expected_when_its_vehicles_arrive() -> None:
    assert expected([[7.0, 5.0], [1.0, 3.0], [4.0, 4.0]], site(EVEN), length_m=1200.0).total == pytest.approx([12.0])


def test_a_frame_upstream_that_is_not_known_is_left_out_of_the_mean() -> None:
    assert expected([[np.nan, np.nan], [7.0, 5.0]], site(EVEN), length_m=3000.0).total == pytest.approx([12.0])


def test_the_gain_scales_everything() -> None:
    history = [[8.0, 4.0], [12.0, 6.0], [9.0, 9.0]]
    plain = expected(history, site(EVEN, mixing=0.4))
    more = expected(history, site(EVEN, gain=1.25, mixing=0.4))
    np.testing.assert_allclose(more.lane, 1.25 * plain.lane)
    np.testing.assert_allclose(more.total, 1.25 * plain.total)
    np.testing.assert_allclose(more.passed, plain.passed)


def test_mixed_lanes_share_the_total_by_lane_use() -> None:
    seen = expected([[10.0, 0.0]] * 3, site([[0.5, 0.5], [0.3, 0.7]], mixing=0.0))
    assert seen.lane == pytest.approx(np.array([[3.0, 7.0]]))


def test_unmixed_lanes_keep_their_vehicles() -> None:
    assert expected([[10.0, 2.0]] * 3, site(EVEN, mixing=1.0)).lane == pytest.approx(np.array([[10.0, 2.0]]))


def test_half_mixed_lanes_are_half_way() -> None:
    assert expected([[10.0, 2.0]] * 3, site(EVEN, mixing=0.5)).lane == pytest.approx(np.array([[8.0, 4.0]]))


@pytest.mark.parametrize("mixing", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_the_lanes_add_up_to_the_total_where_lane_use_is_kept(mixing: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    use = rng.uniform(1.0, 3.0, 4)
    use /= use.sum()  # every lane above LEAST_USE
    history: list[Array] = list(rng.poisson(10.0, (5, 4)).astype(float))
    seen = expected([list(each) for each in history], site([list(use)] * 2, gain=0.9, mixing=mixing))
    # with H = H_upstream: sum of own_l = G sum of A_l = T^
    np.testing.assert_allclose(seen.lane.sum(axis=1), seen.total)


def test_mixed_lanes_add_up_to_the_total_whatever_the_lane_use() -> None:
    seen = expected([[10.0, 3.0, 1.0]] * 3, site([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]))
    np.testing.assert_allclose(seen.lane.sum(axis=1), seen.total)


def test_nothing_is_known_to_arrive_from_a_dead_station() -> None:
    seen = expected([[np.nan, np.nan]] * 3, site(EVEN), known=False)
    assert np.isnan(seen.lane).all()
    assert np.isnan(seen.total).all()


def test_a_dead_lane_upstream_is_expected_to_be_mixed() -> None:
    seen = expected([[10.0, 2.0]] * 3, site(EVEN, mixing=1.0), known=False)
    np.testing.assert_allclose(seen.lane, seen.even)


def test_a_lane_hardly_used_upstream_is_expected_as_if_mixed() -> None:
    seen = expected([[10.0, 1.0]] * 3, site([[0.99, 0.01], [0.5, 0.5]], mixing=1.0))
    assert seen.own[0, 1] == seen.even[0, 1]
