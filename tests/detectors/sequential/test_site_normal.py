"""The site's normal: the prior, what frames teach, what an incident's frames do not."""

from collections.abc import Callable
from math import exp

import numpy as np
import pytest

from detectors.sequential.frame_readings import read
from detectors.sequential.lane_features import EvidenceOfLanes
from detectors.sequential.site_normal import DELAY_S, SPEED_MPS, SUSPECT_WEIGHT, T_SLOW_S, Average, Lesson, SiteNormal
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

HAS = np.ones((2, 2), dtype=bool)
FREE, SUSPECT = np.array([False]), np.array([True])
Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]
NOTHING = np.full((2, 2), np.nan)


def lesson(
    count: list[list[float]] | Array,
    speed: float | Array = 25.0,
    expected: list[float] | None = None,
    occupancy: float = 0.08,
    own_less_even: list[float] | None = None,
    count_less_even: list[float] | None = None,
) -> Lesson:
    """A frame of two stations of two lanes; `expected` downstream, by lane (what was counted where not given)."""
    counted = np.array(count, dtype=float)
    known = np.where(np.isnan(counted), np.nan, 1.0)
    reading = read(LoopFrame(30.0, counted, speed * known, occupancy * known), HAS, np.full((2, 2), 0.5))
    lanes = counted[1:] if expected is None else np.array([expected])
    unknown = np.full((1, 2), np.nan)
    return Lesson(
        reading,
        reading.total[:1],
        lanes,
        lanes.sum(axis=1),
        unknown if own_less_even is None else np.array([own_less_even]),
        unknown if count_less_even is None else np.array([count_less_even]),
    )


def taught(*lessons: Lesson, suspect: bool = False) -> SiteNormal:
    normal = SiteNormal(HAS, 30.0)
    for each in lessons:
        normal.learn(each, SUSPECT if suspect else FREE)
        normal.refresh()
    return normal


def what_it_knows(normal: SiteNormal) -> list[float]:
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


def test_an_average_forgets_as_computed_by_hand() -> None:
    average = Average(np.array([2.0]), 1.0)
    average.add(np.array([5.0]), 0.1, np.ones(1))
    assert average.mean == pytest.approx([(2.0 * 0.9 + 5.0) / (0.9 + 1.0)])


def test_an_average_passes_over_what_is_not_known() -> None:
    average = Average(np.array([2.0, 2.0]), 1.0)
    average.add(np.array([np.nan, 5.0]), 0.1, np.ones(2))
    assert average.mean[0] == 2.0
    assert average.weight.tolist() == [1.0, 1.9]


def test_an_average_of_weight_nothing_stays() -> None:
    average = Average(np.array([2.0]), 1.0)
    average.add(np.array([5.0]), 0.1, np.zeros(1))
    assert average.mean.tolist() == [2.0]


def test_an_averages_weight_ends_at_its_memory() -> None:
    average = Average(np.array([0.0]), 0.5)
    for _ in range(2000):
        average.add(np.ones(1), 30.0 / T_SLOW_S, np.ones(1))
    assert average.weight == pytest.approx([T_SLOW_S / 30.0])  # 40 frames of 30 s


def test_a_new_site_has_the_prior() -> None:
    normal = SiteNormal(HAS, 30.0)
    assert normal.use.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert normal.speed.tolist() == [[SPEED_MPS] * 2] * 2
    assert (normal.gain.tolist(), normal.mixing.tolist()) == ([1.0], [0.5])


def test_a_lane_that_does_not_exist_is_not_used() -> None:
    normal = SiteNormal(np.array([[True, True], [True, False]]), 30.0)
    assert normal.use.tolist() == [[0.5, 0.5], [1.0, 0.0]]


def test_lane_use_is_learned() -> None:
    normal = taught(*[lesson([[5.0, 15.0], [8.0, 12.0]])] * 60)
    # what is left of the prior: half a frame of one vehicle, forgotten for 60 frames
    np.testing.assert_allclose(normal.use, [[0.25, 0.75], [0.4, 0.6]], atol=0.001)


