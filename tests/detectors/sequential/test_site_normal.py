"""The normal of a site: the prior, what frames teach it, and what outliers and suspicion keep from it."""

from math import exp

import numpy as np
import pytest

from detectors.sequential.frame_readings import read_frame
from detectors.sequential.site_normal import SUSPECT_WEIGHT, T_SLOW_S, SiteEstimator, SiteNormal, SiteObservation
from detectors.sequential.site_priors import SPEED
from simulator.frame import Array, LoopFrame

HAS = np.ones((2, 2), dtype=bool)
FREE, SUSPECT = np.array([False]), np.array([True])
NOTHING = np.full((2, 2), np.nan)


def observed(
    count: list[list[float]] | Array,
    speed: float | Array = 25.0,
    expected: list[float] | None = None,
    occupancy: float = 0.08,
    own_less_even: list[float] | None = None,
    count_less_even: list[float] | None = None,
) -> SiteObservation:
    """A frame of two stations of two lanes; `expected` downstream, by lane (the counts where not given)."""
    counted = np.array(count, dtype=float)
    known = np.where(np.isnan(counted), np.nan, 1.0)
    reading = read_frame(LoopFrame(30.0, counted, speed * known, occupancy * known), HAS, np.full((2, 2), 0.5))
    lanes = counted[1:] if expected is None else np.array([expected])
    unknown = np.full((1, 2), np.nan)
    return SiteObservation(
        reading,
        reading.total[:1],
        lanes,
        lanes.sum(axis=1),
        unknown if own_less_even is None else np.array([own_less_even]),
        unknown if count_less_even is None else np.array([count_less_even]),
    )


def taught(*frames: SiteObservation, suspect: bool = False) -> SiteNormal:
    site = SiteEstimator(HAS, 30.0)
    for each in frames:
        site.learn(each, SUSPECT if suspect else FREE)
        site.refresh()
    return site.normal


def values(normal: SiteNormal) -> list[float]:
    parts = (
        normal.use,
        normal.speed,
        normal.variance,
        normal.occupied,
        normal.gain,
        normal.mixing,
        normal.noise,
        normal.noise_total,
    )
    return [float(value) for part in parts for value in np.ravel(part)]


def test_a_new_site_has_the_prior() -> None:
    normal = SiteEstimator(HAS, 30.0).normal
    assert normal.use.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert normal.speed.tolist() == [[SPEED.value] * 2] * 2
    assert (normal.gain.tolist(), normal.mixing.tolist()) == ([1.0], [0.5])


def test_a_lane_that_does_not_exist_is_not_used() -> None:
    normal = SiteEstimator(np.array([[True, True], [True, False]]), 30.0).normal
    assert normal.use.tolist() == [[0.5, 0.5], [1.0, 0.0]]


def test_lane_use_is_learned() -> None:
    normal = taught(*[observed([[5.0, 15.0], [8.0, 12.0]])] * 60)
    # what is left of the prior: half a frame of one vehicle, forgotten for 60 frames
    np.testing.assert_allclose(normal.use, [[0.25, 0.75], [0.4, 0.6]], atol=0.001)


def test_speed_is_learned() -> None:
    normal = taught(*[observed([[10.0, 10.0]] * 2, np.array([[22.0, 31.0], [24.0, 29.0]]))] * 120)
    # the prior's half frame is forgotten as e^(-120 * 30 / 1200), and counts 1 in 40 before
    np.testing.assert_allclose(normal.speed, [[22.0, 31.0], [24.0, 29.0]], atol=0.02)


def test_what_ramps_add_and_take_is_learned() -> None:
    normal = taught(*[observed([[10.0, 10.0], [12.0, 12.0]])] * 120)
    left = 2 * exp(-3.0)  # of the prior's two frames of 8 vehicles
    assert normal.gain == pytest.approx([1.2], abs=0.2 * left / 30)


def test_occupancy_per_vehicle_is_learned() -> None:
    normal = taught(*[observed([[10.0, 10.0]] * 2, occupancy=0.12)] * 120)
    assert normal.occupied == pytest.approx(np.full((2, 2), 0.012), rel=0.01)


