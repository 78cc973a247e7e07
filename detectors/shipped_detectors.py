"""The entries of the detectors that come with laneblock. To add one, write its file and one entry here."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from detectors.anomaly.anomaly_detector import AnomalyDetector
from detectors.anomaly.anomaly_features import WINDOWS
from detectors.anomaly.anomaly_model_file import read_anomaly
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.calibration import stored_text
from detectors.calibration.aims import Aim
from detectors.calibration.grid_search import GridCalibratedDetector
from detectors.calibration.section_thresholds import thresholds_on
from detectors.calibration.site_history import SiteHistory
from detectors.catalogue_entry import Entry, refuse_file
from detectors.charts.chart_detector import ChartDetector
from detectors.charts.cusum import Cusum, CusumParameters
from detectors.charts.ewma import Ewma, EwmaParameters
from detectors.charts.hotelling_t2 import HotellingParameters, HotellingT2
from detectors.charts.xbar import Xbar, XbarParameters
from detectors.classical.apid import Apid, ApidParameters
from detectors.classical.california import California7, California7Parameters, California8, California8Parameters
from detectors.classical.delos import Delos, DelosParameters
from detectors.classical.mcmaster import McMaster, McMasterParameters
from detectors.classical.snd import Snd, SndParameters
from detectors.detector import Detector
from detectors.learned.frame_windows import FRAMES, LANE_INPUTS, STATION_INPUTS, UP_FRAMES
from detectors.learned.learned_model_file import read_learned
from detectors.learned.learned_scorers import LearnedLanes, LearnedStations
from detectors.needs import ANY, Needs
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
from detectors.threshold_detector import Thresholded
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at

COIN_RATE_PER_SECTION_HOUR = 0.1  # about 17 alarms per day on seven sections: visible in any battery
COIN_SEED = 2004
_COUNT, _OCCUPANCY, _LANE_COUNT = frozenset({"count"}), frozenset({"occupancy"}), frozenset({"count", "lanes"})
_COUNT_SPEED, _COUNT_OCCUPANCY = frozenset({"count", "speed"}), frozenset({"count", "occupancy"})
_STATION_NEEDS: Needs = (_OCCUPANCY, _COUNT_SPEED)
"""Of station detectors: occupancy that is not known is derived from count and speed (`detectors.classical.station_means`)."""


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


def _classical(summary: str, detector: GridCalibratedDetector, needs: Needs | None = None) -> Entry:
    def calibrate(runs: Sequence[Any], out: Path, sources: str, aim: float) -> None:
        detector.calibrate(runs, out, sources)

    def calibrate_on_site(runs: Sequence[Any], out: Path, sources: str, history: SiteHistory) -> None:
        detector.calibrate(runs, out, sources, history=history)

    def shipped(aim: float) -> Traversable:
        return stored_text.shipped_file(detector.name, ".toml")

    return Entry(
        detector.name,
        summary,
        detector.build,
        calibrate,
        detector.thresholds,
        shipped=shipped,
        calibrate_on_site=calibrate_on_site,
        uses_normal=detector.site_scorer is not None,
        holds_feedback=True,
        needs=_STATION_NEEDS if needs is None else needs,
    )


def _trained(name: str, summary: str, needs: Needs, window_frames: int) -> Entry:
    def thresholds() -> Mapping[float, float]:
        return read_learned(None, name).thresholds

    def shipped(aim: float) -> Traversable:
        return stored_text.shipped_file(name, ".json")

    build, train = partial(_learned, name), partial(_train_learned, name)
    return Entry(
        name,
        summary,
        build,
        train,
        thresholds,
        ".json",
        shipped,
        holds_feedback=True,
        needs=needs,
        window_frames=window_frames,
    )


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

    def shipped(aim: float) -> Traversable:
        return stored_text.shipped_file(name, ".json")

    model, needs = ANOMALY_MODELS[name], (_COUNT_SPEED, _COUNT_OCCUPANCY)
    frames = max(model.frames, *WINDOWS)
    build, train = partial(_anomaly, name), partial(_train_anomaly, name)
    return Entry(
        name,
        model.summary,
        build,
        train,
        thresholds,
        ".json",
        shipped,
        holds_feedback=True,
        needs=needs,
        window_frames=frames,
    )


_OCCUPANCIES = {"difference": (0.03, 0.06, 0.1), "relative": (0.3, 0.5, 0.7), "downstream": (0.1, 0.15, 0.25)}
_LASTS = {"persistence_s": (30.0, 90.0)}
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
        needs=(_LANE_COUNT, _COUNT_SPEED),
    ),
    Entry(
        "sheu2004",
        "the sequential detector of Sheu (2004): symptoms, Kalman filter, sequential test",
        _sheu2004,
        _calibrate_sheu2004,
        shipped=sheu_parameter_file.shipped_file,
        holds_normal=False,
        needs=(_LANE_COUNT,),
        scores_all=False,
    ),
    _classical(
        "California algorithm #7 (Payne and Tignor 1978)",
        GridCalibratedDetector("california7", California7Parameters(), California7, {**_OCCUPANCIES, **_LASTS}),
    ),
    _classical(
        "California algorithm #8, with the compression wave test (Payne and Tignor 1978)",
        GridCalibratedDetector("california8", California8Parameters(), California8, {**_OCCUPANCIES, **_LASTS}),
    ),
    _classical(
        "APID, California tests by level of flow (Masters, Lam and Wong 1991)",
        GridCalibratedDetector(
            "apid",
            ApidParameters(),
            Apid,
            {
                "heavy": (0.1, 0.15, 0.2),
                "relative_heavy": (0.3, 0.5),
                "relative_medium": (0.3, 0.5),
                "speed_fall": (0.1, 0.2, 0.4),
            },
        ),
    ),
    _classical(
        "DELOS, the Minnesota low-pass filter (Stephanedes and Chassiakos 1993)",
        GridCalibratedDetector(
            "delos",
            DelosParameters(),
            Delos,
            {"after_s": (60.0, 120.0, 180.0), "before_s": (180.0, 300.0, 600.0), "congestion": (0.25, 0.5, 1.0)},
        ),
    ),
    _classical(
        "standard normal deviate of a station's occupancy (Dudek, Messer and Nuckles 1974)",
        GridCalibratedDetector(
            "snd",
            SndParameters(),
            Snd,
            {"memory_s": (180.0, 300.0, 600.0), "persistence_s": (30.0, 60.0, 120.0), "fall": (0.0, 0.5, 1.0)},
        ),
    ),
    _classical(
        "McMaster: a station leaves the uncongested regime (Persaud and Hall 1989)",
        GridCalibratedDetector(
            "mcmaster",
            McMasterParameters(),
            McMaster,
            {
                "bound": (0.7, 0.85),
                "critical": (0.05, 0.08, 0.12),
                "downstream": (0.5, 1.0, 2.0),
                "persistence_s": (30.0, 60.0, 120.0),
            },
        ),
        (_COUNT_OCCUPANCY, _COUNT_SPEED),
    ),
    _classical(
        "Shewhart's X-bar chart with run rules, on residuals of a section's normal",
        GridCalibratedDetector("xbar", XbarParameters(), Xbar, {"subgroup_s": (30.0, 60.0, 90.0)}, ChartDetector, Xbar),
        (_COUNT, _OCCUPANCY),
    ),
    _classical(
        "two-sided cusum (Page 1954), on residuals of a section's normal",
        GridCalibratedDetector("cusum", CusumParameters(), Cusum, {"shift": (1.0, 2.0, 3.0)}, ChartDetector, Cusum),
        (_COUNT, _OCCUPANCY),
    ),
    _classical(
        "exponentially weighted moving average (Roberts 1959), on residuals of a section's normal",
        GridCalibratedDetector("ewma", EwmaParameters(), Ewma, {"smoothing": (0.1, 0.2, 0.3)}, ChartDetector, Ewma),
        (_COUNT, _OCCUPANCY),
    ),
    _classical(
        "Hotelling's T2 of the residuals of a section's two stations, or its moving average (MEWMA)",
        GridCalibratedDetector(
            "hotelling_t2", HotellingParameters(), HotellingT2, {"smoothing": (0.3, 1.0)}, ChartDetector, HotellingT2
        ),
        (_COUNT_SPEED,),
    ),
    _trained("trees", "boosted trees on lane data, no model of the traffic", (_COUNT_OCCUPANCY | {"lanes"},), FRAMES),
    _trained(
        "mlp",
        "multi-layer perceptron on station data (Cheu and Ritchie 1995)",
        (_COUNT_SPEED, _COUNT_OCCUPANCY),
        UP_FRAMES,
    ),
    _trained(
        "pnn",
        "probabilistic neural network on station data (Abdulhai and Ritchie 1999)",
        (_COUNT_SPEED, _COUNT_OCCUPANCY),
        UP_FRAMES,
    ),
    *(_of_anomaly(name) for name in ANOMALY_MODELS),
    Entry("silent", "never alarms", _silent, needs=ANY, scores_all=False),
    Entry("coin", f"alarms at random, {COIN_RATE_PER_SECTION_HOUR} per section-hour", _coin, needs=(_COUNT,)),
)
