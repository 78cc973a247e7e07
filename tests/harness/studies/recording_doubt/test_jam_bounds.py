"""Which jams speak for a wrong order of stations, by hand: four stations in steady traffic at 25 m/s, two hours of 30 s."""

import numpy as np
import pytest

from harness.studies.recording_doubt.order_doubt import order_doubts
from harness.studies.recording_doubt.readings import Readings
from tests.harness.studies.recording_doubt.made_traffic import PERIOD_S, corridor

NEVER = 1e9


def jams(*onsets_s: float, lasting_s: float = 1200.0, share: float = 0.4) -> Readings:
    """A jam at each station from its onset on, at a share of the free speed; counts are not known."""
    times_s = np.linspace(PERIOD_S, 240 * PERIOD_S, 240, dtype=np.float64)
    speed = np.full((240, 4, 3), 25.0, dtype=np.float32)
    for station, onset_s in enumerate(onsets_s):
        speed[(times_s > onset_s) & (times_s <= onset_s + lasting_s), station] *= np.float32(share)
    unknown = np.full_like(speed, np.nan)
    return Readings(corridor(), times_s, unknown, speed, unknown)


def doubted(readings: Readings) -> bool:
    return bool(order_doubts(readings))


def test_two_jams_that_spread_downstream_are_needed() -> None:
    assert not doubted(jams(1200, 1440, NEVER, NEVER))
    assert doubted(jams(1200, 1440, 1680, NEVER))


def test_jams_that_spread_both_ways_tell_nothing() -> None:
    assert not doubted(jams(1200, 1440, 1680, 1440))


def test_nobody_knows_when_a_jam_began_that_is_there_from_the_first_frame_on() -> None:
    assert not doubted(jams(0, 240, 480, NEVER))
    assert doubted(jams(30, 270, 510, NEVER))


@pytest.mark.parametrize(("lag_s", "one_jam"), [(30.0, False), (60.0, True), (1800.0, True), (1830.0, False)])
def test_jams_at_neighbours_are_one_from_two_periods_to_half_an_hour_apart(lag_s: float, one_jam: bool) -> None:
    assert doubted(jams(600, 600 + lag_s, 600 + 2 * lag_s, 600 + 3 * lag_s)) == one_jam


@pytest.mark.parametrize(("lasting_s", "jam"), [(90.0, False), (120.0, True)])
def test_a_jam_lasts_four_periods(lasting_s: float, jam: bool) -> None:
    assert doubted(jams(1200, 1440, 1680, 1920, lasting_s=lasting_s)) == jam


@pytest.mark.parametrize(("share", "jam"), [(0.61, False), (0.59, True)])
def test_a_jam_is_slower_than_three_fifths_of_free_speed(share: float, jam: bool) -> None:
    assert doubted(jams(1200, 1440, 1680, 1920, share=share)) == jam
