"""The features of a section, against a plain reference frame by frame, and that they know nothing of what is later."""

import math
from dataclasses import replace

import numpy as np
import pytest

from detectors.anomaly.anomaly_features import NAMES, names_of
from detectors.anomaly.feature_window import FeatureWindow
from detectors.anomaly.station_quantities import HOLD_FRAMES
from detectors.classical.station_means import VEHICLE_M
from detectors.contract_traffic import CORRIDOR, ODD, SHAPES, dark, thinned, traffic
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

ROAD = Corridor("road", 30.0, tuple(Station(f"S{s}", 800.0 * s, 2) for s in range(4)))
BOUNDED = names_of("guide", "neighbours", "hour", "day")
"""Features that depend on a bounded past."""


def rows(corridor: Corridor, frames: list[LoopFrame]) -> Array:
    window = FeatureWindow(corridor)
    return np.stack([window.step(frame) for frame in frames])


def random_frames(corridor: Corridor, number: int, seed: int = 1) -> list[LoopFrame]:
    """Counts, speeds and occupancies with no lane ever unknown or empty."""
    rng, shape = np.random.default_rng(seed), (len(corridor.stations), corridor.lanes)
    made = []
    for k in range(number):
        count = rng.integers(3, 15, shape).astype(float)
        made.append(LoopFrame(corridor.period_s * (k + 1), count, rng.uniform(5, 30, shape), rng.uniform(0, 1, shape)))
    return made


def column(found: Array, name: str) -> Array:
    return np.asarray(found[..., NAMES.index(name)])


def reference(corridor: Corridor, frames: list[LoopFrame], t: int, n: int) -> dict[str, float]:
    """The guide's features and the neighbours' of section n at frame t, from lists of plain numbers."""

    def readings(station: int) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {"volume": [], "speed": [], "density": []}
        for frame in frames[: t + 1]:
            count, speed = frame.count[station], frame.speed[station]
            found["volume"].append(float(np.mean(count)) * 3600 / corridor.period_s)
            found["speed"].append(float(np.sum(count * speed) / np.sum(count)))
            found["density"].append(float(np.mean(frame.occupancy[station])) * 1000 / VEHICLE_M)
        return found

    def mean(values: list[float], w: int) -> float:
        return sum(values[-w:]) / len(values[-w:])

    def sd(values: list[float], w: int) -> float:
        last = values[-w:]
        return math.sqrt(sum((x - mean(values, w)) ** 2 for x in last) / (len(last) - 1))

    own, down = readings(n), readings(n + 1)
    before = readings(n - 1) if n else own
    wanted = {name: values[-1] for name, values in own.items()}
    for w in (3, 6, 12):
        for name in ("volume", "speed"):
            wanted |= {f"{name} mean {w}": mean(own[name], w), f"{name} sd {w}": sd(own[name], w)}
    for w in (3, 12):
        for name, values in own.items():
            wanted[f"{name} less downstream {w}"] = mean(values, w) - mean(down[name], w)
            wanted[f"{name} before less own {w}"] = mean(before[name], w) - mean(values, w)
    wanted["volume change"] = own["volume"][-1] - own["volume"][-2]
    wanted["speed change"] = own["speed"][-1] - own["speed"][-2]
    wanted["volume change mean 3"] = (own["volume"][-1] - own["volume"][-4]) / 3
    return wanted


def test_the_guide_s_features_and_the_neighbours_are_those_of_a_plain_reference() -> None:
    frames = random_frames(ROAD, 30)
    found = rows(ROAD, frames)
    for t in (12, 20, 29):
        for n in range(ROAD.sections):
            wanted = reference(ROAD, frames, t, n)
            assert set(wanted) == set(names_of("guide", "neighbours"))
            assert {name: found[t, n, NAMES.index(name)] for name in wanted} == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("corridor", [CORRIDOR, ODD, *SHAPES], ids=lambda corridor: corridor.name)
def test_no_feature_changes_when_later_frames_do(corridor: Corridor) -> None:
    frames, others = traffic(corridor), traffic(corridor, seed=9)
    for cut in (1, 25, 40):
        np.testing.assert_array_equal(
            rows(corridor, frames)[:cut], rows(corridor, [*frames[:cut], *others[cut:]])[:cut]
        )


