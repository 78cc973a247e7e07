"""The score of sections: the first frames, the margin of a new site and of a long section, read-only results."""

from collections.abc import Callable

import numpy as np
import pytest

from detectors.calibration.training_truth import SILENT_FRAMES
from detectors.sequential.lane_log_odds import LEAST_LOG_ODDS
from detectors.sequential.section_scorer import SectionScorer, SectionStep
from detectors.sequential.sequential_model_file import shipped_model
from detectors.sequential.threshold_margin import NEW_S
from scenarios.corridor import Corridor, Station
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


def test_the_margin_falls_as_the_site_becomes_known(road: Road, traffic: Traffic) -> None:
    margin = [step.margin for step in scored(road(4, 4), traffic(road(4, 4), NEW_S + 30, 1))]
    decade = shipped_model().threshold(1.0) - shipped_model().threshold(10.0)
    assert margin[0] == pytest.approx([decade] * 3)
    assert (margin[-1] < margin[0]).all()  # the site's own crossings still count


def test_a_section_longer_than_any_trained_on_has_a_margin(traffic: Traffic) -> None:
    corridor = Corridor("long", 30.0, (Station("a", 0.0, 3), Station("b", 5000.0, 3), Station("c", 6000.0, 3)))
    last = scored(corridor, traffic(corridor, 600.0, 1))[-1]
    assert last.margin[0] > last.margin[1]


def test_a_section_whose_lanes_have_the_least_log_odds_has_the_least_score(road: Road, traffic: Traffic) -> None:
    steps = scored(road(4, 3), traffic(road(4, 3), 600.0, 1))
    score, log_odds = (np.array([getattr(step, name) for step in steps]) for name in ("score", "log_odds"))
    least = (log_odds == LEAST_LOG_ODDS).all(axis=2)
    assert least.any()
    assert (score[least] == LEAST_LOG_ODDS).all()


def test_a_result_cannot_be_written_to(road: Road, traffic: Traffic) -> None:
    (step,) = scored(road(), traffic(road(), 30.0, 1))
    for array in (step.score, step.margin, step.log_odds, step.corridor.features, step.corridor.stored):
        assert not array.flags.writeable
