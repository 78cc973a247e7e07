"""From lanes to sections: the leading lanes, the last frames, the neighbours, and the leading lane's features."""

import numpy as np
import pytest

from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.lane_log_odds import LEAST_LOG_ODDS
from detectors.sequential.section_features import (
    LEADING_LANE_NAMES,
    SECTION_NAMES,
    SectionFeatures,
    shifted,
)
from simulator.frame import Array


def computed(*odds: list[list[float]], period_s: float = 30.0, judged: bool = True) -> Array:
    """Return the sections' features after frames with these log odds (N, L); all features of a lane are its number."""
    source = SectionFeatures(period_s)
    for each in odds:
        lanes = np.array(each)
        numbers = np.arange(lanes.shape[1], dtype=float)[None, :, None]
        features = np.broadcast_to(numbers, (*lanes.shape, len(LANE_NAMES)))
        seen = source.step(lanes, features, np.full(lanes.shape, judged))
    return seen


def column(seen: Array, name: str) -> list[float]:
    return [float(value) for value in seen[:, SECTION_NAMES.index(name)]]


def test_the_lanes_come_in_order_of_their_odds() -> None:
    seen = computed([[1.0, 3.0, -2.0, 2.0]])
    assert seen[0, :3].tolist() == [3.0, 2.0, 1.0]


def test_lanes_that_do_not_exist_have_the_least_odds() -> None:
    assert computed([[1.0, 3.0]])[0, :3].tolist() == [3.0, 1.0, LEAST_LOG_ODDS]


def test_a_lane_that_is_not_judged_has_the_least_odds() -> None:
    assert computed([[5.0, 3.0, 1.0]], judged=False)[0, :3].tolist() == [LEAST_LOG_ODDS] * 3


def test_no_odds_are_below_the_least() -> None:
    assert computed([[-50.0, -7.0, 0.0]])[0, :3].tolist() == [0.0, LEAST_LOG_ODDS, LEAST_LOG_ODDS]


def test_lane_features_are_those_of_the_leading_lane() -> None:
    seen = computed([[1.0, 0.0, 4.0]])
    assert seen[0, -len(LEADING_LANE_NAMES) :].tolist() == [2.0] * len(LEADING_LANE_NAMES)


def test_there_is_a_value_for_every_name() -> None:
    assert computed([[0.0, 0.0, 0.0]] * 4).shape == (4, len(SECTION_NAMES))


@pytest.mark.parametrize(
    ("by", "moved"),
    [
        (1, [LEAST_LOG_ODDS, 1.0, 2.0]),
        (2, [LEAST_LOG_ODDS, LEAST_LOG_ODDS, 1.0]),
        (-1, [2.0, 3.0, LEAST_LOG_ODDS]),
        (0, [LEAST_LOG_ODDS] * 3),
    ],
)
def test_values_are_shifted_by_sections_and_least_off_the_corridor(by: int, moved: list[float]) -> None:
    assert shifted(np.array([1.0, 2.0, 3.0]), by).tolist() == moved


def test_the_neighbours_are_those_up_and_downstream() -> None:
    seen = computed([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    assert column(seen, "up") == [LEAST_LOG_ODDS, 1.0, 2.0]
    assert column(seen, "down") == [2.0, 3.0, LEAST_LOG_ODDS]
    assert column(seen, "up_2_most_240") == [LEAST_LOG_ODDS, LEAST_LOG_ODDS, 1.0]


@pytest.mark.parametrize("period_s", [15.0, 30.0])
def test_what_was_30_s_ago_is_found_at_any_period(period_s: float) -> None:
    frames = [[[float(k), LEAST_LOG_ODDS]] for k in range(6)]
    assert column(computed(*frames, period_s=period_s), "lane_1_30_ago") == [5.0 - 30 / period_s]


def test_before_the_first_frame_the_odds_are_least() -> None:
    assert column(computed([[4.0, 0.0]]), "lane_1_30_ago") == [LEAST_LOG_ODDS]


def test_the_greatest_log_odds_of_a_window_stay_until_the_window_has_passed() -> None:
    calm = [[[-1.0, LEAST_LOG_ODDS]]]
    assert column(computed([[4.0, LEAST_LOG_ODDS]], *calm * 7), "lane_1_most_240") == [4.0]
    assert column(computed([[4.0, LEAST_LOG_ODDS]], *calm * 8), "lane_1_most_240") == [-1.0]


def test_a_lane_next_door_leaves_a_sections_own_columns_alone() -> None:
    one, other = computed([[1.0, 0.0], [2.0, 0.0]]), computed([[9.0, 0.0], [2.0, 0.0]])
    own = [k for k, name in enumerate(SECTION_NAMES) if not name.startswith(("up", "down"))]
    assert one[1, own].tolist() == other[1, own].tolist()
