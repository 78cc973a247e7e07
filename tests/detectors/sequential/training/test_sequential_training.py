"""Samples and a model from tiny recordings with known truth, with a few small trees."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detectors.calibration import hard_examples
from detectors.calibration.aims import AIMS
from detectors.sequential.corridor_steps import CorridorSteps
from detectors.sequential.lane_log_odds import LEAST_LOG_ODDS
from detectors.sequential.sequential import Sequential
from detectors.sequential.sequential_model_file import Model
from detectors.sequential.training import estimates_training, queue_training, sequential_training
from detectors.sequential.training.sequential_training import section_features, section_log_odds, train
from detectors.sequential.training.training_sample import degraded_run_sample, run_sample
from tests.detectors.sequential.training.conftest import LANE, SECTION, Recorded


def test_training_without_enough_incidents_is_refused(recorded: Recorded) -> None:
    with pytest.raises(ValueError, match="wanted at least 3"):
        train([recorded(0)], "one run")


def test_the_lane_of_an_incident_is_blocked_from_its_evidence_to_its_clearance(recorded: Recorded) -> None:
    run = recorded(0)  # from 420 s, evidence at 450 s, to 720 s
    blocked = np.argwhere(run_sample(run).truth.blocked)
    assert {(int(section), int(lane)) for _, section, lane in blocked} == {(SECTION, LANE)}
    assert [run.frames[k].time_s for k in blocked[[0, -1], 0]] == [450.0, 720.0]


def test_training_sees_the_features_of_the_detector(recorded: Recorded) -> None:
    run = recorded(0)
    sample, detector = run_sample(run), CorridorSteps(run.corridor)
    steps = [detector.step(frame) for frame in run.frames]
    np.testing.assert_array_equal(sample.features, np.stack([step.features for step in steps]).astype(np.float32))
    np.testing.assert_array_equal([step.between for step in sample.steps], [step.between for step in steps])


@pytest.mark.parametrize(("number", "frames"), [(0, 60), (1, 30), (2, 60), (3, 60)])
def test_a_degraded_run_keeps_the_truth(recorded: Recorded, number: int, frames: int) -> None:
    run = recorded(number)
    sample = degraded_run_sample(run, number)
    assert len(sample.times_s) == frames
    assert sample.incidents == run.incidents
    assert sample.truth.blocked[:, SECTION, LANE].any()


def test_a_section_without_a_symptom_has_the_least_score(recorded: Recorded, model: Model) -> None:
    sample = run_sample(recorded(0))
    features = section_features(sample, np.full(sample.symptoms.shape, LEAST_LOG_ODDS))
    assert (section_log_odds(model.section, sample, features) == LEAST_LOG_ODDS).all()


def test_a_section_that_cannot_be_judged_has_no_score(recorded: Recorded, model: Model) -> None:
    sample = run_sample(recorded(0))
    judged = sample.judged.copy()
    judged[:, 2] = False
    sample = replace(sample, judged=judged)
    features = section_features(sample, np.full(sample.symptoms.shape, LEAST_LOG_ODDS))
    assert np.isnan(section_log_odds(model.section, sample, features)[:, 2]).all()


@cache
def _trained(recorded: Recorded) -> Model:
    """The model trained on six runs, with small trees in place of the usual ones."""
    few = {"max_iter": 30, "learning_rate": 0.2, "max_leaf_nodes": 8, "min_samples_leaf": 10}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("FIRST_ROUND", "TREES"):
            patch.setattr(hard_examples, name, few)
        patch.setattr(sequential_training, "SECTION", few)
        for name in ("BLOCKED", "ONSET"):
            patch.setattr(estimates_training, name, few)
        patch.setattr(queue_training, "QUEUE", few)
        patch.setattr(sequential_training, "FIRST_TREES", 10)
        return train([recorded(number) for number in range(6)], "six runs")


@pytest.fixture
def trained(recorded: Recorded) -> Model:
    return _trained(recorded)


def test_a_trained_model_says_what_it_was_trained_on(trained: Model) -> None:
    assert trained.provenance["recordings"].startswith("6, 6 incidents, ")
    assert trained.provenance["sources"] == "six runs"
    assert trained.first_trees == 10


def test_a_trained_models_thresholds_rise_as_the_aim_falls(trained: Model) -> None:
    assert list(trained.thresholds) == list(AIMS)
    assert trained.thresholds[0.1] >= trained.thresholds[1.0] >= trained.thresholds[10.0] > LEAST_LOG_ODDS


def test_a_trained_models_probability_rises_with_the_score(trained: Model) -> None:
    slope, offset = trained.platt
    assert slope > 0
    assert offset < 0  # incidents are rare


def test_a_trained_model_scores_an_unseen_incident_highest_while_it_lasts(recorded: Recorded, trained: Model) -> None:
    run = recorded(11)
    (incident,) = run.incidents
    detector = Sequential(run.corridor, trained, 10.0)
    scores = np.array([detector.step(frame).score for frame in run.frames])
    times_s = np.array([frame.time_s for frame in run.frames])
    blocked = (times_s > incident.onset_s + 90) & (times_s <= incident.clearance_s)
    before = times_s <= incident.onset_s
    assert (scores[blocked].argmax(axis=1) == SECTION).all()
    assert scores[blocked, SECTION].min() > scores[before].max()


def test_the_first_trees_dismiss_hardly_any_lane_that_counts(recorded: Recorded, trained: Model) -> None:
    sample = run_sample(recorded(11))
    rows = sample.features[sample.symptoms]
    counts = trained.lane.raw(rows) > LEAST_LOG_ODDS
    assert counts.any()
    first = trained.lane.partial(rows[counts], trained.first_trees)
    assert (first < trained.first_trees_limit).mean() < 0.05
