"""The trees of the estimates, fitted on six tiny runs: what they say of a run that they have not seen."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from detectors.calibration.training_truth import shows_from_s
from detectors.sequential.training import estimates_training, queue_training
from detectors.sequential.training.estimates_training import train_estimates
from detectors.sequential.training.queue_training import queue_examples
from detectors.sequential.training.training_sample import RunSample, degraded_run_sample, run_sample
from detectors.tree_ensemble import TreeEnsemble
from tests.detectors.sequential.training.conftest import LANE, SECTION, Recorded, Run

RUNS = 6
Trained = tuple[dict[str, TreeEnsemble], float]


def growing(run: Run) -> Run:
    """The run with a queue of 1 veh per 30 s since onset in its truth, and of 30 % who change lanes."""
    onset_s = run.incidents[0].onset_s
    truth = [replace(lane, queue=(lane.time_s - onset_s) / 30.0, lane_changing=0.3) for lane in run.lane_truth]
    return replace(run, lane_truth=truth)


@cache
def _trained(recorded: Callable[[int], Run]) -> Trained:
    few = {"max_iter": 40, "learning_rate": 0.2, "min_samples_leaf": 5}
    runs = [growing(recorded(number)) for number in range(RUNS)]
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((estimates_training, "BLOCKED"), (estimates_training, "ONSET"), (queue_training, "QUEUE")):
            patch.setattr(module, name, few)
        degraded = [degraded_run_sample(run, number) for number, run in enumerate(runs)]
        return train_estimates([run_sample(run) for run in runs], degraded)


@pytest.fixture
def trained(recorded: Recorded) -> Trained:
    return _trained(recorded)


@pytest.fixture
def unseen(recorded: Recorded) -> RunSample:
    return run_sample(growing(recorded(RUNS + 1)))


def shown(sample: RunSample) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Frames from the first evidence of the incident to its clearance."""
    (incident,) = sample.incidents
    return np.flatnonzero((sample.times_s >= shows_from_s(incident)) & (sample.times_s <= incident.clearance_s))


def test_the_blocked_lane_is_told_from_the_others(trained: Trained, unseen: RunSample) -> None:
    log_odds = np.array([trained[0]["blocked"].raw(unseen.features[k, SECTION]) for k in shown(unseen)[2:]])
    assert (log_odds.argmax(axis=1) == LANE).mean() > 0.8
    assert (log_odds[:, LANE] > 0).mean() > 0.8
    assert (np.delete(log_odds, LANE, axis=1) < 0).mean() > 0.8


def test_the_onset_is_the_time_since_it(trained: Trained, unseen: RunSample) -> None:
    frames = shown(unseen)
    since_s = trained[0]["onset"].raw(unseen.features[frames, SECTION, LANE])
    assert np.abs(since_s - (unseen.times_s[frames] - unseen.incidents[0].onset_s)).mean() < 45.0


def test_the_place_is_a_share_of_the_section(trained: Trained, unseen: RunSample) -> None:
    # every incident is at 1000 m, in the section from 800 m to 1600 m
    assert trained[0]["place"].raw(unseen.features[shown(unseen), SECTION, LANE]) == pytest.approx(0.25)


def test_the_queue_grows_as_the_truth_does_and_the_share_is_that_of_the_truth(
    trained: Trained, recorded: Recorded
) -> None:
    examples = queue_examples(growing(recorded(RUNS + 1)), np.random.default_rng(0))
    queue = trained[0]["queue"].raw(examples.rows) * examples.base
    assert np.abs(queue - examples.queue).mean() < 3.0
    assert trained[0]["share"].raw(examples.rows) == pytest.approx(0.3)


def test_a_lane_is_taken_for_blocked_for_some_frames_after_the_clearance(trained: Trained) -> None:
    assert 0.0 < trained[1] <= 120.0


def test_truth_of_other_lanes_and_other_times_teaches_no_queue(recorded: Recorded) -> None:
    run = growing(recorded(0))
    incident = run.incidents[0]
    others = [
        replace(run.lane_truth[0], time_s=incident.onset_s - 60.0, queue=900.0),
        replace(run.lane_truth[0], time_s=incident.clearance_s + 30.0, queue=900.0),
        replace(run.lane_truth[5], lane=LANE + 1, queue=900.0),
        replace(run.lane_truth[5], time_s=run.lane_truth[5].time_s + 7.0, queue=900.0),  # not the end of a frame
    ]
    rng = np.random.default_rng
    usual = queue_examples(run, rng(0))
    assert len(usual.queue) > 5
    np.testing.assert_array_equal(
        queue_examples(replace(run, lane_truth=[*run.lane_truth, *others]), rng(0)).queue, usual.queue
    )
