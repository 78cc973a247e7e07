"""Effective lengths: learned from free traffic, by lane and by hour, and refused where they are none of vehicles."""

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.formats.effective_lengths import LearnedLengths
from simulator.frame import Array

PERIOD_S = 30.0
FREE_MPS = np.array([25.0])


def hours(lengths_m: list[float], jam: tuple[int, ...] = ()) -> tuple[Array, Array, Array]:
    """Times, counts and occupancies (T, 1, 1) of hours with these lengths at 25 m/s; at 5 m/s in those of `jam`."""
    per_hour = round(3600 / PERIOD_S)
    time_s: Array = PERIOD_S * np.arange(1, per_hour * len(lengths_m) + 1, dtype=np.float64)
    length = np.repeat(lengths_m, per_hour)
    speed = np.repeat([5.0 if k in jam else 25.0 for k in range(len(lengths_m))], per_hour)
    count: Array = np.full((len(time_s), 1, 1), 6.0)
    occupancy: Array = count * (length / (speed * PERIOD_S))[:, None, None]
    return time_s, count, occupancy


def effective_lengths(time_s: Array, count: Array, occupancy: Array, free_mps: Array) -> Array:
    """The lengths (T, S, L) learned from these readings in their own periods."""
    found = LearnedLengths(PERIOD_S, free_mps)
    found.add(time_s, count, occupancy)
    return found.at(time_s)


def learned(lengths_m: list[float], jam: tuple[int, ...] = ()) -> Array:
    """The lengths in the middle of each hour."""
    time_s, count, occupancy = hours(lengths_m, jam)
    found = effective_lengths(time_s, count, occupancy, FREE_MPS)[:, 0, 0]
    return np.asarray(np.interp(3600 * (np.arange(len(lengths_m)) + 0.5), time_s, found))


def test_the_length_is_free_speed_times_occupied_time_per_vehicle() -> None:
    assert learned([7.0]) == pytest.approx([7.0])


def test_each_hour_with_enough_free_traffic_has_its_own() -> None:
    assert learned([7.0, 9.0, 6.0]) == pytest.approx([7.0, 9.0, 6.0], rel=0.01)


def test_an_hour_of_jam_takes_it_from_the_hours_around() -> None:
    assert learned([6.0, 20.0, 8.0], jam=(1,)) == pytest.approx([6.0, 7.0, 8.0], rel=0.01)


def test_a_lane_with_few_vehicles_has_the_median_of_that_lane_elsewhere() -> None:
    time_s, count, occupancy = hours([7.0])
    few = np.concatenate([count, np.where(time_s[:, None, None] < 100, count, 0.0)], axis=1)
    share = np.concatenate([occupancy, np.where(time_s[:, None, None] < 100, 0.09, 0.0)], axis=1)
    found = effective_lengths(time_s, few, share, FREE_MPS)
    assert found[0, 1, 0] == pytest.approx(7.0)


def test_a_lane_without_readings_has_none() -> None:
    time_s, count, occupancy = hours([7.0])
    blank = np.full_like(count, np.nan)
    counts, shares = (np.concatenate([each, blank], axis=2) for each in (count, occupancy))
    assert np.isnan(effective_lengths(time_s, counts, shares, np.array([25.0, 25.0]))[:, 0, 1]).all()


def test_without_free_traffic_nothing_is_learned() -> None:
    with pytest.raises(UserError, match="wanted a lane with 200 vehicles in free traffic"):
        learned([20.0], jam=(0,))


@pytest.mark.parametrize("wrong", [0.3, 2.5])
def test_lengths_that_are_none_of_vehicles_are_refused_with_the_likely_slip(wrong: float) -> None:
    time_s, count, occupancy = hours([9.0])
    with pytest.raises(UserError, match=r"vehicles would be .* m long.*is the free speed in another unit"):
        effective_lengths(time_s, count, occupancy, FREE_MPS * wrong)
