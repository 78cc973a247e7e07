"""DBSCAN as a rule for new rows: by hand, beside scikit-learn's labels, and the share of the history that is core."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from detectors.anomaly.dbscan import CORE_SHARE, MIN_SAMPLES, Dbscan, train_dbscan
from detectors.anomaly.exemplars import exemplars_of
from simulator.frame import Array
from tests.detectors.anomaly.normal_rows import normal_rows, novel_rows

TWO = Dbscan(np.array([[0.0, 0.0], [4.0, 4.0]]), 2.0)


def labelled(history: Array, row: Array, eps: float) -> tuple[int, bool]:
    """The label that DBSCAN gives a row beside the history, and whether it is core; it counts in nobody's neighbourhood."""
    weights = np.append(np.ones(len(history)), 0.0)
    fitted = DBSCAN(eps=eps, min_samples=MIN_SAMPLES).fit(np.concatenate([history, row[None]]), sample_weight=weights)
    return int(fitted.labels_[-1]), len(history) in fitted.core_sample_indices_


def test_a_score_is_the_distance_to_the_nearest_core_point_in_eps() -> None:
    assert TWO.novelty(np.array([[3.0, 4.0], [0.0, -6.0], [0.0, 0.0]])) == pytest.approx([0.5, 3.0, 0.0])


def test_parts_lead_from_the_nearest_core_point_to_the_row() -> None:
    assert TWO.parts(np.array([[5.0, 3.0], [-1.0, 0.5]])).tolist() == [[1.0, -1.0], [-1.0, 0.5]]


def test_a_row_of_the_history_is_noise_where_its_score_is_above_1() -> None:
    rows, model = normal_rows(), train_dbscan(normal_rows(), 3)
    history = exemplars_of(rows, 3, "dbscan")
    labels = DBSCAN(eps=model.eps, min_samples=MIN_SAMPLES).fit(history).labels_
    assert 0 < (labels == -1).sum() < 0.1 * len(labels)
    assert (model.novelty(history) > 1).tolist() == (labels == -1).tolist()


def test_a_row_left_out_is_noise_where_its_score_is_above_1() -> None:
    rows, model = normal_rows(1000), train_dbscan(normal_rows(1000), 3)
    history = exemplars_of(rows, 3, "dbscan")
    left_out = np.concatenate([normal_rows(25, seed=5), novel_rows(25)])
    labels, core = zip(*(labelled(history, row, model.eps) for row in left_out), strict=True)
    noise, score = np.array(labels) == -1, model.novelty(left_out)
    # A row that is itself core, with min_samples rows about it of which none is, would begin a cluster of its own: none here.
    assert not (np.array(core) & (score > 1)).any()
    assert 10 < noise.sum() < 40
    assert (score > 1).tolist() == noise.tolist()


def test_the_stated_share_of_the_history_is_core() -> None:
    model = train_dbscan(normal_rows(), 3)
    assert len(model.core) / 1200 == pytest.approx(CORE_SHARE, abs=1 / 1200)


def test_a_long_anomaly_stays_novel() -> None:
    model, row = train_dbscan(normal_rows(), 3), np.full((1, 8), 9.0)
    scores = [float(model.novelty(row)[0]) for _ in range(100)]
    assert min(scores) == max(scores) > 1
