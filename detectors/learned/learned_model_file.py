"""A learned peer as a JSON file: the model, its thresholds by false alarms per corridor-day, where it comes from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np

from detectors.learned.learned_scorers import Trained
from detectors.learned.neural_networks import Perceptron, Probabilistic, Standard
from detectors.tree_ensemble import TreeEnsemble
from scenarios.errors import MissingFileError, UserError


@dataclass(frozen=True, slots=True, eq=False)
class LearnedModel:
    """A trained model of the detector of this name."""

    detector: str
    model: Trained
    thresholds: Mapping[float, float]
    provenance: Mapping[str, str]

    def threshold(self, aim: float) -> float:
        """The threshold for `aim` false alarms per corridor-day. Raises UserError where there is none."""
        if aim not in self.thresholds:
            known = ", ".join(f"{rate:g}" for rate in sorted(self.thresholds))
            raise UserError(f"{self.detector} is calibrated for {known} false alarms per corridor-day, got {aim:g}")
        return self.thresholds[aim]


def write_learned(path: Path, learned: LearnedModel) -> None:
    """Write a model for `read_learned`."""
    written = {
        "detector": learned.detector,
        "provenance": dict(learned.provenance),
        "thresholds": {f"{aim:g}": threshold for aim, threshold in learned.thresholds.items()},
        "model": _written(learned.model),
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in written.items())
    path.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def shipped_file(detector: str) -> Traversable:
    """The file of the model that comes with the package; it need not be there."""
    return files("detectors").joinpath("settings", f"{detector}.json")


def read_learned(path: Path | None, detector: str) -> LearnedModel:
    """A model from a file, or the shipped one. Raises UserError naming file and fault, MissingFileError."""
    if path is not None:
        if not path.is_file():
            raise MissingFileError(f"no such model: {path}")
        return _read(path.read_bytes(), str(path), detector)
    shipped = shipped_file(detector)
    if not shipped.is_file():
        raise UserError(f"no model of {detector} comes with this version: train it (laneblock calibrate {detector})")
    return _read(shipped.read_bytes(), f"{detector}.json", detector)


def _read(text: bytes, where: str, detector: str) -> LearnedModel:
    try:
        written = json.loads(text)
        named = written["detector"]
        if named == detector:
            thresholds = {float(aim): float(threshold) for aim, threshold in written["thresholds"].items()}
            provenance = {str(name): str(value) for name, value in written["provenance"].items()}
            return LearnedModel(detector, _model(detector, written["model"]), thresholds, provenance)
    except json.JSONDecodeError as error:
        raise UserError(f"{where}: wanted a model in JSON: {error}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UserError(f"{where}: not a model of {detector}: {error!r}") from None
    raise UserError(f"{where}: wanted a model with detector = {detector!r}, got {named!r}")


def _written(model: Trained) -> dict[str, Any]:
    if isinstance(model, TreeEnsemble):
        return model.to_json()
    if isinstance(model, Perceptron):
        parts = {"hidden": model.hidden, "hidden_bias": model.hidden_bias, "output": model.output}
        return {"output_bias": model.output_bias, **_arrays(model.standard, parts)}
    if isinstance(model, Probabilistic):
        parts = {"turn": model.turn, "incident": model.incident, "free": model.free}
        return {"width": model.width, **_arrays(model.standard, parts)}
    raise TypeError(f"no way to write a {type(model).__name__}")


def _arrays(standard: Standard, parts: Mapping[str, Any]) -> dict[str, Any]:
    named = {"mean": standard.mean, "scale": standard.scale, **parts}
    return {name: np.vectorize(lambda x: float(f"{x:.7g}"))(values).tolist() for name, values in named.items()}


def _model(detector: str, written: Mapping[str, Any]) -> Trained:
    if detector == "trees":
        return TreeEnsemble.from_json(written)
    arrays = {name: np.array(values, dtype=np.float64) for name, values in written.items()}
    standard = Standard(arrays["mean"], arrays["scale"])
    if detector == "mlp":
        return Perceptron(
            standard, arrays["hidden"], arrays["hidden_bias"], arrays["output"], float(arrays["output_bias"])
        )
    return Probabilistic(standard, arrays["turn"], arrays["incident"], arrays["free"], float(arrays["width"]))
