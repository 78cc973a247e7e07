"""What training takes from tiny recordings with known truth; no tree is fitted here, that takes too long."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from detectors.sequential.section_features import LEAST
from detectors.sequential.sequential import SequentialScorer
from detectors.sequential.sequential_model_file import Model
from detectors.sequential.training import sequential_training
from detectors.sequential.training.training_sample import gather, gather_rough
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]
SECTION, LANE = 1, 1


@dataclass(frozen=True)
class Incident:
    onset_s: float
    clearance_s: float
    position_m: float = 1000.0
    lanes: tuple[int, ...] = (LANE,)
    section: int = SECTION

    @property
    def earliest_evidence_s(self) -> float:
        return self.onset_s + 30.0


@dataclass(frozen=True)
class Lane:
    time_s: float
    incident: int = 0
    lane: int = LANE
    queue: float = 6.0
    lane_changing: float = 0.4


@dataclass(frozen=True)
class Run:
    corridor: Corridor
    frames: list[LoopFrame]
    incidents: list[Incident]
    lane_truth: list[Lane]


Recorded = Callable[[int], Run]


@pytest.fixture
def recorded(road: Road, traffic: Traffic) -> Recorded:
    """A run of 30 minutes by its number: an incident of five minutes, at another age in each."""

    def record(number: int) -> Run:
        onset_s = 420.0 + 120.0 * (number % 6)
        frames = traffic(road(4, 3), 1800.0, number, 1300.0, (SECTION, LANE, onset_s, onset_s + 300))
        truth = [Lane(frame.time_s) for frame in frames if onset_s < frame.time_s <= onset_s + 300]
        return Run(road(4, 3), frames, [Incident(onset_s, onset_s + 300)], truth)

    return record


def test_training_wants_incidents(recorded: Recorded) -> None:
    with pytest.raises(ValueError, match="wanted at least 3"):
        sequential_training.train([recorded(0)], "one run")


def test_the_lane_of_an_incident_is_blocked_from_its_evidence_to_its_clearance(recorded: Recorded) -> None:
    run = recorded(0)  # from 420 s, evidence at 450 s, to 720 s
    blocked = np.argwhere(gather(run).truth.blocked)
    assert {(int(section), int(lane)) for _, section, lane in blocked} == {(SECTION, LANE)}
    assert [run.frames[k].time_s for k in blocked[[0, -1], 0]] == [450.0, 720.0]


def test_what_is_gathered_is_what_the_detector_gathers(recorded: Recorded, model: Model) -> None:
    run = recorded(0)
    gathered = gather(run)
    scorer = SequentialScorer(run.corridor, model)
    seen = [scorer.evidence_of.step(frame)[0] for frame in run.frames]
    np.testing.assert_array_equal(gathered.evidence, np.stack(seen).astype(np.float32))
    assert gathered.names == scorer.evidence_of.names


@pytest.mark.parametrize(("number", "frames"), [(0, 60), (1, 30), (2, 60), (3, 60)])
def test_a_roughened_run_keeps_the_truth(recorded: Recorded, number: int, frames: int) -> None:
    run = recorded(number)
    rough = gather_rough(run, number)
    assert len(rough.times_s) == frames
    assert rough.incidents == run.incidents
    assert rough.truth.blocked[:, SECTION, LANE].any()


def test_a_section_without_a_symptom_has_the_least_score(recorded: Recorded, model: Model) -> None:
    run = gather(recorded(0))
    odds = np.full(run.worth.shape, LEAST)
    seen = sequential_training.section_evidence(run, odds)
    assert (sequential_training.section_scores(model.section, run, seen) == LEAST).all()


def test_a_section_that_cannot_be_judged_has_no_score(recorded: Recorded, model: Model) -> None:
    run = gather(recorded(0))
    run.judged[:, 2] = False
    seen = sequential_training.section_evidence(run, np.full(run.worth.shape, LEAST))
    assert np.isnan(sequential_training.section_scores(model.section, run, seen)[:, 2]).all()
