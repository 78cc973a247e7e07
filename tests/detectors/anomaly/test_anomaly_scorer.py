"""The scorer of a model of sequences: the last frames of a section in order, and no score before all of them are known."""

from collections.abc import Sequence

import numpy as np
import pytest

from detectors.anomaly.anomaly_features import NAMES
from detectors.anomaly.anomaly_model_file import TrainedAnomalyDetector
from detectors.anomaly.anomaly_scorer import AnomalyScorer
from detectors.anomaly.feature_window import FeatureWindow
from detectors.anomaly.lstm_autoencoder import SEQUENCE_FEATURES, SEQUENCE_FRAMES, LstmAutoencoder
from detectors.anomaly.lstm_layer import LstmLayer
from detectors.anomaly.standard_rows import StandardRows
from detectors.contract_traffic import CORRIDOR, traffic
from simulator.frame import Array, Flags, LoopFrame

UNITS, F = 4, len(SEQUENCE_FEATURES)


def whole(frames: int) -> list[LoopFrame]:
    """Frames in which every loop reports."""
    return [
        LoopFrame(frame.time_s, np.nan_to_num(frame.count, nan=9.0), np.full((4, 4), 27.0), np.full((4, 4), 0.1))
        for frame in traffic(frames=frames)
    ]


def silent(frame: LoopFrame, station: int) -> LoopFrame:
    """The frame without one station's readings."""
    count = frame.count.copy()
    count[station] = np.nan
    gone = np.isnan(count)
    return LoopFrame(frame.time_s, count, np.where(gone, np.nan, frame.speed), np.where(gone, np.nan, frame.occupancy))


@pytest.fixture
def trained() -> TrainedAnomalyDetector:
    rng = np.random.default_rng(0)

    def layer(inputs: int) -> LstmLayer:
        return LstmLayer(*(rng.normal(size=shape) for shape in ((inputs, 4 * UNITS), (UNITS, 4 * UNITS), 4 * UNITS)))

    model = LstmAutoencoder(layer(F), layer(UNITS), rng.normal(size=(UNITS, F)), rng.normal(size=F), np.ones(F))
    standard = StandardRows(np.zeros(F), np.full(F, 100.0))
    return TrainedAnomalyDetector("lstm_autoencoder", SEQUENCE_FEATURES, standard, model, {1.0: 5.0}, {})


def scores(trained: TrainedAnomalyDetector, frames: Sequence[LoopFrame]) -> Array:
    scorer = AnomalyScorer(CORRIDOR, trained)
    return np.array([scorer.score(frame) for frame in frames])


def test_the_score_is_the_novelty_of_the_last_frames_in_order(trained: TrainedAnomalyDetector) -> None:
    frames, window = whole(40), FeatureWindow(CORRIDOR)
    columns = [NAMES.index(name) for name in SEQUENCE_FEATURES]
    rows = np.stack([trained.standard.apply(window.step(frame)[:, columns]) for frame in frames], axis=1)
    np.testing.assert_allclose(
        scores(trained, frames)[-1], trained.model.novelty(np.asarray(rows[:, -SEQUENCE_FRAMES:])), rtol=1e-6
    )


def test_there_is_no_score_before_a_whole_sequence_is_known(trained: TrainedAnomalyDetector) -> None:
    found = np.isfinite(scores(trained, whole(SEQUENCE_FRAMES + 5))).all(axis=1)
    # the mean of three frames is known from the second frame on
    assert found.tolist() == [False] * SEQUENCE_FRAMES + [True] * 5


def test_a_frame_without_readings_silences_its_sections_for_a_whole_sequence(trained: TrainedAnomalyDetector) -> None:
    frames = whole(2 * SEQUENCE_FRAMES + 10)
    at = SEQUENCE_FRAMES + 5
    frames[at] = silent(frames[at], 0)
    known = np.asarray(np.isfinite(scores(trained, frames)))
    assert known[at:, 0].tolist() == [False] * SEQUENCE_FRAMES + [True] * (len(frames) - at - SEQUENCE_FRAMES)
    assert known[at:, 2].all()


def test_after_a_gap_in_time_a_sequence_begins_anew(trained: TrainedAnomalyDetector) -> None:
    frames = whole(2 * SEQUENCE_FRAMES + 10)
    at = SEQUENCE_FRAMES + 5
    del frames[at]
    known: Flags = np.asarray(np.isfinite(scores(trained, frames)).all(axis=1))
    assert known[at - 1]
    assert not known[at : at + SEQUENCE_FRAMES - 1].any()
    assert known[-1]
