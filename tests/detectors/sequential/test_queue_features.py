"""The features of a queue, by hand."""

from dataclasses import replace

import numpy as np

from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.queue_features import QUEUE_NAMES, REACH, queue_features
from simulator.frame import Array

SECTIONS, LANES = 3, 3


def step() -> CorridorStep:
    """Sections of 500, 800 and 900 m with 10, 20 and 40 vehicles stored; a lane's features are 10 x section + lane."""
    number = 10.0 * np.arange(SECTIONS)[:, None] + np.arange(LANES)
    return CorridorStep(
        1000.0,
        np.repeat(number[:, :, None], len(LANE_NAMES), axis=2),
        np.array([[True, True, False], [True, True, True], [True, True, True]]),
        np.array([10.0, 20.0, 40.0]),
        np.array([1.0, 2.0, 3.0]),
        np.zeros((SECTIONS, LANES)),
        np.array([500.0, 800.0, 900.0]),
    )


def rows_of(section: int, lanes: tuple[int, ...], place: float = 0.5, blocked: int = 1) -> Array:
    """The rows of one section's lanes; the incident's onset is 100 s ago."""
    own = np.full(len(lanes), 1)
    return queue_features(step(), section * own, np.array(lanes), 900.0 * own, place * own, blocked * own)


def of_queue(section: int, lane: int, place: float = 0.5, blocked: int = 1) -> dict[str, float]:
    (row,) = rows_of(section, (lane,), place, blocked)
    return dict(zip(QUEUE_NAMES, row[len(LANE_NAMES) :].tolist(), strict=True))


def test_there_is_a_row_for_every_lane_and_a_value_for_every_name() -> None:
    rows = rows_of(1, (0, 1), blocked=2)
    assert rows.shape == (2, len(LANE_NAMES) + len(QUEUE_NAMES))
    assert np.isfinite(rows).all()


def test_a_row_begins_with_the_lanes_own_features() -> None:
    rows = rows_of(1, (0, 2), blocked=2)
    assert rows[:, : len(LANE_NAMES)].tolist() == [[10.0] * len(LANE_NAMES), [12.0] * len(LANE_NAMES)]


def test_features_of_a_queue_by_hand() -> None:
    wanted = {
        "since_onset": 100.0,
        "from_upstream": 400.0,
        "blocked_lanes": 2.0,
        "stored_all": 30.0,
        "stored_per_blocked": 15.0,
        "stored_per_lane": 10.0,
        "stored_downstream": 40.0,
        "storing": 2.0,
        "stored_0": 20.0,
        "away_0": 400.0,
        "occupied_at_0": 12.0,
        "stored_1": 10.0,
        "away_1": 900.0,
        "speed_at_1": 1.0,  # lane 2 is not judged there: the leftmost judged lane stands for it
    }
    features = of_queue(1, 2, blocked=2)
    assert {name: features[name] for name in wanted} == wanted


def test_upstream_of_the_corridor_nothing_is_stored_and_traffic_is_free() -> None:
    features = of_queue(0, 1)
    for back in range(1, REACH):
        assert (features[f"stored_{back}"], features[f"relative_at_{back}"]) == (0.0, 1.0)


def test_downstream_of_the_corridor_nothing_is_stored() -> None:
    assert of_queue(SECTIONS - 1, 1)["stored_downstream"] == 0.0


def test_lanes_of_several_sections_together_have_the_rows_of_each_alone() -> None:
    places = [(0, 1, 0.3, 1), (2, 2, 0.9, 2), (1, 0, 0.5, 3), (2, 0, 0.9, 2)]  # section, lane, place, blocked lanes
    section, lane, place, blocked = (np.array(each) for each in zip(*places, strict=True))
    together = queue_features(step(), section, lane, np.full(4, 900.0), place, blocked)
    alone = [rows_of(each, (of_lane,), at, lanes)[0] for each, of_lane, at, lanes in places]
    assert together.tolist() == [row.tolist() for row in alone]


def test_a_section_without_a_judged_lane_is_seen_at_its_rightmost() -> None:
    none = replace(step(), judged=np.array([[False] * LANES, [True] * LANES, [True] * LANES]))
    row = queue_features(none, np.array([1]), np.array([2]), np.array([900.0]), np.array([0.5]), np.array([1]))[0]
    assert row[len(LANE_NAMES) + QUEUE_NAMES.index("speed_at_1")] == 0.0


def test_without_a_blocked_lane_there_are_no_rows() -> None:
    nobody = np.zeros(0, dtype=int)
    rows = queue_features(step(), nobody, nobody, np.zeros(0), np.zeros(0), nobody)
    assert rows.shape == (0, len(LANE_NAMES) + len(QUEUE_NAMES))
