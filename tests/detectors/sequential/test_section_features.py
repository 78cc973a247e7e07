"""From lanes to sections: the leading lanes, the last frames, the neighbours, and the leading lane's evidence."""

import numpy as np
import pytest

from detectors.sequential.section_features import LANE_COLUMNS, LEAST, NAMES, SectionEvidence, shifted
from simulator.frame import Array

EVIDENCE_NAMES = ("other", *LANE_COLUMNS)


def gathered(*odds: list[list[float]], period_s: float = 30.0, judged: bool = True) -> Array:
    """The sections' evidence after frames with these log odds (N, L); each lane's evidence is its number."""
    source = SectionEvidence(period_s, EVIDENCE_NAMES)
    for each in odds:
        lanes = np.array(each)
        numbers = np.arange(lanes.shape[1], dtype=float)[None, :, None]
        evidence = np.broadcast_to(numbers, (*lanes.shape, len(EVIDENCE_NAMES)))
        seen = source.step(lanes, evidence, np.full(lanes.shape, judged))
    return seen


def column(seen: Array, name: str) -> list[float]:
    return [float(value) for value in seen[:, NAMES.index(name)]]


def test_the_lanes_come_in_order_of_their_odds() -> None:
    seen = gathered([[1.0, 3.0, -2.0, 2.0]])
    assert seen[0, :3].tolist() == [3.0, 2.0, 1.0]


def test_lanes_that_a_road_has_not_are_of_the_least_odds() -> None:
    assert gathered([[1.0, 3.0]])[0, :3].tolist() == [3.0, 1.0, LEAST]


def test_a_lane_that_is_not_judged_has_the_least_odds() -> None:
    assert gathered([[5.0, 3.0, 1.0]], judged=False)[0, :3].tolist() == [LEAST] * 3


def test_no_odds_are_below_the_least() -> None:
    assert gathered([[-50.0, -7.0, 0.0]])[0, :3].tolist() == [0.0, LEAST, LEAST]


def test_the_evidence_is_that_of_the_leading_lane() -> None:
    seen = gathered([[1.0, 0.0, 4.0]])
    assert seen[0, -len(LANE_COLUMNS) :].tolist() == [2.0] * len(LANE_COLUMNS)


def test_there_is_a_value_for_every_name() -> None:
    assert gathered([[0.0, 0.0, 0.0]] * 4).shape == (4, len(NAMES))


@pytest.mark.parametrize(
    ("by", "moved"), [(1, [LEAST, 1.0, 2.0]), (2, [LEAST, LEAST, 1.0]), (-1, [2.0, 3.0, LEAST]), (0, [LEAST] * 3)]
)
def test_values_are_shifted_by_sections_and_least_off_the_corridor(by: int, moved: list[float]) -> None:
    assert shifted(np.array([1.0, 2.0, 3.0]), by).tolist() == moved


def test_the_neighbours_are_those_up_and_downstream() -> None:
    seen = gathered([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    assert column(seen, "up") == [LEAST, 1.0, 2.0]
    assert column(seen, "down") == [2.0, 3.0, LEAST]
    assert column(seen, "up_2_most_240") == [LEAST, LEAST, 1.0]


@pytest.mark.parametrize("period_s", [15.0, 30.0])
def test_what_was_30_s_ago_is_found_at_any_period(period_s: float) -> None:
    frames = [[[float(k), LEAST]] for k in range(6)]
    assert column(gathered(*frames, period_s=period_s), "lane_1_30_ago") == [5.0 - 30 / period_s]


def test_before_the_first_frame_the_odds_are_least() -> None:
    assert column(gathered([[4.0, 0.0]]), "lane_1_30_ago") == [LEAST]


def test_the_most_of_a_window_outlasts_its_frame_and_ends_with_the_window() -> None:
    calm = [[[-1.0, LEAST]]]
    assert column(gathered([[4.0, LEAST]], *calm * 7), "lane_1_most_240") == [4.0]
    assert column(gathered([[4.0, LEAST]], *calm * 8), "lane_1_most_240") == [-1.0]


def test_a_lane_next_door_leaves_a_sections_own_columns_alone() -> None:
    one, other = gathered([[1.0, 0.0], [2.0, 0.0]]), gathered([[9.0, 0.0], [2.0, 0.0]])
    own = [k for k, name in enumerate(NAMES) if not name.startswith(("up", "down"))]
    assert one[1, own].tolist() == other[1, own].tolist()
