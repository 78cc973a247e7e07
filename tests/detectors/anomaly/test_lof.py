"""Local outlier factors: by hand, beside scikit-learn's, and what must hold for any."""

import numpy as np
import pytest
from sklearn.neighbors import LocalOutlierFactor

from detectors.anomaly.exemplars import exemplars_of
from detectors.anomaly.lof import NEIGHBOURS, Lof, train_lof
from simulator.frame import Array
from tests.detectors.anomaly.normal_rows import normal_rows, novel_rows


def test_a_factor_is_that_worked_out_by_hand() -> None:
    # Exemplars 0, 1, 3 and k = 1: distances to the nearest other 1, 1, 2; densities 1, 1, 1/2. The row 5 is 2 from 3:
    # reach max(2, 2), density 1/2, the neighbour's 1/2: factor 1. The row -3 is 3 from 0: density 1/3, factor 3.
    model = Lof(np.array([[0.0], [1.0], [3.0]]), np.array([1.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.5]), 1)
    assert model.novelty(np.array([[5.0], [-3.0]])) == pytest.approx([1.0, 3.0])


def test_a_row_nearer_than_its_neighbours_own_neighbours_is_as_far_as_these() -> None:
    # 0.1 from 0, whose nearest other is 1 away: reach 1, not 0.1
    model = Lof(np.array([[0.0], [1.0], [3.0]]), np.array([1.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.5]), 1)
    assert model.novelty(np.array([[0.1]])) == pytest.approx([1.0])


@pytest.mark.parametrize("rows", [normal_rows(500, seed=5), novel_rows()], ids=["normal", "novel"])
def test_scores_are_those_of_scikit_learn(rows: Array) -> None:
    history = normal_rows()
    theirs = LocalOutlierFactor(n_neighbors=NEIGHBOURS, novelty=True).fit(exemplars_of(history, 3, "lof"))
    np.testing.assert_allclose(train_lof(history, 3).novelty(rows), -theirs.score_samples(rows), rtol=1e-9)


def test_the_same_distance_is_more_novel_beside_dense_traffic_than_beside_sparse() -> None:
    model = train_lof(normal_rows(), 3, neighbours=20)
    away = np.zeros((1, 8))
    away[0, 0] = 1.5
    beside_dense, beside_sparse = model.novelty(np.concatenate([away, away + 4.0]))
    assert beside_dense > 1.5 * beside_sparse


def test_parts_lead_from_the_nearest_exemplar_to_the_row() -> None:
    model = Lof(np.array([[0.0, 0.0], [4.0, 4.0]]), np.ones(2), np.ones(2), 1)
    assert model.parts(np.array([[5.0, 3.0], [-1.0, 0.5]])).tolist() == [[1.0, -1.0], [-1.0, 0.5]]
