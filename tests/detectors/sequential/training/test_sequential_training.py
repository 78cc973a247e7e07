"""Samples and a model from tiny recordings with known truth, with a few small trees."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.sequential.corridor_steps import CorridorSteps
from detectors.sequential.section_features import LEAST_LOG_ODDS
from detectors.sequential.sequential_model_file import Model
from detectors.sequential.training.sequential_training import section_features, section_log_odds, train
from detectors.sequential.training.training_sample import degraded_sample_of, sample_of
from tests.detectors.sequential.training.conftest import LANE, SECTION, Recorded


def test_training_without_enough_incidents_is_refused(recorded: Recorded) -> None:
    with pytest.raises(ValueError, match="wanted at least 3"):
        train([recorded(0)], "one run")


def test_the_lane_of_an_incident_is_blocked_from_its_evidence_to_its_clearance(recorded: Recorded) -> None:
    run = recorded(0)  # from 420 s, evidence at 450 s, to 720 s
    blocked = np.argwhere(sample_of(run).truth.blocked)
    assert {(int(section), int(lane)) for _, section, lane in blocked} == {(SECTION, LANE)}
    assert [run.frames[k].time_s for k in blocked[[0, -1], 0]] == [450.0, 720.0]


def test_training_sees_the_features_and_stored_vehicles_of_the_detector(recorded: Recorded) -> None:
    run = recorded(0)
    sample, detector = sample_of(run), CorridorSteps(run.corridor)
    steps = [detector.step(frame) for frame in run.frames]
    np.testing.assert_array_equal(sample.features, np.stack([step.features for step in steps]).astype(np.float32))
    np.testing.assert_array_equal([step.stored for step in sample.steps], [step.stored for step in steps])


@pytest.mark.parametrize(("number", "frames"), [(0, 60), (1, 30), (2, 60), (3, 60)])
def test_a_degraded_run_keeps_the_truth(recorded: Recorded, number: int, frames: int) -> None:
    run = recorded(number)
    sample = degraded_sample_of(run, number)
    assert len(sample.times_s) == frames
    assert sample.incidents == run.incidents
    assert sample.truth.blocked[:, SECTION, LANE].any()


def test_a_section_without_a_symptom_has_the_least_score(recorded: Recorded, model: Model) -> None:
    sample = sample_of(recorded(0))
    features = section_features(sample, np.full(sample.symptoms.shape, LEAST_LOG_ODDS))
    assert (section_log_odds(model.section, sample, features) == LEAST_LOG_ODDS).all()


def test_a_section_that_cannot_be_judged_has_no_score(recorded: Recorded, model: Model) -> None:
    sample = sample_of(recorded(0))
    judged = sample.judged.copy()
    judged[:, 2] = False
    sample = replace(sample, judged=judged)
    features = section_features(sample, np.full(sample.symptoms.shape, LEAST_LOG_ODDS))
    assert np.isnan(section_log_odds(model.section, sample, features)[:, 2]).all()
