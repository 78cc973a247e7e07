"""The entries of the detectors that come with laneblock, in the order of lists.

To add one, write its file and an entry: in `grid_detectors` where parameters are chosen from candidates, in `trained_detectors`
where it is trained, else here.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from detectors.calibration.aims import Aim
from detectors.catalogue_entry import Entry, refuse_file
from detectors.detector import Detector
from detectors.grid_detectors import GRID_DETECTORS
from detectors.needs import ANY, COUNT, COUNT_SPEED, LANE_COUNT, SPEED, PartNeeds
from detectors.reference.coin import Coin
from detectors.reference.silent import Silent
from detectors.sequential import sequential_model_file
from detectors.sequential.decision.event_alarms import event_alarms
from detectors.sequential.sequential import Sequential
from detectors.sequential.sequential_model_file import read_model, shipped_model, write_model
from detectors.sheu import sheu_parameter_file
from detectors.sheu.sheu2004 import Sheu2004
from detectors.sheu.sheu_calibration import calibrate as calibrate_sheu2004
from detectors.sheu.sheu_parameter_file import read_parameters, shipped_parameters, write_parameters
from detectors.trained_detectors import TRAINED_DETECTORS
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at

COIN_RATE_PER_SECTION_HOUR = 0.1  # about 17 alarms per day on seven sections: visible in any battery
COIN_SEED = 2004


def _silent(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    refuse_file("silent", parameters)
    return Silent(corridor)


def _coin(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    refuse_file("coin", parameters)
    return Coin(corridor, COIN_RATE_PER_SECTION_HOUR, COIN_SEED)


def _sheu2004(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    return Sheu2004(corridor, shipped_parameters(aim) if parameters is None else read_parameters(parameters))


def _calibrate_sheu2004(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
    write_parameters(out, calibrate_sheu2004(runs, Aim(aim), sources=sources))


def _sequential(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    if parameters is None:
        return Sequential(corridor, shipped_model(), aim)
    model = read_model(parameters)
    try:
        return Sequential(corridor, model, aim)
    except UserError as error:
        raise at(parameters, error) from None


def _train_sequential(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
    from detectors.sequential.training.sequential_training import train

    write_model(out, train(runs, sources))


def _retune_sequential(runs: Sequence[Any], out: Path, sources: str, earlier: Path | None) -> None:
    from detectors.sequential.training.joint_thresholds import retuned

    write_model(out, retuned(shipped_model() if earlier is None else read_model(earlier), runs, sources))


SHIPPED_DETECTORS = (
    Entry(
        "sequential",
        "explicit hypotheses on what the site has taught, tested in sequence, joined with boosted trees; one alarm per event",
        _sequential,
        _train_sequential,
        lambda: shipped_model().thresholds,
        ".json",
        lambda aim: sequential_model_file.shipped_file(),
        retune=_retune_sequential,
        alarms=event_alarms,
        holds_feedback=True,
        needs=(LANE_COUNT, COUNT_SPEED),
        parts=(PartNeeds("queues in single lanes, at their heads and from further downstream", (SPEED,)),),
    ),
    Entry(
        "sheu2004",
        "the sequential detector of Sheu (2004): symptoms, Kalman filter, sequential test",
        _sheu2004,
        _calibrate_sheu2004,
        shipped=sheu_parameter_file.shipped_file,
        holds_normal=False,
        needs=(LANE_COUNT,),
        scores_all=False,
    ),
    *GRID_DETECTORS,
    *TRAINED_DETECTORS,
    Entry("silent", "never alarms", _silent, needs=ANY, scores_all=False),
    Entry("coin", f"alarms at random, {COIN_RATE_PER_SECTION_HOUR} per section-hour", _coin, needs=(COUNT,)),
)
