"""The .npz file of `gp_cusum` fitted to a corridor: its loops' predictors, its thresholds, and their sources."""

import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from detectors.calibration.aims import DAY_S
from detectors.calibration.stored_text import parse_json
from detectors.calibration.thresholds import threshold_at
from detectors.faults.array_archive import read_arrays
from detectors.faults.fitted_file_schema import FittedFile
from detectors.faults.gaussian_process import STORED, SensorPredictor, conditioned
from detectors.faults.loop_index import Stations, check_fitted_on
from detectors.file_schema import LARGEST_WEIGHT, checked
from scenarios.corridor import Corridor
from scenarios.errors import UserError

FORMAT = "laneblock gp_cusum 1"
MOST_WORDS = 1 << 20
"""Characters of JSON that are read. Chosen: ten thousand stations."""
MOST_INVERSE_BYTES = 1 << 30
"""Largest size of what is computed from the training points, bytes. Chosen: 1490 loops of 300 points."""
LEAST_POSITIVE = 1e-9
"""Least scale, length, signal and noise, so that nothing is divided by 0; `fit_gaussian_process` keeps them above."""
_KINDS = {"words": "U", "loops": "iu", "neighbours": "iu"} | dict.fromkeys(STORED[1:], "f")
_WHAT = "model of gp_cusum, the .npz file that laneblock calibrate gp_cusum writes"


@dataclass(frozen=True, slots=True, eq=False)
class GpCusumModel:
    """Predictors of the loops numbered `loops` (those that had data), of values per `step_s`, `root` of counts or plain.

    `slack` is b of the sums; `thresholds` by false alarms per loop-month; `extrapolated` those of them from the tail;
    `stations` are names, positions [m] and lanes of the corridor it was fitted on; `sources` names the recordings.
    """

    predictor: SensorPredictor
    loops: NDArray[np.int64]
    step_s: float
    root: bool
    slack: float
    thresholds: Mapping[float, float]
    extrapolated: tuple[float, ...]
    stations: Stations
    sources: str

    def check(self, corridor: Corridor) -> None:
        """Raise UserError for another corridor than it was fitted on."""
        check_fitted_on("gp_cusum", self.stations, corridor)

    def threshold(self, aim: float) -> float:
        """Return the threshold for `aim` false alarms per loop-month. Raises UserError where there is none."""
        return threshold_at(self.thresholds, aim, "gp_cusum", "loop-month")


def write_model(path: Path, model: GpCusumModel) -> None:
    """Write a model for `read_model`."""
    described = {
        "format": FORMAT,
        "step_s": model.step_s,
        "root": model.root,
        "slack": model.slack,
        "thresholds": {f"{aim:g}": value for aim, value in model.thresholds.items()},
        "extrapolated": list(model.extrapolated),
        "stations": [list(station) for station in model.stations],
        "sources": model.sources,
    }
    with path.open("wb") as stream:
        np.savez_compressed(
            stream,
            words=np.array(json.dumps(described)),
            loops=model.loops,
            **{name: getattr(model.predictor, name) for name in STORED},
        )


def check_size(loops: int, points: int) -> None:
    """Refuse a model whose covariances are too large to be read again. Raises UserError."""
    if 8 * loops * points**2 > MOST_INVERSE_BYTES:
        raise UserError(
            f"wanted {MOST_INVERSE_BYTES >> 20} MiB of covariances at most, got {loops} loops of {points} points "
            "(a part of the corridor?)"
        )


def read_model(path: Path) -> GpCusumModel:
    """Return the model in a file. Raises MissingFileError, UserError naming file and fault."""
    arrays = read_arrays(path, _KINDS, _WHAT)
    content = parse_json(str(arrays["words"])[:MOST_WORDS], f"{path}, words", f"what {_WHAT} holds")
    if content.get("format") != FORMAT:
        raise UserError(f"{path}: no {_WHAT}: wanted format {FORMAT!r}, got {reprlib.repr(content.get('format'))}")
    described = checked(_Described, content, f"{path}, words")
    _check_arrays(path, arrays, described.stations)
    try:
        predictor = conditioned(**{name: arrays[name] for name in STORED})
    except np.linalg.LinAlgError as error:
        raise UserError(f"{path}: no {_WHAT}: its training points do not differ: {error}") from None
    return GpCusumModel(
        predictor=predictor,
        loops=arrays["loops"],
        step_s=described.step_s,
        root=described.root,
        slack=described.slack,
        thresholds=described.thresholds,
        extrapolated=tuple(described.extrapolated),
        stations=described.stations,
        sources=described.sources,
    )


class _Described(FittedFile):
    """The JSON in the file."""

    step_s: Annotated[float, Field(gt=0, le=DAY_S)]
    root: bool
    slack: Annotated[float, Field(ge=0, le=100)]
    extrapolated: list[float]


def _check_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], stations: Stations) -> None:
    """Raise UserError unless the arrays belong together and to these stations."""

    def refuse(wrong: bool, text: str) -> None:
        if wrong:
            raise UserError(f"{path}: no {_WHAT}: {text}")

    points, neighbours, loops = arrays["points"], arrays["neighbours"], arrays["loops"]
    refuse(points.ndim != 3, f"points: wanted (loops, training points, inputs), got shape {points.shape}")
    sensors, trained, inputs = points.shape
    sizes: dict[str, tuple[int, ...]] = dict.fromkeys(("loops", "centre", "scale", "signal", "noise"), (sensors,))
    sizes |= {"neighbours": (sensors, inputs), "lengths": (sensors, inputs), "targets": (sensors, trained)}
    for name, size in sizes.items():
        refuse(arrays[name].shape != size, f"{name}: wanted the shape {size}, as points has, got {arrays[name].shape}")
    refuse(min(points.shape) < 1, f"points: wanted loops, training points and inputs, got shape {points.shape}")
    try:
        check_size(sensors, trained)
    except UserError as error:
        raise UserError(f"{path}: no {_WHAT}: points: {error}") from None
    for name in STORED[1:]:
        least = LEAST_POSITIVE if name in ("scale", "lengths", "signal", "noise") else -LARGEST_WEIGHT
        got = arrays[name]
        refuse(
            not ((got >= least) & (got <= LARGEST_WEIGHT)).all(),
            f"{name}: wanted {least:g} to {LARGEST_WEIGHT:g}, got {got.min():g} to {got.max():g}",
        )
    refuse(
        not ((neighbours >= 0) & (neighbours < sensors)).all(),
        f"neighbours: wanted 0 to {sensors - 1}, got {neighbours.min()} to {neighbours.max()}",
    )
    most = len(stations) * max(lanes for _, _, lanes in stations)
    refuse(
        not ((loops[:1] >= 0).all() and (np.diff(loops) > 0).all() and (loops < most).all()),
        f"loops: wanted numbers that rise from 0 to {most - 1} at most, got others",
    )