def test_speed_is_learned() -> None:
    normal = taught(*[lesson([[10.0, 10.0]] * 2, np.array([[22.0, 31.0], [24.0, 29.0]]))] * 120)
    # the prior's half frame is forgotten as e^(-120 * 30 / 1200), and counts 1 in 40 before
    np.testing.assert_allclose(normal.speed, [[22.0, 31.0], [24.0, 29.0]], atol=0.02)


def test_what_ramps_add_and_take_is_learned() -> None:
    normal = taught(*[lesson([[10.0, 10.0], [12.0, 12.0]])] * 120)
    left = 2 * exp(-3.0)  # of the prior's two frames of 8 vehicles
    assert normal.gain == pytest.approx([1.2], abs=0.2 * left / 30)


def test_occupancy_per_vehicle_is_learned() -> None:
    normal = taught(*[lesson([[10.0, 10.0]] * 2, occupancy=0.12)] * 120)
    assert normal.occupied == pytest.approx(np.full((2, 2), 0.012), rel=0.01)


@pytest.mark.parametrize(("found_again", "mixing"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_mixing_is_learned(found_again: float, mixing: float) -> None:
    of_lane = [4.0, -4.0]
    seen = lesson([[10.0, 10.0]] * 2, own_less_even=of_lane, count_less_even=[found_again * x for x in of_lane])
    assert taught(*[seen] * 120).mixing == pytest.approx([mixing], abs=0.01)


def test_poisson_counts_have_a_noise_of_one() -> None:
    rng = np.random.default_rng(4)
    frames = [lesson(rng.poisson(12.0, (2, 2)).astype(float), expected=[12.0, 12.0]) for _ in range(400)]
    # the mean of the squares of 40 frames' two lanes: sd sqrt(2 / 80) = 0.16
    assert taught(*frames).noise == pytest.approx([1.0], abs=0.48)


def test_an_outlier_of_speed_teaches_as_much_as_three_standard_deviations_do() -> None:
    settled = [lesson([[10.0, 10.0]] * 2, 28.0)] * 40
    slow, slower = (taught(*settled, lesson([[10.0, 10.0]] * 2, speed)) for speed in (18.0, 3.0))
    np.testing.assert_array_equal(slow.speed, slower.speed)
    assert (slow.speed < 28.0).all()


def test_an_outlier_of_counts_makes_as_much_noise_as_three_standard_deviations_do() -> None:
    few, none = (taught(lesson([[16.0, 16.0], [there, there]], expected=[16.0, 16.0])) for there in (4.0, 28.0))
    far = taught(lesson([[16.0, 16.0], [60.0, 60.0]], expected=[16.0, 16.0]))  # 44 off: cut at 12, three of sqrt(16)
    assert few.noise == pytest.approx(none.noise)
    assert far.noise == pytest.approx(few.noise)


def test_a_suspect_section_teaches_a_quarter_as_much() -> None:
    strange = lesson([[10.0, 10.0], [20.0, 20.0]])
    free, suspect = taught(strange).gain[0], taught(strange, suspect=True).gain[0]
    kept, kept_suspect = 2 * (1 - 30 / T_SLOW_S), 2 * (1 - SUSPECT_WEIGHT * 30 / T_SLOW_S)
    assert free == pytest.approx((8 * kept + 40) / (8 * kept + 20))
    assert suspect == pytest.approx((8 * kept_suspect + 0.25 * 40) / (8 * kept_suspect + 0.25 * 20))


def test_a_lasting_change_is_normal_in_the_end_even_under_suspicion() -> None:
    usual, changed = [lesson([[10.0, 10.0]] * 2)] * 40, [lesson([[10.0, 10.0], [4.0, 16.0]])] * 800
    normal = SiteNormal(HAS, 30.0)
    for number, each in enumerate([*usual, *changed]):
        normal.learn(each, SUSPECT if number >= 40 else FREE)
    normal.refresh()
    np.testing.assert_allclose(normal.use[1], [0.2, 0.8], atol=0.01)


def test_both_stations_of_a_suspect_section_teach_less() -> None:
    has, seen = np.ones((4, 1), dtype=bool), np.array([[10.0]] * 4)
    reading = read(LoopFrame(30.0, seen, np.full((4, 1), 20.0), np.full((4, 1), 0.1)), has, np.ones((4, 1)))
    unknown = np.full((3, 1), np.nan)
    normal = SiteNormal(has, 30.0)
    normal.learn(
        Lesson(reading, reading.total[:-1], seen[1:], seen[1:, 0], unknown, unknown), np.array([False, False, True])
    )
    normal.refresh()
    off = SPEED_MPS - normal.speed[:, 0]
    assert off[0] == off[1] > off[2] == off[3] > 0


def test_a_frame_that_knows_nothing_teaches_nothing() -> None:
    before = taught(*[lesson([[5.0, 15.0], [8.0, 12.0]])] * 10)
    wanted = what_it_knows(before)
    before.learn(lesson(NOTHING), FREE)
    before.refresh()
    assert what_it_knows(before) == wanted


def test_a_dead_lane_does_not_teach_and_its_neighbours_do() -> None:
    normal = taught(*[lesson([[10.0, np.nan], [10.0, 10.0]], 22.0)] * 30)
    assert normal.speed[0, 1] == SPEED_MPS
    assert normal.speed[0, 0] < 22.5


def test_everything_stays_within_its_bounds_whatever_is_taught() -> None:
    rng = np.random.default_rng(2)
    normal = SiteNormal(HAS, 30.0)
    for _ in range(200):
        counts = rng.choice([0.0, 5.0, 1e4, np.nan], (2, 2))
        wild = [float(value) for value in rng.choice([-1e4, 0.0, 1e4, np.nan], 2)]
        normal.learn(
            lesson(counts, float(rng.uniform(0, 90)), [0.0, 1e4], own_less_even=wild, count_less_even=wild), FREE
        )
        normal.refresh()
        assert np.isfinite(what_it_knows(normal)).all()
        assert ((normal.use >= 0) & (normal.use <= 1)).all()
        assert 0.5 <= normal.gain[0] <= 1.8
        assert 0 <= normal.mixing[0] <= 1


def test_the_last_minutes_have_not_taught_yet(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=3)
    frames = traffic(corridor, 1800.0, seed=1)
    waiting = round(DELAY_S / corridor.period_s)
    one, other = EvidenceOfLanes(corridor), EvidenceOfLanes(corridor)
    for number, frame in enumerate(frames):
        recent = number >= len(frames) - waiting
        one.step(frame)
        other.step(LoopFrame(frame.time_s, 3 * frame.count, 0.3 * frame.speed, frame.occupancy) if recent else frame)
    assert what_it_knows(one.normal) == what_it_knows(other.normal)


def test_older_frames_have_taught(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=3)
    frames = traffic(corridor, 1800.0, seed=1)
    waiting = round(DELAY_S / corridor.period_s)
    one, other = EvidenceOfLanes(corridor), EvidenceOfLanes(corridor)
    for number, frame in enumerate(frames):
        recent = number >= len(frames) - waiting - 2  # a frame teaches before the next is read
        one.step(frame)
        other.step(LoopFrame(frame.time_s, 3 * frame.count, 0.3 * frame.speed, frame.occupancy) if recent else frame)
    assert what_it_knows(one.normal) != what_it_knows(other.normal)


def test_a_blocked_lane_moves_its_normal_use_little(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    normal = EvidenceOfLanes(corridor)
    for frame in traffic(corridor, 2400.0, seed=2, blocked=(1, 1, 1800.0, 2400.0)):
        normal.step(frame)
    # ten minutes of an empty lane, at a quarter's weight, against the last 1200 s: a fall of about a tenth
    assert normal.normal.use[2, 1] > 0.8 / 3
