"""The JSON file of a learned detector: model, thresholds by false alarms per corridor-day, provenance."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detectors.calibration.section_thresholds import SectionThresholds
from detectors.calibration.stored_text import parse_model, read_text, shipped_text, write_model_text
from detectors.calibration.thresholds import threshold_at
from detectors.file_schema import checked
from detectors.learned.learned_file_schema import SCHEMAS
from detectors.learned.learned_scorers import Trained
from detectors.learned.neural_networks import Perceptron, Probabilistic, Standard
from detectors.tree_ensemble import TreeEnsemble


@dataclass(frozen=True, slots=True, eq=False)
class LearnedModel:
    """A trained model of the detector of this name; `feedback`: thresholds of sections, where they were learned."""

    detector: str
    model: Trained
    thresholds: Mapping[float, float]
    provenance: Mapping[str, str]
    feedback: SectionThresholds | None = None

    @property
    def inputs(self) -> int:
        """Numbers that the model takes per row."""
        if isinstance(self.model, TreeEnsemble):
            return self.model.features
        if isinstance(self.model, Perceptron | Probabilistic):
            return len(self.model.standard.mean)
        raise TypeError(f"no inputs of a {type(self.model).__name__}")

    def threshold(self, aim: float) -> float:
        """Return the threshold for `aim` false alarms per corridor-day. Raises UserError where there is none."""
        return threshold_at(self.thresholds, aim, self.detector)


def write_learned(path: Path, learned: LearnedModel) -> None:
    """Write a model for `read_learned`."""
    written = {
        "detector": learned.detector,
        "provenance": dict(learned.provenance),
        "thresholds": {f"{aim:g}": threshold for aim, threshold in learned.thresholds.items()},
        "model": _written(learned.model),
    }
    write_model_text(path, written)


def read_learned(path: Path | None, detector: str) -> LearnedModel:
    """Return the model in a file, or the shipped one. Raises MissingFileError, or UserError naming file and fault."""
    if path is None:
        return _read(shipped_text(detector, ".json"), f"{detector}.json", detector)
    return _read(read_text(path, "model"), str(path), detector)


def _read(text: str, where: str, detector: str) -> LearnedModel:
    read = checked(SCHEMAS[detector], parse_model(text, where, detector), where)
    return LearnedModel(detector, read.model.trained(), read.thresholds, read.provenance, read.feedback)


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
