"""Which loops count reliably, on the made road."""

import numpy as np

from harness.scoring.sound_loops import sound_sections, sound_stations
from tests.harness.made_traffic import ROAD, free_traffic


def test_loops_in_traffic_are_sound() -> None:
    assert sound_stations(free_traffic()[0], ROAD).all()


def test_dead_silent_and_missing_loops_are_not() -> None:
    count = free_traffic()[0]
    count[:, 1, 0] = 0
    count[::10, 3, 2] = 0  # a tenth of the frames in traffic
    count[:, 5, 1] = np.nan
    assert sound_stations(count, ROAD).tolist() == [True, False, True, False, True, False]
    assert sound_sections(sound_stations(count, ROAD)).tolist() == [False] * 5


def test_empty_frames_at_night_say_nothing() -> None:
    count = free_traffic()[0]
    count[:120] = np.random.default_rng(1).poisson(0.5, count[:120].shape)
    assert sound_stations(count, ROAD).all()
