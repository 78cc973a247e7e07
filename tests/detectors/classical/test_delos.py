"""DELOS on occupancies made by hand: frames of 30 s, three of them before the change and two after it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from detectors.classical.delos import Delos, DelosParameters
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

PARAMETERS = DelosParameters(after_s=60.0, before_s=90.0, congestion=0.5, incident=0.5)
DEAD = np.nan
Occupancies = tuple[float, ...]


def scores(occupancies: Sequence[Occupancies], parameters: DelosParameters = PARAMETERS) -> Array:
    """(T, N) the scores of frames with these occupancies of the stations."""
    stations = len(occupancies[0])
    corridor = Corridor("by hand", 30.0, tuple(Station(f"S{s}", 500.0 * s, 1) for s in range(stations)))
    detector, unknown = Delos(corridor, parameters), np.full((stations, 1), np.nan)
    frames = [np.array(occupancy)[:, None] for occupancy in occupancies]
    return np.array([detector.score(LoopFrame(30.0 * (k + 1), unknown, unknown, o)) for k, o in enumerate(frames)])


def last(before: Occupancies, after: Occupancies, parameters: DelosParameters = PARAMETERS) -> float:
    """The score after three frames of the one and two of the other."""
    return float(scores([before] * 3 + [after] * 2, parameters)[-1, 0])


def test_the_incident_test_by_hand() -> None:
    # dOCC from 0.02 to 0.15, OCCmax = 0.10 upstream: congestion 1.5, 3 Tc; incident (0.15 - 0.02) / 0.10 = 1.3, 2.6 Ti
    assert last((0.10, 0.08), (0.20, 0.05)) == pytest.approx(2.6)


def test_the_congestion_test_by_hand() -> None:
    # dOCC from -0.02 to 0.15, OCCmax = 0.10 downstream: congestion 1.5, 3 Tc; incident 1.7, 3.4 Ti
    assert last((0.08, 0.10), (0.20, 0.05)) == pytest.approx(3.0)


def test_the_windows_are_means() -> None:
    # before: dOCC 0.00, 0.02, 0.04, mean 0.02; upstream 0.08, 0.10, 0.12, mean 0.10, the larger
    # after: dOCC 0.06, 0.16, mean 0.11; congestion 1.1, 2.2 Tc; incident 0.9, 1.8 Ti
    occupancies = [(0.08, 0.08), (0.10, 0.08), (0.12, 0.08), (0.14, 0.08), (0.24, 0.08)]
    assert scores(occupancies)[-1, 0] == pytest.approx(1.8)


def test_a_difference_that_was_there_before_is_no_incident() -> None:
    # a bottleneck: congestion 0.2 / 0.3 exceeds Tc, but nothing has changed
    assert last((0.30, 0.10), (0.30, 0.10)) == pytest.approx(0.0)


def test_nothing_is_known_until_both_windows_are_full() -> None:
    assert np.isnan(scores([(0.1, 0.1)] * 6)[:, 0]).tolist() == [True] * 4 + [False] * 2


def test_the_published_windows_take_eight_minutes_to_fill() -> None:
    # 300 s and 180 s: 16 frames of 30 s
    assert np.isnan(scores([(0.1, 0.1)] * 17, DelosParameters())[:, 0]).tolist() == [True] * 15 + [False] * 2


@pytest.mark.parametrize("gap", [(DEAD, 0.1), (0.1, DEAD)])
def test_a_dead_station_gives_nan_while_it_is_in_a_window(gap: Occupancies) -> None:
    known = np.isfinite(scores([(0.1, 0.1)] * 5 + [gap] + [(0.1, 0.1)] * 6)[5:, 0])
    assert known.tolist() == [False] * 5 + [True] * 2


def test_a_dead_station_leaves_the_sections_beyond_it_alone() -> None:
    found = scores([(DEAD, 0.10, 0.08)] * 3 + [(DEAD, 0.20, 0.05)] * 2)[-1]
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(2.6)


def test_at_night_the_changes_are_not_divided_by_next_to_nothing() -> None:
    # dOCC from 0.001 to 0.005 of an OCCmax of 0.001, taken for 0.02: congestion 0.25, 0.5 Tc; incident 0.2, 0.4 Ti
    assert last((0.001, 0.0), (0.005, 0.0)) == pytest.approx(0.4)


def test_an_empty_road_is_no_evidence() -> None:
    assert last((0.0, 0.0), (0.0, 0.0)) == 0.0


def test_twice_the_occupancies_give_the_same_score() -> None:
    assert last((0.20, 0.16), (0.40, 0.10)) == pytest.approx(last((0.10, 0.08), (0.20, 0.05)))


def test_doubling_both_thresholds_halves_the_score() -> None:
    doubled = replace(PARAMETERS, congestion=1.0, incident=1.0)
    assert last((0.10, 0.08), (0.20, 0.05), doubled) == pytest.approx(last((0.10, 0.08), (0.20, 0.05)) / 2)
