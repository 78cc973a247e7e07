"""The .npz file of `gp_cusum` fitted to a corridor: its loops' predictors, its thresholds, and their sources."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, is_zipfile

import numpy as np
from numpy.typing import NDArray

from detectors.calibration.thresholds import threshold_at
from detectors.faults.gaussian_process import STORED, SensorPredictor, conditioned
from detectors.faults.loop_index import Stations, check_fitted_on
from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError

FORMAT = "laneblock gp_cusum 1"


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


def read_model(path: Path) -> GpCusumModel:
    """Return the model in a file. Raises MissingFileError, UserError naming file and fault."""
    if not path.is_file():
        raise MissingFileError(f"no such file: {path}")
    if not is_zipfile(path) or not path.read_bytes().startswith(b"PK"):  # else it would be taken for a pickle
        raise UserError(
            f"{path}: no model of gp_cusum: wanted the .npz file that laneblock calibrate gp_cusum writes, got none, or a "
            "part of one"
        )
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            described = json.loads(str(stored["words"]))
            if described["format"] != FORMAT:
                raise UserError(f"wanted format {FORMAT!r}, got {described['format']!r}")
            return GpCusumModel(
                predictor=conditioned(**{name: stored[name] for name in STORED}),
                loops=stored["loops"],
                step_s=float(described["step_s"]),
                root=bool(described["root"]),
                slack=float(described["slack"]),
                thresholds={float(aim): float(value) for aim, value in described["thresholds"].items()},
                extrapolated=tuple(described["extrapolated"]),
                stations=tuple((str(n), float(p), int(lanes)) for n, p, lanes in described["stations"]),
                sources=str(described["sources"]),
            )
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        OSError,
        EOFError,
        IndexError,
        RuntimeError,
        BadZipFile,
        zlib.error,
    ) as error:
        raise UserError(f"{path}: no model of gp_cusum (as laneblock calibrate gp_cusum writes it): {error}") from None
