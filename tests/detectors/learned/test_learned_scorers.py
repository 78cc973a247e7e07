"""Learned peers as scorers: the leading lane, what is judged, and predicting without what trained the models."""

import sys
from math import inf, nan

import numpy as np
import pytest

from detectors.calibration.aims import AIMS
from detectors.catalogue import build
from detectors.learned.learned_scorers import LearnedLanes, LearnedStations, lanes_judged, section_scores
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

ROAD = Corridor("road", 30.0, tuple(Station(f"S{s}", 800.0 * s, 2) for s in range(3)))


class FirstColumn:
    """The newest count (lanes) or flow (stations) upstream for log odds; remembers how many rows it was given."""

    def __init__(self) -> None:
        self.rows: list[int] = []

    def raw(self, rows: Array) -> Array:
        self.rows.append(len(rows))
        return np.asarray(rows[:, 0])


def frame(count: list[list[float]], k: int = 0) -> LoopFrame:
    counted = np.array(count)
    known = np.where(np.isnan(counted), nan, 1.0)
    return LoopFrame(30.0 * (k + 1), counted, 25.0 * known, 0.1 * known)


def test_the_leading_lane_speaks_for_its_section() -> None:
    odds, judged = np.array([[1.0, 3.0], [5.0, -2.0]]), np.array([[True, True], [False, True]])
    assert section_scores(odds, judged).tolist() == [3.0, -2.0]


def test_a_section_without_a_judged_lane_has_no_score() -> None:
    assert np.isnan(section_scores(np.array([[1.0, 3.0]]), np.zeros((1, 2), dtype=bool))).all()


def test_sections_of_many_frames_are_as_each_alone() -> None:
    rng = np.random.default_rng(0)
    odds, judged = rng.normal(size=(9, 4, 3)), rng.random((9, 4, 3)) < 0.4
    np.testing.assert_array_equal(
        section_scores(odds, judged), [section_scores(*each) for each in zip(odds, judged, strict=True)]
    )


def test_a_lane_is_judged_where_either_station_counts_it() -> None:
    judged = lanes_judged(frame([[1.0, nan], [nan, nan], [nan, 1.0]]))
    assert judged.tolist() == [[True, False], [False, True]]


def test_lanes_are_scored_by_the_model_and_the_leading_one_taken() -> None:
    scorer = LearnedLanes(ROAD, FirstColumn())
    assert scorer.score(frame([[3.0, 7.0], [5.0, 2.0], [9.0, 9.0]])).tolist() == [7.0, 5.0]


def test_only_judged_lanes_are_given_to_the_model() -> None:
    model = FirstColumn()
    LearnedLanes(ROAD, model).score(frame([[3.0, nan], [5.0, nan], [9.0, 9.0]]))
    assert model.rows == [3]


def test_stations_are_scored_by_the_model() -> None:
    scorer = LearnedStations(ROAD, FirstColumn())
    assert scorer.score(frame([[3.0, 7.0], [5.0, 3.0], [9.0, 9.0]])) == pytest.approx([0.6, 0.48])  # thousands per hour


def test_a_section_beside_a_dead_station_has_no_score() -> None:
    for dead, known in ((0, [False, True]), (1, [False, False]), (2, [True, False])):
        count = [[5.0, 5.0] for _ in range(3)]
        count[dead] = [nan, nan]
        score = LearnedStations(ROAD, FirstColumn()).score(frame(count))
        assert np.isfinite(score).tolist() == known


@pytest.mark.parametrize("scorer", [LearnedLanes, LearnedStations])
def test_a_dead_road_has_no_score(scorer: type[LearnedLanes] | type[LearnedStations]) -> None:
    assert np.isnan(scorer(ROAD, FirstColumn()).score(frame([[nan, nan]] * 3))).all()


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("name", ["trees", "mlp", "pnn", "sequential"])
def test_shipped_models_predict_without_scikit_learn(name: str, aim: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [*sys.modules, "sklearn"]:
        if module.partition(".")[0] == "sklearn":
            monkeypatch.setitem(sys.modules, module, None)
    detector, rng = build(name, ROAD, aim=aim), np.random.default_rng(0)
    decisions = [detector.step(frame(rng.poisson(10.0, (3, 2)).tolist(), k)) for k in range(20)]
    assert all(decision.score.shape == (2,) and (decision.score < inf).all() for decision in decisions[10:])
