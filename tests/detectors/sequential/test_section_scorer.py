"""The trees' log odds of sections: the first frames, lanes without symptom, read-only results."""

from collections.abc import Callable

import numpy as np

from detectors.calibration.training_truth import SILENT_FRAMES
from detectors.sequential.lane_log_odds import LEAST_LOG_ODDS
from detectors.sequential.section_scorer import SectionScorer, SectionStep
from detectors.sequential.sequential_model_file import shipped_model
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]


def scored(corridor: Corridor, frames: list[LoopFrame]) -> list[SectionStep]:
    scorer, steps = SectionScorer(corridor, shipped_model()), []
    for frame in frames:
        scorer.score(frame)
        steps.append(scorer.last)
    return steps


def test_the_first_frames_have_the_least_score(road: Road, traffic: Traffic) -> None:
    blocked = traffic(road(4, 2), 600.0, 1, blocked=(1, 1, 0.0, 600.0))
    steps = scored(road(4, 2), blocked)
    assert (np.concatenate([step.score for step in steps[:SILENT_FRAMES]]) == LEAST_LOG_ODDS).all()


def test_a_section_whose_lanes_have_the_least_log_odds_has_the_least_score(road: Road, traffic: Traffic) -> None:
    steps = scored(road(4, 3), traffic(road(4, 3), 600.0, 1))
    score, log_odds = (np.array([getattr(step, name) for step in steps]) for name in ("score", "log_odds"))
    least = (log_odds == LEAST_LOG_ODDS).all(axis=2)
    assert least.any()
    assert (score[least] == LEAST_LOG_ODDS).all()


def test_a_result_cannot_be_written_to(road: Road, traffic: Traffic) -> None:
    (step,) = scored(road(), traffic(road(), 30.0, 1))
    for array in (step.score, step.log_odds, step.corridor.features[..., 0], step.corridor.between):
        assert not array.flags.writeable
