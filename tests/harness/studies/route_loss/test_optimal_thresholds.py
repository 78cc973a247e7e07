import numpy as np
import pytest

from harness.studies.route_loss.optimal_thresholds import least_loss, loss_at, optimal_thresholds, static_threshold
from harness.studies.route_loss.trade_off_curve import TradeOff, trade_off


def by_hand() -> TradeOff:
    """FP falls 0.4, 0.1, 0 and FN rises 0, 0.2, 1 at the thresholds 0, 1, 3."""
    return TradeOff(np.array([0.0, 1.0, 3.0]), np.array([0.4, 0.1, 0.0]), np.array([0.0, 0.2, 1.0]))


def bumpy(seed: int) -> TradeOff:
    """The curve of random statistics: far from convex."""
    rng = np.random.default_rng(seed)
    return trade_off(rng.choice([0, 1, 2, 7], 60) + rng.random(60), rng.choice([1, 3, 9, 20], 60) + rng.random(60))


def test_the_loss_by_hand() -> None:
    # 0.9 * 0.1 * 50 + 0.1 * 0.2 * 200; half way to 3: FP 0.05, FN 0.6
    assert loss_at(by_hand(), np.array(1.0), np.array(50.0), np.array(200.0), 0.1) == pytest.approx(8.5)
    assert loss_at(by_hand(), np.array(2.0), np.array(50.0), np.array(200.0), 0.1) == pytest.approx(14.25)


def test_a_curve_counts_shares_of_time() -> None:
    curve = trade_off(np.array([0.0, 1.0, 2.0, 3.0]), np.array([2.0, 4.0, np.nan]))
    false_alarm, miss = curve.at(np.array([0.0, 1.5, 2.0, 3.5]))
    assert false_alarm.tolist() == pytest.approx([0.75, 0.5, 0.25, 0.0], abs=0.02)
    assert miss.tolist() == pytest.approx([0.0, 0.0, 0.5, 0.5], abs=0.02)
    assert [float(share) for share in curve.at(np.array(curve.greatest))] == [0.0, 1.0]
    assert (np.diff(curve.false_alarm) <= 0).all()
    assert (np.diff(curve.miss) >= 0).all()


def test_a_curve_without_faulty_time_is_refused() -> None:
    with pytest.raises(ValueError, match="healthy and faulty time, got 2 and 0"):
        trade_off(np.ones(2), np.array([np.nan]))


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_is_that_of_a_dense_grid(seed: int) -> None:
    curve, rng = bumpy(seed), np.random.default_rng(seed)
    wrong, missed = rng.exponential(30, 50), rng.exponential(200, 50)
    found = optimal_thresholds(curve, wrong, missed, np.full(50, 9.0), 0.5, 0.1, 20, rng)
    dense = np.linspace(0, curve.greatest, 20_001)[:, np.newaxis]
    best = loss_at(curve, dense, wrong, missed, 0.1).min(axis=0)
    assert (found.loss >= best - 0.01 * best - 1e-9).all()  # the dense grid may miss a point of the curve's by a little
    assert found.loss.sum() <= 1.01 * best.sum()  # climbing may end beside the best place, seldom, and little worse


@pytest.mark.parametrize("seed", range(3))
def test_no_thresholds_lose_less_than_the_floor_and_the_optimum_is_near_it_where_it_is_searched(seed: int) -> None:
    """0.9 x 0.4 x 50, 0.9 x 0.1 x 50 + 0.1 x 0.2 x 200 and 0.1 x 200: the least of 18, 8.5 and 20."""
    assert least_loss(by_hand(), np.array([50.0]), np.array([200.0]), 0.1).tolist() == pytest.approx([8.5])
    curve, rng = bumpy(seed), np.random.default_rng(seed)
    wrong, missed = rng.exponential(30, 50), rng.exponential(200, 50)
    floor = least_loss(curve, wrong, missed, 0.1)
    assert (floor <= optimal_thresholds(curve, wrong, missed, np.full(50, 9.0), 0.5, 0.1, 20, rng).loss + 1e-9).all()
    assert (floor <= static_threshold(curve, wrong, missed, 0.1).loss + 1e-9).all()


def test_the_greatest_threshold_is_taken_where_the_sums_fall_or_nothing_is_at_stake() -> None:
    curve, rng = by_hand(), np.random.default_rng(0)
    z, wrong = np.array([0.4, 0.6, np.nan, 5.0]), np.array([1.0, 1.0, 1.0, 0.0])
    found = optimal_thresholds(curve, wrong, 100 * wrong, z, 0.5, 0.5, 5, rng)
    assert (found.thresholds == curve.greatest).tolist() == [True, False, True, True]
    assert found.loss[0] == pytest.approx(0.5 * 100)
    assert found.loss[3] == 0.0


def test_a_climb_goes_on_until_its_steps_are_short() -> None:
    """One valley, at 1 of 0 to 3: a single climb ends within a few thousandths of the way, wherever it began."""
    curve, ones = by_hand(), np.ones(200)
    found = optimal_thresholds(curve, ones, 0.3 * ones, 9 * ones, 0.5, 0.5, 1, np.random.default_rng(5))
    # FP falls by 0.3 to the left and by 0.05 a unit to the right, FN rises by 0.2 and 0.4: 0.3 x 0.4 > 0.05, so 1 is lowest
    assert np.abs(found.thresholds - 1).max() < 0.02


def test_the_static_threshold_is_the_best_of_a_dense_grid_for_the_sum() -> None:
    curve, rng = bumpy(9), np.random.default_rng(9)
    wrong, missed = rng.exponential(30, 40), rng.exponential(200, 40)
    found = static_threshold(curve, wrong, missed, 0.1)
    dense = np.linspace(0, curve.greatest, 20_001)[:, np.newaxis]
    assert len(set(found.thresholds.tolist())) == 1
    assert found.loss.sum() <= loss_at(curve, dense, wrong, missed, 0.1).sum(axis=1).min() + 1e-9


def test_optimal_thresholds_never_lose_more_than_the_static_one_where_all_are_computed() -> None:
    curve, rng = bumpy(5), np.random.default_rng(5)
    wrong, missed = rng.exponential(30, 40), rng.exponential(200, 40)
    free = optimal_thresholds(curve, wrong, missed, np.full(40, 9.0), 0.0, 0.1, 20, rng)
    assert free.loss.sum() <= static_threshold(curve, wrong, missed, 0.1).loss.sum() * 1.001
