"""What the file of a learned detector must hold, by its name."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from detectors.calibration.section_thresholds import SectionThresholds
from detectors.file_arrays import Matrix, Weights
from detectors.file_schema import FileSchema, ThresholdsByAim, Weight, misfit
from detectors.learned.learned_scorers import Trained
from detectors.learned.neural_networks import Perceptron, Probabilistic, Standard
from detectors.tree_ensemble import TreeEnsemble
from detectors.tree_file import TreeFile
from simulator.frame import Array

LEAST_SCALE = 1e-9
"""Least scale of an input, so that nothing is divided by 0; training keeps it above 1e-6."""
MOST_EXEMPLARS = 10_000
"""Exemplars of a class at most. Chosen: the distances of 2000 rows to them take 160 MB."""


class _Trees(TreeFile):
    def trained(self) -> Trained:
        return TreeEnsemble.from_file(self)


class _Network(FileSchema):
    mean: Weights
    scale: Weights

    @property
    def standard(self) -> Standard:
        return Standard(self.mean, self.scale)

    def check_inputs(self, rows: int) -> None:
        """Raise a misfit unless mean and scale belong to so many inputs."""
        for name in ("mean", "scale"):
            _check_size(getattr(self, name), rows, f".{name}", "inputs")
        if not (self.scale >= LEAST_SCALE).all():
            raise misfit(".scale", f"wanted numbers of {LEAST_SCALE:g} or more, got {self.scale.min():g}")


class _Perceptron(_Network):
    hidden: Matrix
    hidden_bias: Weights
    output: Weights
    output_bias: Weight

    @model_validator(mode="after")
    def _fits(self) -> Self:
        inputs, units = self.hidden.shape
        self.check_inputs(inputs)
        _check_size(self.hidden_bias, units, ".hidden_bias", "hidden units")
        _check_size(self.output, units, ".output", "hidden units")
        return self

    def trained(self) -> Trained:
        return Perceptron(self.standard, self.hidden, self.hidden_bias, self.output, self.output_bias)


class _Probabilistic(_Network):
    width: Annotated[float, Field(ge=1e-3, le=1e3)]
    turn: Matrix
    incident: Matrix
    free: Matrix

    @model_validator(mode="after")
    def _fits(self) -> Self:
        inputs, components = self.turn.shape
        self.check_inputs(inputs)
        for name in ("incident", "free"):
            rows, wide = getattr(self, name).shape
            if wide != components or rows > MOST_EXEMPLARS:
                wanted = f"1 to {MOST_EXEMPLARS} exemplars of {components} components, as in turn"
                raise misfit(f".{name}", f"wanted {wanted}, got {rows} of {wide}")
        return self

    def trained(self) -> Trained:
        return Probabilistic(self.standard, self.turn, self.incident, self.free, self.width)


def _check_size(values: Array, wanted: int, at: str, of: str) -> None:
    if len(values) != wanted:
        raise misfit(at, f"wanted {wanted} numbers, one for each of the {of}, got {len(values)}")


class LearnedFile(FileSchema):
    """Keys of every such file."""

    detector: str
    provenance: dict[str, str]
    thresholds: ThresholdsByAim
    model: _Trees | _Perceptron | _Probabilistic
    feedback: SectionThresholds | None = None


class _TreesFile(LearnedFile):
    model: _Trees


class _PerceptronFile(LearnedFile):
    model: _Perceptron


class _ProbabilisticFile(LearnedFile):
    model: _Probabilistic


SCHEMAS: dict[str, type[LearnedFile]] = {"trees": _TreesFile, "mlp": _PerceptronFile, "pnn": _ProbabilisticFile}
