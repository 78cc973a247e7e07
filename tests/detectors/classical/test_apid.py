"""APID on station means made by hand: frames of 30 s, one lane, so that 60 s persist over two frames."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from detectors.classical.apid import Apid, ApidParameters
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

CORRIDOR = Corridor("one section", 30.0, (Station("up", 0.0, 1), Station("down", 500.0, 1)))
PARAMETERS = ApidParameters(
    light=0.05,
    heavy=0.15,
    difference=0.08,
    relative_heavy=0.4,
    relative_medium=0.5,
    speed_fall=0.2,
    persistence_s=60.0,
    wave=0.3,
    wave_change=-0.3,
)
DEAD = np.nan
HEAVY = (0.30, 0.12, 25.0)
Row = tuple[float, float, float]  # occupancy upstream, downstream [share], speed upstream [m/s]


def scores(rows: Sequence[Row], parameters: ApidParameters = PARAMETERS) -> Array:
    """(T,) the section's scores; a station without an occupancy counts nothing either."""
    detector, found = Apid(CORRIDOR, parameters), []
    for k, (up, down, speed) in enumerate(rows):
        occupancy = np.array([[up], [down]])
        count = np.where(np.isnan(occupancy), np.nan, 8.0)
        frame = LoopFrame(30.0 * (k + 1), count, np.array([[speed], [25.0]]), occupancy)
        found.append(detector.score(frame)[0])
    return np.array(found)


def slowing(up: float, down: float, speed: float, frames: int = 2) -> list[Row]:
    """Two minutes at 25 m/s and then some at `speed`, the occupancies the same all the time."""
    return [*[(up, down, 25.0)] * 5, *[(up, down, speed)] * frames]


def test_heavy_flow_by_hand() -> None:
    # OCCDF = 0.18 is 2.25 T1; OCCRDF = 0.18 / 0.30 = 0.6 is 1.5 T2
    assert scores([HEAVY] * 2)[1] == pytest.approx(1.5)


def test_heavy_flow_by_hand_where_the_difference_is_less_exceeded() -> None:
    # OCCDF = 0.10 is 1.25 T1; OCCRDF = 0.10 / 0.16 = 0.625 is 1.5625 T2
    assert scores([(0.16, 0.06, 25.0)] * 2)[1] == pytest.approx(1.25)


@pytest.mark.parametrize(
    ("speed", "wanted"),
    [
        # OCCRDF = 0.06 / 0.10 = 0.6 is 1.2 T3; SPDTDF = 10 / 25 = 0.4 is 2 T4
        (15.0, 1.2),
        # SPDTDF = 3 / 25 = 0.12 is 0.6 T4
        (22.0, 0.6),
        (25.0, 0.0),
        (30.0, 0.0),
    ],
)
def test_medium_flow_by_hand(speed: float, wanted: float) -> None:
    assert scores(slowing(0.10, 0.04, speed))[-1] == pytest.approx(wanted)


def test_the_fall_of_the_speed_is_over_two_minutes() -> None:
    # frames 5 to 8 have a frame at 25 m/s two minutes before them, frame 9 one at 15 m/s; both of two must hold
    assert scores(slowing(0.10, 0.04, 15.0, frames=5))[5:] == pytest.approx([0.0, 1.2, 1.2, 1.2, 0.0])


def test_medium_flow_without_a_speed_is_no_evidence() -> None:
    assert scores(slowing(0.10, 0.04, DEAD))[-1] == 0.0


@pytest.mark.parametrize(("up", "wanted"), [(0.05, 0.0), (0.06, 2.0)])
def test_light_flow_is_not_judged(up: float, wanted: float) -> None:
    # an empty road downstream: OCCRDF = 1 is 2 T3; SPDTDF = 20 / 25 = 0.8 is 4 T4
    assert scores(slowing(up, 0.0, 5.0))[-1] == pytest.approx(wanted)


@pytest.mark.parametrize(("up", "wanted"), [(0.15, 0.0), (0.16, 1.25)])
def test_only_heavy_flow_is_judged_without_a_fall_of_the_speed(up: float, wanted: float) -> None:
    # 0.10 less downstream is 1.25 T1, and more than T2 and T3
    assert scores([(up, up - 0.10, 25.0)] * 8)[-1] == pytest.approx(wanted)


def test_the_score_is_the_least_of_the_frames_it_must_persist() -> None:
    # up 0.40: OCCDF = 0.28 is 3.5 T1; OCCRDF = 0.28 / 0.40 = 0.7 is 1.75 T2
    rows = [HEAVY, (0.40, 0.12, 25.0), (0.40, 0.12, 25.0), (0.12, 0.12, 25.0), HEAVY]
    assert scores(rows) == pytest.approx([0.0, 1.5, 1.75, 0.0, 0.0])


def test_more_occupancy_downstream_is_no_evidence() -> None:
    assert scores([(0.20, 0.40, 25.0)] * 3).tolist() == [0.0, 0.0, 0.0]


def test_doubling_the_thresholds_halves_the_score() -> None:
    rows = [*slowing(0.10, 0.04, 15.0), *[HEAVY] * 3]
    doubled = replace(PARAMETERS, difference=0.16, relative_heavy=0.8, relative_medium=1.0, speed_fall=0.4)
    assert scores(rows, doubled) == pytest.approx(scores(rows) / 2)


def test_heavy_flow_is_silent_for_five_minutes_from_a_compression_wave() -> None:
    # downstream from 0.2 to 0.4, a relative change of -1: with the wave's own frame ten of 30 s are silent
    wave = [*[(0.2, 0.2, 25.0)] * 5, (0.2, 0.4, 25.0)]
    found = scores([*wave, *[HEAVY] * 11])[5:]
    assert found[:10].tolist() == [0.0] * 10
    assert found[10:] == pytest.approx([1.5, 1.5])


@pytest.mark.parametrize(("before", "after"), [(0.28, 0.34), (0.10, 0.29), (0.50, 0.35)])
def test_dense_traffic_or_a_rise_alone_is_no_wave(before: float, after: float) -> None:
    # relative changes -0.21, -1.9 and 0.3; the second is not dense
    rows = [*[(0.2, before, 25.0)] * 5, (0.2, after, 25.0), HEAVY, HEAVY]
    assert scores(rows)[-1] == pytest.approx(1.5)


@pytest.mark.parametrize("gap", [(DEAD, 0.12, DEAD), (0.30, DEAD, DEAD)])
def test_a_dead_station_gives_nan_while_it_persists(gap: Row) -> None:
    known = np.isfinite(scores([gap, HEAVY, HEAVY, gap, HEAVY, HEAVY]))
    assert known.tolist() == [False, False, True, False, False, True]


def test_a_dead_station_stays_nan_while_a_wave_silences() -> None:
    assert np.isnan(scores([*[(0.2, 0.2, 25.0)] * 5, (0.2, 0.4, 25.0), (DEAD, 0.12, DEAD)])[-1])
