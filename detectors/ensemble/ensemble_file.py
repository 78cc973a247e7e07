"""The ensemble's parameters as a JSON file, as `laneblock calibrate ensemble` writes it and `--parameters` reads it.

    {"detector": "ensemble", "provenance": {...}, "method": "stacked",
     "members": [{"name": "ewma", "file": null, "fingerprint": "9f...", "levels": {"0.1": 2.4, "1": 1.8, ...}}, ...],
     "stack": {"bias": -6.1, "weights": [...], "usual": [...]},
     "votes": {"0.1": ..., "1": ..., "10": ...}, "thresholds": {"0.1": ..., "1": ..., "10": ...}}

A member's file is null where it is the one that ships, else its text: a file of an ensemble needs no other beside it.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from detectors.calibration.aims import AIMS
from detectors.calibration.stored_text import parse_model, read_text, shipped_text, write_model_text
from detectors.ensemble.ensemble_parameters import (
    LEAST_MEMBERS,
    MOST_MEMBERS,
    NAME,
    EnsembleParameters,
    Member,
    Method,
)
from detectors.ensemble.stacked_weights import StackedWeights
from detectors.file_arrays import Weights
from detectors.file_schema import FileSchema, ThresholdsByAim, Weight, checked, misfit


class _MemberFile(FileSchema):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    file: str | None
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    levels: ThresholdsByAim

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if len(self.levels) < 2 or min(self.levels) <= 0:
            raise misfit(".levels", f"wanted thresholds for two rates above 0 or more, got {sorted(self.levels)}")
        for few, many in pairwise(sorted(self.levels)):
            if self.levels[few] == self.levels[many]:
                got = f"got {self.levels[few]:g} for {few:g} and for {many:g}"
                raise misfit(".levels", f"wanted a higher threshold for fewer false alarms, {got}")
        return self


class _StackFile(FileSchema):
    bias: Weight
    weights: Weights
    usual: Weights


class _EnsembleFile(FileSchema):
    detector: str
    provenance: dict[str, str] = Field(default_factory=dict)
    method: Method
    members: Annotated[list[_MemberFile], Field(min_length=LEAST_MEMBERS, max_length=MOST_MEMBERS)]
    stack: _StackFile | None
    votes: ThresholdsByAim
    thresholds: ThresholdsByAim

    @model_validator(mode="after")
    def _fits(self) -> Self:
        (name, times), *_ = Counter(member.name for member in self.members).most_common(1)
        if times > 1:
            raise misfit(".members", f"wanted each member once, got {name!r} {times} times")
        if (self.stack is None) != (self.method == "majority"):
            got = f"got method {self.method!r} {'without' if self.stack is None else 'with'} one"
            raise misfit(".stack", f"wanted a stack for the method 'stacked' and none for 'majority', {got}")
        for each in _SIZES if self.stack is not None else ():
            size = len(getattr(self.stack, each))
            if size != len(self.members):
                raise misfit(f".stack.{each}", f"wanted {len(self.members)} numbers, one for each member, got {size}")
        if self.stack is not None and (self.stack.weights < 0).any():
            raise misfit(".stack.weights", "wanted numbers of 0 or more (no alarm speaks against an incident)")
        rates = ", ".join(f"{aim:g}" for aim in AIMS)
        for table in ("votes", "thresholds"):
            missing = [f"{aim:g}" for aim in AIMS if aim not in getattr(self, table)]
            if missing:
                raise misfit(f".{table}", f"wanted one for each of the rates {rates}, got none for {missing[0]}")
        return self


DIGITS = 12
"""Significant digits of numbers in the file. Chosen: finer than `member_margins.LEAST_STEP`, and all of them are read again."""
_SIZES = ("weights", "usual")


def read_ensemble(path: Path | None) -> EnsembleParameters:
    """Return the parameters in a file, or the shipped ones. Raises MissingFileError, or UserError naming file and fault."""
    if path is None:
        return _read(shipped_text(NAME, ".json"), f"{NAME}.json")
    return _read(read_text(path, "model"), str(path))


def write_ensemble(path: Path, parameters: EnsembleParameters) -> None:
    """Write the parameters for `read_ensemble`."""
    stack = parameters.stack
    written: dict[str, Any] = {
        "detector": NAME,
        "provenance": dict(parameters.provenance),
        "method": parameters.method,
        "members": [
            {"name": each.name, "file": each.file, "fingerprint": each.fingerprint, "levels": _named(each.levels)}
            for each in parameters.members
        ],
        "stack": None
        if stack is None
        else {
            "bias": _rounded(stack.bias),
            **{name: [_rounded(value) for value in getattr(stack, name)] for name in _SIZES},
        },
        "votes": _named(parameters.votes),
        "thresholds": _named(parameters.thresholds),
    }
    write_model_text(path, written)


def _named(thresholds: Mapping[float, float]) -> dict[str, float]:
    return {f"{aim:g}": _rounded(threshold) for aim, threshold in thresholds.items()}


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _read(text: str, where: str) -> EnsembleParameters:
    read = checked(_EnsembleFile, parse_model(text, where, NAME), where)
    stack = read.stack
    return EnsembleParameters(
        read.method,
        tuple(Member(each.name, each.file, each.fingerprint, each.levels) for each in read.members),
        None if stack is None else StackedWeights(stack.bias, *(getattr(stack, name) for name in _SIZES)),
        read.votes,
        read.thresholds,
        read.provenance,
    )
