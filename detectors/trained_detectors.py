"""Entries of trained detectors: those that learned from incidents, and those that learned from traffic without any."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from detectors.anomaly.anomaly_detector import AnomalyDetector
from detectors.anomaly.anomaly_features import WINDOWS
from detectors.anomaly.anomaly_model_file import read_anomaly
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.calibration.section_thresholds import thresholds_on
from detectors.calibration.stored_text import shipped_file
from detectors.catalogue_entry import Entry
from detectors.detector import Detector
from detectors.learned.frame_windows import FRAMES, LANE_INPUTS, STATION_INPUTS, UP_FRAMES
from detectors.learned.learned_model_file import read_learned
from detectors.learned.learned_scorers import LearnedLanes, LearnedStations
from detectors.needs import COUNT_OCCUPANCY, COUNT_SPEED, LANES, Needs
from detectors.threshold_detector import Thresholded
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at

Build = Callable[[str, Corridor, Path | None, float], Detector]
Train = Callable[[str, Sequence[Any], Path, str, float], None]
"""As an entry's `build` and `calibrate`, with the detector's name first."""


def _entry(
    name: str,
    summary: str,
    build: Build,
    train: Train,
    thresholds: Callable[[], Mapping[float, float]],
    needs: Needs,
    window_frames: int,
) -> Entry:
    """The entry of a detector whose shipped model is a JSON file of its name."""

    def shipped(aim: float) -> Traversable:
        return shipped_file(name, ".json")

    return Entry(
        name,
        summary,
        partial(build, name),
        partial(train, name),
        thresholds,
        ".json",
        shipped,
        holds_feedback=True,
        needs=needs,
        window_frames=window_frames,
    )


def _of_learned(name: str, summary: str, needs: Needs, window_frames: int) -> Entry:
    def thresholds() -> Mapping[float, float]:
        return read_learned(None, name).thresholds

    return _entry(name, summary, _learned, _train_learned, thresholds, needs, window_frames)


def _learned(name: str, corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    learned = read_learned(parameters, name)
    wanted, scorer = (LANE_INPUTS, LearnedLanes) if name == "trees" else (STATION_INPUTS, LearnedStations)
    if learned.inputs != wanted:
        raise UserError(
            f"{parameters or 'the model that ships'}: wanted a model of {wanted} inputs, as {name} has, got {learned.inputs}"
        )
    try:
        threshold = thresholds_on(corridor, learned.threshold(aim), learned.feedback)
    except UserError as error:
        raise error if parameters is None else at(parameters, error) from None
    return Thresholded(corridor, scorer(corridor, learned.model), threshold)


def _train_learned(name: str, runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
    from detectors.learned.learned_training import train_learned

    train_learned(name, runs, out, sources)


def _anomaly(name: str, corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    trained = read_anomaly(parameters, name)
    try:
        return AnomalyDetector(corridor, trained, aim)
    except UserError as error:
        raise error if parameters is None else at(parameters, error) from None


def _train_anomaly(name: str, runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
    from detectors.anomaly.anomaly_training import train_anomaly

    train_anomaly(name, runs, out, sources)


def _of_anomaly(name: str) -> Entry:
    def thresholds() -> Mapping[float, float]:
        return read_anomaly(None, name).thresholds

    model = ANOMALY_MODELS[name]
    frames = max(model.frames, *WINDOWS)
    return _entry(name, model.summary, _anomaly, _train_anomaly, thresholds, (COUNT_SPEED, COUNT_OCCUPANCY), frames)


TRAINED_DETECTORS = (
    _of_learned("trees", "boosted trees on lane data, no model of the traffic", (COUNT_OCCUPANCY | {LANES},), FRAMES),
    _of_learned(
        "mlp",
        "multi-layer perceptron on station data (Cheu and Ritchie 1995)",
        (COUNT_SPEED, COUNT_OCCUPANCY),
        UP_FRAMES,
    ),
    _of_learned(
        "pnn",
        "probabilistic neural network on station data (Abdulhai and Ritchie 1999)",
        (COUNT_SPEED, COUNT_OCCUPANCY),
        UP_FRAMES,
    ),
    *(_of_anomaly(name) for name in ANOMALY_MODELS),
)
