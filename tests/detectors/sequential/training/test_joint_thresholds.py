"""Thresholds of the joint score: alarms of one event count once, stored log odds are taken frame by frame."""

from dataclasses import dataclass

import numpy as np

from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import calibration_sample
from detectors.sequential.sequential_model_file import Model
from detectors.sequential.training.joint_thresholds import StoredLogOdds, by_event, joint_scores, retuned
from scenarios.corridor import Corridor, Station
from simulator.frame import Flags, LoopFrame
from tests.detectors.sequential.training.conftest import Recorded

ROAD = Corridor("road", 30.0, tuple(Station(f"S{s}", 800.0 * s, 2) for s in range(7)))
NOTHING = np.full((7, 2), np.nan)


@dataclass(frozen=True)
class Free:
    corridor: Corridor
    frames: list[LoopFrame]
    incidents: tuple[()] = ()


def false_alarms(*alarms: tuple[int, int, int]) -> int:
    """False alarms among alarms of section, first frame and frame after the last."""
    run = Free(ROAD, [LoopFrame(30.0 * (k + 1), NOTHING, NOTHING, NOTHING) for k in range(120)])
    alarm: Flags = np.zeros((120, 6), dtype=bool)
    for section, first, last in alarms:
        alarm[first:last, section] = True
    return by_event(calibration_sample([run], 0.0), [alarm], Aim()).false_alarms


def test_alarms_of_one_queue_are_one_false_alarm() -> None:
    assert false_alarms((4, 10, 20), (3, 15, 30), (2, 25, 40)) == 1


def test_alarms_far_apart_in_space_or_time_are_two() -> None:
    assert false_alarms((5, 10, 20), (1, 15, 30)) == 2
    assert false_alarms((4, 10, 20), (3, 60, 70)) == 2


def test_log_odds_are_taken_in_order() -> None:
    stored = StoredLogOdds(np.array([[1.0], [2.0]]))
    frame = LoopFrame(30.0, NOTHING, NOTHING, NOTHING)
    assert [stored.score(frame).tolist(), stored.score(frame).tolist()] == [[1.0], [2.0]]


def test_retuning_keeps_the_trees_and_gives_falling_thresholds(recorded: Recorded, model: Model) -> None:
    runs = [recorded(number) for number in range(2)]
    again = retuned(model, runs, "two runs")
    assert again.lane is model.lane
    thresholds = [again.thresholds[aim] for aim in (0.1, 1.0, 10.0)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert joint_scores(runs[0], model=model).shape == (len(runs[0].frames), runs[0].corridor.sections)
