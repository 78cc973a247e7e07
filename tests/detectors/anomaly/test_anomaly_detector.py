"""The anomaly detectors as they run: scores, evidence, gaps."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from detectors.anomaly.anomaly_detector import AnomalyDetector
from detectors.anomaly.anomaly_features import NAMES
from detectors.anomaly.anomaly_model_file import read_anomaly
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.anomaly.feature_window import FeatureWindow
from detectors.catalogue import build
from detectors.contract_traffic import CORRIDOR, dark, traffic
from simulator.frame import LoopFrame

NAME = pytest.mark.parametrize("name", sorted(ANOMALY_MODELS))


def detector_of(name: str) -> AnomalyDetector:
    detector = build(name, CORRIDOR)
    assert isinstance(detector, AnomalyDetector)
    return detector


@NAME
def test_every_anomaly_detector_says_which_features_are_far_and_how_far(name: str) -> None:
    detector = detector_of(name)
    for frame in traffic()[:45]:
        decision = detector.step(frame)
    evidence = detector.evidence
    assert evidence.time_s == decision.time_s
    np.testing.assert_array_equal(evidence.score, decision.score)
    assert evidence.parts.shape == (CORRIDOR.sections, len(evidence.names))
    assert np.isfinite(evidence.parts).all(axis=1).tolist() == np.isfinite(evidence.score).tolist()
    assert " sd" in " ".join(evidence.text(section) for section in range(CORRIDOR.sections))


@NAME
def test_a_reason_names_the_largest_part_first(name: str) -> None:
    detector = detector_of(name)
    for frame in traffic()[:45]:
        detector.step(frame)
    evidence = detector.evidence
    section = int(np.nanargmax(evidence.score))
    largest = int(np.argmax(np.abs(evidence.parts[section])))
    assert evidence.text(section).partition(": ")[2].startswith(evidence.names[largest])


@NAME
def test_where_nothing_is_known_there_is_no_score_and_no_reason(name: str) -> None:
    detector = detector_of(name)
    for frame in dark(0.0, 30):
        assert np.isnan(detector.step(frame).score).all()
    assert [detector.evidence.text(section) for section in range(CORRIDOR.sections)] == [""] * CORRIDOR.sections
    assert np.isnan(detector.evidence.parts).all()


@NAME
def test_evidence_is_read_only(name: str) -> None:
    detector = detector_of(name)
    detector.step(traffic()[0])
    with pytest.raises(FrozenInstanceError):
        detector.evidence.time_s = 0.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        detector.evidence.parts[0, 0] = 0.0


@NAME
def test_evidence_of_a_frame_stays_that_of_its_frame(name: str) -> None:
    detector = detector_of(name)
    for frame in traffic()[:40]:
        detector.step(frame)
    earlier = detector.evidence
    text = earlier.text(1)
    for frame in traffic()[40:]:
        detector.step(frame)
    assert earlier.text(1) == text
    assert detector.evidence.time_s > earlier.time_s


@pytest.mark.parametrize("name", sorted(name for name, model in ANOMALY_MODELS.items() if model.frames == 1))
def test_the_score_of_a_model_of_rows_is_its_novelty_of_the_standard_rows(name: str) -> None:
    trained, window, detector = read_anomaly(None, name), FeatureWindow(CORRIDOR), detector_of(name)
    columns = [NAMES.index(feature) for feature in trained.features]
    for frame in traffic()[:40]:
        rows, score = window.step(frame)[:, columns], detector.step(frame).score
    known = np.isfinite(rows).all(axis=1)
    assert known.any()
    np.testing.assert_array_equal(score[known], trained.model.novelty(trained.standard.apply(rows[known])))
    assert np.isnan(score[~known]).all()


@NAME
def test_an_aim_without_a_threshold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name} is calibrated for .* false alarms per corridor-day, got 5"):
        AnomalyDetector(CORRIDOR, read_anomaly(None, name), 5.0)


@NAME
def test_frames_of_another_period_than_it_was_trained_on_are_refused(name: str) -> None:
    trained = replace(read_anomaly(None, name), period_s=30.0)
    with pytest.raises(ValueError, match=rf"^{name} was trained on frames of 30 s, .* short frames are of 20 s"):
        AnomalyDetector(replace(CORRIDOR, name="short frames", period_s=20.0), trained, 1.0)
    assert AnomalyDetector(CORRIDOR, trained, 1.0).threshold == trained.threshold(1.0)


@NAME
def test_after_a_gap_there_is_no_score_until_changes_are_known_again(name: str) -> None:
    detector = detector_of(name)
    frames = traffic()
    for frame in frames[:35]:
        before = detector.step(frame).score
    assert np.isfinite(before).any()
    later = [LoopFrame(frame.time_s + 300.0, frame.count, frame.speed, frame.occupancy) for frame in frames[35:]]
    assert np.isnan(detector.step(later[0]).score).all()
