"""What else is learned: free speed, ratios, discharge, dispersion, suspicions, chronic faults."""

import numpy as np
import pytest

from detectors.sequential.site.chronic_faults import CHRONIC, ChronicFaults
from detectors.sequential.site.count_dispersion import CountDispersion, fresh_factor
from detectors.sequential.site.discounted_ratio import DiscountedRatio
from detectors.sequential.site.free_speeds import FreeSpeeds
from detectors.sequential.site.head_discharge import PRIOR_VPHPL, HeadDischarge
from detectors.sequential.site.suspicion_rates import STEEP, SuspicionRates

ONE, YES = np.ones(1), np.ones(1, dtype=bool)


def test_the_free_speed_is_that_of_free_hours_though_the_road_was_congested_for_more() -> None:
    speeds = FreeSpeeds(1)
    for speed in [31.0] * 400 + [8.0] * 1200:
        speeds.learn(np.array([speed]), 30.0)
    assert speeds.free[0] == pytest.approx(31.5, abs=0.6)


def test_a_ratio_begins_at_its_prior_and_ends_at_what_was_seen() -> None:
    ratio = DiscountedRatio((1,), 1.0, 60.0, 86400.0)
    assert ratio.value[0] == 1.0
    ratio.learn(np.array([np.nan]), ONE, ONE, 30.0)
    assert ratio.value[0] == 1.0
    for _ in range(200):
        ratio.learn(np.array([8.0]), np.array([10.0]), ONE, 30.0)
    assert ratio.value[0] == pytest.approx(0.8, abs=0.01)


def test_a_site_whose_heads_discharge_less_expects_less() -> None:
    heads = HeadDischarge(1)
    usual = heads.expected(np.array([3.0]), 30.0)[0]
    assert usual == pytest.approx(3 * PRIOR_VPHPL * 30 / 3600)
    for _ in range(240):
        heads.learn(np.array([30.0]), np.array([3.0]), ONE, 30.0)
    assert 30.0 < heads.expected(np.array([3.0]), 30.0)[0] < 0.8 * usual


def test_poisson_counts_have_a_dispersion_of_one_and_doubled_ones_of_two() -> None:
    rng = np.random.default_rng(1)
    for factor in (1.0, 2.0):
        dispersion = CountDispersion(1, 1.0, 30.0)
        for _ in range(3000):
            count = factor * rng.poisson(20.0 / factor, (1, 3)).astype(np.float64)
            dispersion.learn(np.asarray(count - 20.0), np.full((1, 3), 20.0), ONE, 30.0)
        assert dispersion.short.value[0] == pytest.approx(factor, rel=0.15)


def test_five_minutes_of_learning_double_the_dispersion_of_five_minutes() -> None:
    assert fresh_factor(np.array([100.0]), np.array([100.0]))[0] == 2.0


def day_with(suspicions: int, lasting_frames: int = 2) -> SuspicionRates:
    rates = SuspicionRates(1, 30.0)
    for k in range(2880):
        rates.learn(np.array([k % (2880 // suspicions) < lasting_frames and k > 30]), YES, 30.0)
    return rates


def test_a_section_that_is_often_suspicious_raises_its_own_bar() -> None:
    # 8 suspicions in a day, of which forgetting (2 days) leaves about 6.4, in about 0.8 days seen
    quiet, noisy = day_with(1), day_with(8)
    assert quiet.penalty()[0] == 0.0
    assert noisy.penalty()[0] == pytest.approx(
        STEEP * np.log((noisy.suspicions[0] + 1) / (noisy.seen_s[0] / 86400 + 1))
    )
    assert 1.0 < noisy.penalty()[0] / STEEP < 1.6  # ln of (6.4 + 1) over (0.8 + 1): 1.41


def test_an_incident_that_lasts_is_no_suspicion() -> None:
    assert day_with(4, lasting_frames=60).suspicions[0] < 0.5


def test_a_loop_that_fails_again_and_again_is_masked_between() -> None:
    chronic, known = ChronicFaults((1, 2)), np.ones((1, 2), dtype=bool)
    for k in range(2000):
        masked = chronic.step(np.array([[False, k % 10 == 0]]), known, 30.0)
    assert chronic.share[0, 1] > CHRONIC
    assert masked.tolist() == [[False, True]]
