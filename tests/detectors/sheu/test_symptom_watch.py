"""The logical rules on frames made by hand: 3 stations, 4 lanes, every lane 10 vehicles per frame before."""

import numpy as np
import pytest

from detectors.sheu.sheu_parameters import SymptomParameters
from detectors.sheu.symptom_rules import RULE_INDEX, RULE_NAMES, RULES, exceeded
from detectors.sheu.symptom_watch import SymptomWatch
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

CORRIDOR = Corridor("two sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 4) for s in range(3)))
STEADY = 20


def parameters(memory_frames: int = 40, count_gate: float = 1.0, occupancy_gate: float = 1.5) -> SymptomParameters:
    return SymptomParameters(memory_frames, 6, count_gate, occupancy_gate, 0.7, dict.fromkeys(RULE_NAMES, 1.0))


def watched(
    change: dict[tuple[int, int], float], frames: int, occupancy: dict[tuple[int, int], float] | None = None
) -> Array:
    """The quantities after steady traffic and `frames` frames in which (station, lane) counts and occupancies change."""
    watch = SymptomWatch(CORRIDOR, parameters(40, 1.0, 1.5))
    quantities = np.zeros(0)
    for k in range(STEADY + frames):
        count, share = np.full((3, 4), 10.0), np.full((3, 4), 0.08)
        if k >= STEADY:
            for place, value in change.items():
                count[place] = value
            for place, value in (occupancy or {}).items():
                share[place] = value
        quantities = watch.step(LoopFrame(30.0 * (k + 1), count, np.full((3, 4), 27.0), share))
    return quantities


def value(quantities: Array, rule: str, section: int, lane: int) -> float:
    return float(quantities[RULE_INDEX[rule], section, lane])


def test_steady_traffic_misses_nothing() -> None:
    quantities = watched({}, 5)
    for name in RULE_NAMES:
        if name.startswith("share_differs"):
            assert quantities[RULE_INDEX[name]] == pytest.approx(0.0, abs=1e-12)
        else:
            assert np.isnan(quantities[RULE_INDEX[name]]).all()


def test_an_emptied_lane_downstream_by_hand() -> None:
    # lane 1 at station 1 counts 0: the other three give 30, of 40 before, so its share asks for 7.5 of them,
    # with variance 7.5 * (1 - 1/4) = 5.625; upstream all 10 pass: 7.5 more than upstream, variance + 10 * 3/4
    quantities = watched({(1, 1): 0.0}, 1)
    assert value(quantities, "share_fell_1", 0, 1) == pytest.approx(7.5 / np.sqrt(5.625 + 1))
    assert value(quantities, "share_differs_1", 0, 1) == pytest.approx(7.5 / np.sqrt(5.625 + 7.5 + 1))
    # given the 40 upstream, 10 are missing, with variance 10 * (1 + 10/40)
    assert value(quantities, "count_missing_1", 0, 1) == pytest.approx(10 / np.sqrt(12.5 + 1))


def test_evidence_grows_with_the_window() -> None:
    quantities = watched({(1, 1): 4.0}, 4)
    windows = [value(quantities, f"share_differs_{w}", 0, 1) for w in (1, 2, 4)]
    assert windows == sorted(windows)


def test_the_other_lanes_and_the_section_downstream_are_not_suspected() -> None:
    quantities = watched({(1, 1): 0.0, (2, 1): 2.0}, 4)
    flags = exceeded(quantities, np.full(len(RULES), 1.5), 1.0, np.zeros((2, 4), dtype=np.bool_))
    assert np.argwhere(flags).tolist() == [[0, 1]]


def test_a_lane_empty_upstream_already_is_no_symptom() -> None:
    quantities = watched({(0, 1): 0.0, (1, 1): 0.0}, 4)
    assert value(quantities, "share_differs_4", 0, 1) <= 0
    assert np.isnan(value(quantities, "share_fell_4", 0, 1))


def test_less_traffic_everywhere_is_no_symptom() -> None:
    everywhere = {(station, lane): 4.0 for station in range(3) for lane in range(4)}
    quantities = watched(everywhere, 6)
    assert not (quantities > 0.1).any()


def test_congestion_alone_is_no_symptom() -> None:
    quantities = watched({}, 4, {(0, lane): 0.4 for lane in range(4)})
    assert not (quantities > 0.1).any()


def test_occupancies_count_where_the_lane_falls_short_downstream() -> None:
    quantities = watched({(1, 1): 2.0}, 4, {(0, 1): 0.4})
    assert value(quantities, "occupancy_high", 0, 1) == pytest.approx(0.4)
    assert value(quantities, "occupancy_differs", 0, 1) == pytest.approx(0.32)
    assert value(quantities, "occupancy_rose", 0, 1) == pytest.approx(0.32)


@pytest.mark.parametrize("place", [(0, 1), (1, 1)])
def test_a_dead_loop_raises_no_symptom(place: tuple[int, int]) -> None:
    quantities = watched({place: np.nan}, 6, {place: np.nan})
    assert not (quantities > 1e-9).any()


def test_a_dead_station_raises_no_symptom() -> None:
    dead = {(1, lane): np.nan for lane in range(4)}
    assert not (watched(dead, 6, dead) > 1e-9).any()


def test_before_must_be_known_first() -> None:
    watch = SymptomWatch(CORRIDOR, parameters(40, 1.0, 1.5))
    for k in range(13):  # 7 frames of the longest window, then 6 to settle
        count = np.full((3, 4), 10.0)
        count[1, 1] = 0.0 if k == 12 else 10.0
        quantities = watch.step(LoopFrame(30.0 * (k + 1), count, np.full((3, 4), 27.0), np.full((3, 4), 0.08)))
        assert np.isnan(quantities).all()


def test_a_gap_in_time_empties_the_windows() -> None:
    watch = SymptomWatch(CORRIDOR, parameters(40, -9.0, 1.5))
    steady = np.full((3, 4), 10.0)
    for k in range(20):
        watch.step(LoopFrame(30.0 * (k + 1), steady, steady, steady / 100))
    after = watch.step(LoopFrame(30.0 * 22, steady, steady, steady / 100))
    assert np.isnan(after[RULE_INDEX["share_fell_2"]]).all()
    assert np.isfinite(after[RULE_INDEX["share_fell_1"]]).all()


def test_a_gap_longer_than_the_memory_begins_anew() -> None:
    watch = SymptomWatch(CORRIDOR, parameters(10, -9.0, 1.5))
    steady = np.full((3, 4), 10.0)
    for k in range(20):
        watch.step(LoopFrame(30.0 * (k + 1), steady, steady, steady / 100))
    assert np.isnan(watch.step(LoopFrame(30.0 * 32, steady, steady, steady / 100))).all()
    assert np.isnan(watch.flow_vphpl).all()


def test_flow_before_is_per_lane_and_hour() -> None:
    watch = SymptomWatch(CORRIDOR, parameters(40, 1.0, 1.5))
    for k in range(20):
        steady = np.full((3, 4), 10.0)
        watch.step(LoopFrame(30.0 * (k + 1), steady, steady, steady / 100))
    assert watch.flow_vphpl == pytest.approx([1200.0, 1200.0])


def test_lanes_that_only_one_station_has_raise_no_symptom() -> None:
    corridor = Corridor("odd", 30.0, (Station("a", 0.0, 4), Station("b", 800.0, 3)))
    watch = SymptomWatch(corridor, parameters(40, -9.0, -9.0))
    for k in range(20):
        count = np.full((2, 4), 10.0)
        quantities = watch.step(LoopFrame(30.0 * (k + 1), count, count, count / 100))
    assert np.isnan(quantities[:, 0, 3]).all()
    assert np.isfinite(quantities[RULE_INDEX["share_fell_1"], 0, :3]).all()