@pytest.mark.parametrize(("found_again", "mixing"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_mixing_is_learned(found_again: float, mixing: float) -> None:
    of_lane = [4.0, -4.0]
    seen = observed([[10.0, 10.0]] * 2, own_less_even=of_lane, count_less_even=[found_again * x for x in of_lane])
    assert taught(*[seen] * 120).mixing == pytest.approx([mixing], abs=0.01)


def test_poisson_counts_have_a_noise_of_one() -> None:
    rng = np.random.default_rng(4)
    frames = [observed(rng.poisson(12.0, (2, 2)).astype(float), expected=[12.0, 12.0]) for _ in range(400)]
    # the mean of the squares of 40 frames' two lanes: sd sqrt(2 / 80) = 0.16
    assert taught(*frames).noise == pytest.approx([1.0], abs=0.48)


def test_an_outlier_of_speed_teaches_as_much_as_three_standard_deviations_do() -> None:
    settled = [observed([[10.0, 10.0]] * 2, 28.0)] * 40
    slow, slower = (taught(*settled, observed([[10.0, 10.0]] * 2, speed)) for speed in (18.0, 3.0))
    np.testing.assert_array_equal(slow.speed, slower.speed)
    assert (slow.speed < 28.0).all()


def test_an_outlier_of_counts_makes_as_much_noise_as_three_standard_deviations_do() -> None:
    few, none = (taught(observed([[16.0, 16.0], [there, there]], expected=[16.0, 16.0])) for there in (4.0, 28.0))
    far = taught(observed([[16.0, 16.0], [60.0, 60.0]], expected=[16.0, 16.0]))  # 44 off: cut at 12, three of sqrt(16)
    assert few.noise == pytest.approx(none.noise)
    assert far.noise == pytest.approx(few.noise)


def test_a_suspect_section_teaches_a_quarter_as_much() -> None:
    strange = observed([[10.0, 10.0], [20.0, 20.0]])
    free, suspect = taught(strange).gain[0], taught(strange, suspect=True).gain[0]
    kept, kept_suspect = 2 * (1 - 30 / T_SLOW_S), 2 * (1 - SUSPECT_WEIGHT * 30 / T_SLOW_S)
    assert free == pytest.approx((8 * kept + 40) / (8 * kept + 20))
    assert suspect == pytest.approx((8 * kept_suspect + 0.25 * 40) / (8 * kept_suspect + 0.25 * 20))


def test_a_lasting_change_is_normal_in_the_end_even_under_suspicion() -> None:
    usual, changed = [observed([[10.0, 10.0]] * 2)] * 40, [observed([[10.0, 10.0], [4.0, 16.0]])] * 800
    site = SiteEstimator(HAS, 30.0)
    for number, each in enumerate([*usual, *changed]):
        site.learn(each, SUSPECT if number >= 40 else FREE)
    site.refresh()
    np.testing.assert_allclose(site.normal.use[1], [0.2, 0.8], atol=0.01)


def test_both_stations_of_a_suspect_section_teach_less() -> None:
    has, seen = np.ones((4, 1), dtype=bool), np.array([[10.0]] * 4)
    reading = read_frame(LoopFrame(30.0, seen, np.full((4, 1), 20.0), np.full((4, 1), 0.1)), has, np.ones((4, 1)))
    unknown = np.full((3, 1), np.nan)
    site = SiteEstimator(has, 30.0)
    site.learn(
        SiteObservation(reading, reading.total[:-1], seen[1:], seen[1:, 0], unknown, unknown),
        np.array([False, False, True]),
    )
    site.refresh()
    off = SPEED.value - site.normal.speed[:, 0]
    assert off[0] == off[1] > off[2] == off[3] > 0


def test_a_frame_that_knows_nothing_teaches_nothing() -> None:
    frames = [observed([[5.0, 15.0], [8.0, 12.0]])] * 10
    assert values(taught(*frames, observed(NOTHING))) == values(taught(*frames))


def test_a_dead_lane_does_not_teach_and_its_neighbours_do() -> None:
    normal = taught(*[observed([[10.0, np.nan], [10.0, 10.0]], 22.0)] * 30)
    assert normal.speed[0, 1] == SPEED.value
    assert normal.speed[0, 0] < 22.5


def test_everything_stays_within_its_bounds_whatever_is_taught() -> None:
    rng = np.random.default_rng(2)
    site = SiteEstimator(HAS, 30.0)
    for _ in range(200):
        counts = rng.choice([0.0, 5.0, 1e4, np.nan], (2, 2))
        wild = [float(value) for value in rng.choice([-1e4, 0.0, 1e4, np.nan], 2)]
        site.learn(
            observed(counts, float(rng.uniform(0, 90)), [0.0, 1e4], own_less_even=wild, count_less_even=wild), FREE
        )
        site.refresh()
        normal = site.normal
        assert np.isfinite(values(normal)).all()
        assert ((normal.use >= 0) & (normal.use <= 1)).all()
        assert 0.5 <= normal.gain[0] <= 1.8
        assert 0 <= normal.mixing[0] <= 1