def test_what_was_before_the_longest_window_and_a_held_speed_changes_only_the_residuals() -> None:
    frames, past = traffic(frames=60), 12 + HOLD_FRAMES
    bounded = [NAMES.index(name) for name in BOUNDED]
    np.testing.assert_array_equal(
        rows(CORRIDOR, frames)[50, :, bounded], rows(CORRIDOR, frames[51 - past : 51])[-1, :, bounded]
    )


def test_residuals_are_0_the_other_way() -> None:
    found = rows(CORRIDOR, traffic())[..., [NAMES.index(name) for name in names_of("residuals")]]
    known = found[np.isfinite(found)]
    assert (known >= 0.0).all()
    assert 0.2 < (known == 0.0).mean() < 0.8


def test_residuals_are_positive_the_way_an_incident_moves_them() -> None:
    # contract traffic: the second station's occupancy rises at frame 26, the third counts less in one lane
    found = rows(CORRIDOR, traffic())
    assert (column(found, "occupancy upstream residual 6")[32:36, 1] > 0.7).all()
    assert (column(found, "flow downstream residual 6")[32:36, 1] > 0).mean() > 0.5


def test_the_clock_is_that_of_the_frame_s_middle() -> None:
    quarter_past_six = 86400.0 * 9 + 6.25 * 3600 + 15.0
    found = FeatureWindow(ROAD).step(replace(random_frames(ROAD, 1)[0], time_s=quarter_past_six))[0]
    assert column(found, "hour") == pytest.approx(6.25)
    assert column(found, "hour sin") == pytest.approx(math.sin(2 * math.pi * 6.25 / 24))
    assert column(found, "day") == 2.0
    assert column(found, "day cos") == pytest.approx(math.cos(2 * math.pi * 2 / 7))


def test_midnight_is_no_step_of_the_cyclic_hour() -> None:
    frames = random_frames(ROAD, 2)
    before = FeatureWindow(ROAD).step(replace(frames[0], time_s=86400.0))[0]
    after = FeatureWindow(ROAD).step(replace(frames[0], time_s=86430.0))[0]
    assert abs(column(before, "hour") - column(after, "hour")) > 23
    for name in ("hour sin", "hour cos"):
        assert abs(column(before, name) - column(after, name)) < 0.01


def test_without_a_station_before_the_difference_to_it_is_0() -> None:
    found = rows(ROAD, random_frames(ROAD, 20))
    assert (column(found, "speed before less own 12")[11:, 0] == 0.0).all()
    assert (column(found, "speed before less own 12")[11:, 1] != 0.0).all()


def test_a_dead_station_leaves_its_two_sections_unknown_and_no_other() -> None:
    frames = []
    for frame in random_frames(ROAD, 40):
        count, speed, occupancy = (np.array(each) for each in (frame.count, frame.speed, frame.occupancy))
        count[2] = speed[2] = occupancy[2] = np.nan
        frames.append(LoopFrame(frame.time_s, count, speed, occupancy))
    known = np.isfinite(rows(ROAD, frames)[-1]).all(axis=1)
    assert known.tolist() == [True, False, False]


def test_in_the_dark_nothing_but_the_clock_is_known() -> None:
    found = rows(CORRIDOR, dark(0.0, 30))[-1]
    known = {name for k, name in enumerate(NAMES) if np.isfinite(found[:, k]).any()}
    beside = {name for name in names_of("neighbours") if "before" in name}  # 0, as without a station before
    assert known == {*names_of("hour", "day"), *beside}


def test_missing_frames_age_the_window_as_unknown_ones_do() -> None:
    frames = random_frames(ROAD, 30)
    lost = [*frames[:20], *frames[24:]]
    unknown = [
        LoopFrame(frame.time_s, *(np.full_like(frame.count, np.nan) for _ in range(3))) if 20 <= k < 24 else frame
        for k, frame in enumerate(frames)
    ]
    bounded = [NAMES.index(name) for name in BOUNDED]
    np.testing.assert_array_equal(rows(ROAD, lost)[-1][:, bounded], rows(ROAD, unknown)[-1][:, bounded])


def test_frames_with_gaps_give_rows_of_the_same_shape() -> None:
    assert rows(ODD, thinned(ODD)).shape == (len(thinned(ODD)), ODD.sections, len(NAMES))
