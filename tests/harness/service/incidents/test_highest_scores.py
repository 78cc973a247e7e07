"""The highest scores of an incident, by detector and section."""

import numpy as np
import pytest

from detectors.detector import Decision
from harness.records.decisions import Step
from harness.service.incidents.highest_scores import highest_scores
from simulator.frame import LoopFrame


def step(*score: float) -> Step:
    unknown = np.full((len(score) + 1, 1), np.nan)
    decision = Decision(30.0, np.array(score), np.zeros(len(score), bool))
    return Step(LoopFrame(30.0, unknown, unknown, unknown), decision, None)


def test_the_sections_and_those_beside_them_count() -> None:
    assert highest_scores({}, (3,), {"one": step(1.0, 2.0, 3.0, 4.0, 5.0)}) == {"one": {2: 3.0, 3: 4.0, 4: 5.0}}


def test_the_highest_of_all_frames_stands() -> None:
    first = highest_scores({}, (0,), {"one": step(5.0, 1.0)})
    assert highest_scores(first, (0,), {"one": step(4.0, 2.0)}) == {"one": {0: 5.0, 1: 2.0}}


def test_what_is_not_known_adds_nothing_and_a_failed_detector_keeps_what_it_had() -> None:
    before = {"one": {0: 5.0}, "other": {0: 1.0}}
    assert highest_scores(before, (0,), {"one": step(np.nan, np.nan)}) == before


def test_scores_are_finite() -> None:
    found = highest_scores({}, (0,), {"one": step(np.inf)})["one"][0]
    assert found == pytest.approx(1.797e308, rel=1e-3)
