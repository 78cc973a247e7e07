"""Silent and coin: the two ends of chance."""

import numpy as np
import pytest

from detectors.reference.coin import Coin
from detectors.reference.silent import Silent
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("ten sections", 30.0, tuple(Station(f"S{s}", 500.0 * s, 1) for s in range(11)))
ZEROS = np.zeros((11, 1))


def tosses(coin: Coin, frames: int) -> np.ndarray:
    return np.array([coin.step(LoopFrame(30.0 * (k + 1), ZEROS, ZEROS, ZEROS)).alarm for k in range(frames)])


def test_silent_never_alarms() -> None:
    decision = Silent(CORRIDOR).step(LoopFrame(30.0, ZEROS, ZEROS, ZEROS))
    assert not decision.alarm.any()
    assert np.isnan(decision.score).all()


def test_the_coin_alarms_at_its_rate() -> None:
    # 10 sections x 2400 frames of 30 s = 200 section-hours; at 6 per hour 1200 +- 35 alarms: 4 deviations either way
    alarms = tosses(Coin(CORRIDOR, 6.0, seed=1), 2400)
    assert abs(alarms.sum() - 1200) < 140


@pytest.mark.parametrize(("rate", "share"), [(0.0, 0.0), (120.0, 1.0)])
def test_the_coin_at_its_ends_never_or_always_alarms(rate: float, share: float) -> None:
    assert tosses(Coin(CORRIDOR, rate, seed=1), 50).mean() == share


def test_coins_of_one_seed_toss_the_same_and_of_two_seeds_do_not() -> None:
    one, same, other = (tosses(Coin(CORRIDOR, 30.0, seed), 100) for seed in (7, 7, 8))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("rate", [-1.0, 121.0, float("nan")])
def test_a_rate_beyond_one_alarm_per_frame_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="0 to 120"):
        Coin(CORRIDOR, rate, seed=1)
