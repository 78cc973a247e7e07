"""The standard normal deviate on occupancies made by hand: frames of 30 s, a memory of three of them."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.classical.snd import Snd, SndParameters
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

AT_ONCE = SndParameters(memory_s=90.0, persistence_s=30.0, fall=0.5)
TWO_FRAMES = replace(AT_ONCE, persistence_s=60.0)
DEAD = np.nan
RISING = [0.10, 0.12, 0.14]  # mean 0.12, standard deviation sqrt(2 * 0.02^2 / 2) = 0.02
FALLING = RISING[::-1]
STEADY = [0.10] * 3


def scores(*stations: list[float], parameters: SndParameters = AT_ONCE) -> Array:
    """(T, N) the scores of stations with these occupancies over time."""
    corridor = Corridor("by hand", 30.0, tuple(Station(f"S{s}", 500.0 * s, 1) for s in range(len(stations))))
    detector, unknown = Snd(corridor, parameters), np.full((len(stations), 1), np.nan)
    frames = [np.array(occupancy)[:, None] for occupancy in zip(*stations, strict=True)]
    return np.array([detector.score(LoopFrame(30.0 * (k + 1), unknown, unknown, o)) for k, o in enumerate(frames)])


def test_a_rise_upstream_by_hand() -> None:
    # (0.18 - 0.12) / 0.02
    assert scores([*RISING, 0.18], [*STEADY, 0.10])[-1, 0] == pytest.approx(3.0)


def test_a_fall_downstream_by_hand() -> None:
    # (0.04 - 0.12) / 0.02 = -4, turned and weighed with 0.5
    assert scores([*STEADY, 0.10], [*FALLING, 0.04])[-1, 0] == pytest.approx(2.0)


@pytest.mark.parametrize(("fall", "wanted"), [(0.5, 3.0), (1.0, 4.0)])
def test_the_larger_of_rise_and_fall_counts(fall: float, wanted: float) -> None:
    found = scores([*RISING, 0.18], [*FALLING, 0.04], parameters=replace(AT_ONCE, fall=fall))
    assert found[-1, 0] == pytest.approx(wanted)


def test_a_fall_upstream_and_a_rise_downstream_are_no_evidence() -> None:
    # deviates -4 and 3: the larger of -4 and -0.5 * 3
    assert scores([*FALLING, 0.04], [*RISING, 0.18])[-1, 0] == pytest.approx(-1.5)


def test_a_quiet_stations_deviation_is_not_taken_for_less_than_a_hundredth() -> None:
    # the standard deviation is 0, taken for 0.01: (0.13 - 0.10) / 0.01
    assert scores([*STEADY, 0.13], [*STEADY, 0.10])[-1, 0] == pytest.approx(3.0)


def test_the_score_is_the_least_of_the_frames_it_must_persist() -> None:
    # 3 in the fourth frame; in the fifth the memory holds 0.12, 0.14, 0.18: mean 0.44 / 3, squares' sum 0.0056 / 3,
    # standard deviation sqrt(0.0028 / 3) = 0.03055, so (0.18 - 0.14667) / 0.03055 = 1.0911; in the sixth it holds
    # 0.14, 0.18, 0.18: mean 0.5 / 3, squares' sum 0.0032 / 3, deviation sqrt(0.0016 / 3) = 0.02309: 3.175 for 0.24
    found = scores([*RISING, 0.18, 0.18, 0.24], [0.10] * 6, parameters=TWO_FRAMES)[:, 0]
    assert found[4:] == pytest.approx([1.0911, 1.0911], abs=5e-5)
    at_once = scores([*RISING, 0.18, 0.18, 0.24], [0.10] * 6)[:, 0]
    assert at_once[3:] == pytest.approx([3.0, 1.0911, 3.1754], abs=5e-5)


@pytest.mark.parametrize(("parameters", "frames"), [(AT_ONCE, 3), (TWO_FRAMES, 4)])
def test_nothing_is_known_until_the_memory_is_full_and_the_score_could_persist(
    parameters: SndParameters, frames: int
) -> None:
    found = scores([0.10] * 6, [0.10] * 6, parameters=parameters)[:, 0]
    assert np.isnan(found).tolist() == [True] * frames + [False] * (6 - frames)


@pytest.mark.parametrize("dead", [0, 1])
@pytest.mark.parametrize("fall", [0.0, 0.5])
def test_a_dead_station_gives_nan_while_it_is_in_the_memory(dead: int, fall: float) -> None:
    stations = [[0.10] * 8, [0.10] * 8]
    stations[dead][3] = DEAD
    found = scores(*stations, parameters=replace(AT_ONCE, fall=fall))[3:, 0]
    assert np.isnan(found).tolist() == [True] * 4 + [False]


def test_a_dead_station_leaves_the_sections_beyond_it_alone() -> None:
    found = scores([DEAD] * 4, [*RISING, 0.18], [*STEADY, 0.10])[-1]
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(3.0)


def test_more_occupancy_all_the_time_changes_nothing() -> None:
    rng = np.random.default_rng(2)
    up, down = rng.uniform(0.05, 0.4, (2, 30))
    shifted = scores((up + 0.2).tolist(), (down + 0.2).tolist())
    assert shifted == pytest.approx(scores(up.tolist(), down.tolist()), nan_ok=True)
