"""The isolation forest: path lengths by hand, scikit-learn's own score, attribution, speed."""

import sys
import time

import numpy as np
import pytest

from detectors.anomaly.isolation_forest import (
    SUBSAMPLE,
    TREES,
    IsolationForest,
    average_path,
    forest_of,
    train_isolation_forest,
)
from detectors.anomaly.isolation_forest_file import IsolationForestFile
from detectors.calibration.scikit_learn import scikit_learn
from detectors.file_schema import checked
from simulator.frame import Array

RNG = np.random.default_rng(0)
NORMAL = RNG.normal(size=(3000, 6))
FAR = np.array([[6.0, 0.0, 0.0, 0.0, 0.0, -5.0]])


def one_split() -> IsolationForest:
    """Four rows: one is at 2 or below in the first of two features, three are above."""
    return forest_of(2, [0, 2, 2], [2.0], [1, 3], np.array([3.0, 0.0]))


def sklearn_novelty(rows: Array, seed: int) -> Array:
    forest = scikit_learn("ensemble", "IsolationForest")(n_estimators=TREES, max_samples=SUBSAMPLE, random_state=seed)
    return np.asarray(-forest.fit(NORMAL).score_samples(rows))


def test_by_hand() -> None:
    # the row alone in its leaf: a path of 1; the other: 1 + c(3); both by c(4)
    shortest, longer = one_split().novelty(np.array([[1.0, 0.0], [3.0, 0.0]]))
    c3, c4 = (float(average_path(np.array([m]))[0]) for m in (3.0, 4.0))
    assert c3 == pytest.approx(2 * (np.log(2) + np.euler_gamma) - 4 / 3)
    assert (shortest, longer) == pytest.approx((2 ** (-1 / c4), 2 ** (-(1 + c3) / c4)))


@pytest.mark.parametrize("rows", [NORMAL[:20], np.concatenate([NORMAL[:500], 4 * RNG.normal(size=(500, 6)), FAR])])
def test_the_novelty_is_scikit_learn_s_own_score(rows: Array) -> None:
    assert np.abs(train_isolation_forest(NORMAL, 7).novelty(rows) - sklearn_novelty(rows, 7)).max() < 1e-9


def test_rows_at_a_threshold_go_where_scikit_learn_sends_them() -> None:
    forest = train_isolation_forest(NORMAL, 7)
    rows = np.repeat(NORMAL[:1], 200, axis=0)
    inner = np.flatnonzero(forest.trees.left != np.arange(len(forest.trees.left)))[:200]
    rows[np.arange(200), forest.trees.feature[inner]] = forest.trees.threshold[inner]
    assert np.abs(forest.novelty(rows) - sklearn_novelty(rows, 7)).max() < 1e-9


def test_a_file_holds_the_forest_to_the_last_bit() -> None:
    forest = train_isolation_forest(NORMAL, 7)
    read = checked(IsolationForestFile, forest.to_json(), "own.json").trained()
    np.testing.assert_array_equal(read.novelty(NORMAL), forest.novelty(NORMAL))
    np.testing.assert_array_equal(read.parts(FAR), forest.parts(FAR))


def test_the_same_seed_gives_the_same_forest_and_another_one_another() -> None:
    one, again, other = (train_isolation_forest(NORMAL, seed).to_json() for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_what_is_far_is_more_novel_than_what_is_near() -> None:
    forest = train_isolation_forest(NORMAL, 7)
    novelty = forest.novelty(np.array([[0.0] * 6, [2.0] * 6, [5.0] * 6]))
    assert (np.diff(novelty) > 0.1).all()
    assert novelty[2] > forest.novelty(NORMAL).max()


def test_parts_by_hand() -> None:
    # only the first feature is ever split; at the median the row would be among three
    np.testing.assert_array_equal(one_split().parts(np.array([[1.0, 9.0], [4.0, 9.0]])), [[-2.0, 0.0], [0.0, 0.0]])


def test_parts_name_the_features_that_are_far_and_which_way() -> None:
    parts = train_isolation_forest(NORMAL, 7).parts(FAR)[0]
    assert sorted(np.argsort(-np.abs(parts))[:2]) == [0, 5]
    assert (parts[[0, 5]] * [1, -1] > 4.5).all()


def test_no_rows_give_no_novelty_and_no_parts() -> None:
    forest, none = one_split(), np.zeros((0, 2))
    assert (forest.novelty(none).shape, forest.parts(none).shape) == ((0,), (0, 2))


def test_four_thousand_sections_take_less_than_a_second_of_a_core() -> None:
    rows = np.random.default_rng(1).normal(size=(4000, 50))
    forest = train_isolation_forest(rows, 0)
    forest.novelty(rows)  # prepares the trees
    started = time.process_time()  # not the clock: tests run side by side
    forest.novelty(rows)
    assert time.process_time() - started < 1.0


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"pip install 'laneblock\[learned\]'"):
        train_isolation_forest(NORMAL, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"feature": [0, 2]}, "feature: wanted whole trees in preorder: the last tree is cut short"),
        ({"feature": [0, 3, 2]}, r"feature\[1\]: wanted a feature, 0 to 1, or 2 for a leaf, got 3"),
        ({"threshold": [2.0, 1.0]}, "1 inner nodes and 2 leaves, but 2 thresholds and 2 numbers of rows"),
        ({"leaf_rows": [1, 0]}, r"leaf_rows\[1\]: wanted rows, 1 to 4, got 0"),
        ({"leaf_rows": [1, 2]}, "subsample: wanted the rows in the leaves of a tree, 3, got 4"),
        ({"median": [0.0]}, "median: wanted 2 numbers, one for each feature, got 1"),
        ({"feature": []}, "feature: wanted 1 to 1000000 nodes, got 0"),
        ({"threshold": ["a"]}, "wanted a number, got 'a'"),
        ({"feature": [0, 2, 2, 2], "leaf_rows": [1, 3, 3]}, "trees of one number of rows, got 3 and 4"),
        (
            {"feature": [0] * 70 + [2] * 71, "threshold": [0.0] * 70, "leaf_rows": [1] * 71, "subsample": 71},
            "64 levels",
        ),
    ],
)
def test_a_file_that_holds_no_forest_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked(IsolationForestFile, one_split().to_json() | changes, "own.json")
