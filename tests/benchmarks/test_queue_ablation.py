"""The ablation of the queue estimate: what is taken away with the filter, and how errors are stated."""

import numpy as np
import pytest

from benchmarks.queue_ablation import FROM_FILTER, column, share_text, without_filter
from detectors.sequential.estimates.queue_features import QUEUE_NAMES
from detectors.sequential.training.queue_training import QueueExamples


def examples(base: float, **features: float) -> QueueExamples:
    rows = np.array([[features.get(name, 0.0) for name in QUEUE_NAMES]])
    return QueueExamples(rows, np.array([base]), np.array([20.0]), np.array([0.1]))


def test_without_the_filter_base_is_the_greater_of_density_and_count() -> None:
    # 30 veh by the filter, 12 by density, 25 stored of which 0.4 are a floor: 12
    bare = without_filter(examples(30.0, filtered=1.0, by_density=0.4, stored=25 / 30, left=2.0))
    assert bare.base == pytest.approx([12.0])
    assert column(bare, "by_density") == pytest.approx([1.0])
    assert column(bare, "stored") * bare.base == pytest.approx([25.0])
    assert all((column(bare, name) == 0).all() for name in FROM_FILTER)


def test_the_error_is_a_share_of_the_true_mean() -> None:
    assert share_text(np.array([8.0, 12.0]), np.array([10.0, 10.0])) == "20.0 %"
