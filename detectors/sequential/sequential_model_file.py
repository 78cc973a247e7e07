"""The trained part of the sequential detector: seven ensembles, thresholds, and where they come from; one JSON file.

lane      log odds that a lane is blocked, from its evidence            (procedure 2: the likelihood of a symptom)
section   log odds that a section holds an incident, from its lanes'    (procedure 3: what the test compares)
blocked   in a section with an incident: log odds that a lane is blocked now
onset, place, queue, share   regressions on a blocked lane's evidence: seconds since onset, share of the section's
                             length, vehicles queuing, lane-changing fraction
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

from detectors.calibration.aims import threshold_at
from detectors.tree_ensemble import TreeEnsemble
from scenarios.errors import MissingFileError, UserError

SHIPPED = "sequential.json"
ENSEMBLES = ("lane", "section", "blocked", "onset", "place", "queue", "share")


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The ensembles; `names` of the evidence they were trained on; `thresholds` by false alarms per corridor-day.

    `glance`: a lane whose first `glance_trees` trees say less than this is not looked at further; `posterior`: slope and
    offset from a section's score to the log odds that it holds an incident, where one corridor-day has one;
    `clearance_lag_s`: how late the median clearance is seen; `longest_m`: the longest section trained on.
    """

    names: tuple[str, ...]
    lane: TreeEnsemble
    section: TreeEnsemble
    blocked: TreeEnsemble
    onset: TreeEnsemble
    place: TreeEnsemble
    queue: TreeEnsemble
    share: TreeEnsemble
    glance_trees: int
    glance: float
    thresholds: Mapping[float, float]
    posterior: tuple[float, float]
    clearance_lag_s: float
    longest_m: float
    provenance: Mapping[str, str]

    def threshold(self, aim: float) -> float:
        """The threshold for `aim` false alarms per corridor-day. Raises UserError where it was not calibrated for it."""
        return threshold_at(self.thresholds, aim, "sequential")


def write_model(path: Path, model: Model) -> None:
    """Write a model for `read_model`."""
    written = {
        "detector": "sequential",
        "provenance": dict(model.provenance),
        "thresholds": {f"{aim:g}": threshold for aim, threshold in model.thresholds.items()},
        "posterior": list(model.posterior),
        "clearance_lag_s": model.clearance_lag_s,
        "longest_m": model.longest_m,
        "glance_trees": model.glance_trees,
        "glance": model.glance,
        "names": list(model.names),
        "ensembles": {name: getattr(model, name).to_json() for name in ENSEMBLES},
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in written.items())
    path.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def read_model(path: Path) -> Model:
    """Read a model. Raises UserError naming the file and what is wrong with it, MissingFileError."""
    if not path.is_file():
        raise MissingFileError(f"no such model: {path}")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path}: a model of the sequential detector is UTF-8 text (is it compressed?)") from None
    return _model(text, str(path))


@cache
def shipped_model() -> Model:
    """The model that comes with the package."""
    return _model(files("detectors.sequential").joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED)


def _model(text: str, where: str) -> Model:
    try:
        written: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{where}: wanted a model of the sequential detector in JSON: {error}") from None
    if not isinstance(written, dict) or written.get("detector") != "sequential":
        got = written.get("detector") if isinstance(written, dict) else type(written).__name__
        raise UserError(f"{where}: wanted a model with detector = 'sequential', got {got!r}")
    try:
        thresholds = {float(aim): float(threshold) for aim, threshold in written["thresholds"].items()}
        slope, offset = (float(number) for number in written["posterior"])
        model = Model(
            names=tuple(written["names"]),
            glance_trees=int(written["glance_trees"]),
            glance=float(written["glance"]),
            thresholds=thresholds,
            posterior=(slope, offset),
            clearance_lag_s=float(written["clearance_lag_s"]),
            longest_m=float(written["longest_m"]),
            provenance={str(key): str(value) for key, value in written["provenance"].items()},
            **{name: TreeEnsemble.from_json(written["ensembles"][name]) for name in ENSEMBLES},
        )
    except KeyError as missing:
        raise UserError(f"{where}: a model of the sequential detector wants {missing}, which is not there") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise UserError(f"{where}: not a model of the sequential detector: {error}") from None
    if not all(isfinite(threshold) for threshold in thresholds.values()):
        raise UserError(f"{where}: wanted finite thresholds, got {thresholds}")
    return model
