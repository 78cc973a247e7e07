"""The trained part of the sequential detector: seven ensembles of trees, thresholds, and what they come from; one JSON file.

    lane      log odds that a lane is blocked, from its features                              decides
    section   log odds that a section holds an incident, from section features                decides
    blocked   log odds that a lane is blocked now, in a section with an incident              estimates
    onset, place, queue, share   regressions on a blocked lane's features: seconds since      estimate
              onset, share of the section's length, vehicles queuing, lane-changing share

Log odds are the trees' raw output, as trained on samples in which incidents are frequent and weighted: they order sections
and are compared with thresholds; as probabilities they would be far too high. `Model.probability` calibrates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from detectors.calibration.section_thresholds import SectionThresholds
from detectors.calibration.stored_text import parse_model, read_text, write_model_text
from detectors.calibration.thresholds import threshold_at
from detectors.file_schema import checked
from detectors.sequential.sequential_file_schema import SequentialFile
from detectors.tree_ensemble import TreeEnsemble
from simulator.frame import Array

SHIPPED = "sequential.json"
MOST_LOG_ODDS = 50.0  # of a calibrated probability; keeps the exponential finite
ENSEMBLES = ("lane", "section", "blocked", "onset", "place", "queue", "share")


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The ensembles; `names` of the lane features they were trained on; `thresholds` by false alarms per corridor-day.

    `first_trees`, `first_trees_limit`: a lane whose first trees add up to no more than the limit is not evaluated further;
    `platt`: slope and offset of the calibrated log odds over the score (Platt 1999), fitted out of fold, for one
    incident of ten minutes per corridor-day; `clearance_lag_s`: median time from a clearance to the frame that shows it.
    `feedback`: thresholds of sections, where they were learned. In the file the first three are "glance_trees", "glance",
    "posterior".
    """

    names: tuple[str, ...]
    lane: TreeEnsemble
    section: TreeEnsemble
    blocked: TreeEnsemble
    onset: TreeEnsemble
    place: TreeEnsemble
    queue: TreeEnsemble
    share: TreeEnsemble
    first_trees: int
    first_trees_limit: float
    thresholds: Mapping[float, float]
    platt: tuple[float, float]
    clearance_lag_s: float
    provenance: Mapping[str, str]
    feedback: SectionThresholds | None = None

    def threshold(self, aim: float) -> float:
        """Return the threshold for `aim` false alarms per corridor-day. Raises UserError for an aim without one."""
        return threshold_at(self.thresholds, aim, "sequential")

    def probability(self, score: Array) -> Array:
        """Return (K,), the calibrated probabilities that sections with these scores (K,) hold an incident."""
        slope, offset = self.platt
        return np.asarray(1 / (1 + np.exp(-np.clip(slope * score + offset, -MOST_LOG_ODDS, MOST_LOG_ODDS))))


def write_model(path: Path, model: Model) -> None:
    """Write a model in the format that `read_model` reads."""
    written = {
        "detector": "sequential",
        "provenance": dict(model.provenance),
        "thresholds": {f"{aim:g}": threshold for aim, threshold in model.thresholds.items()},
        "posterior": list(model.platt),
        "clearance_lag_s": model.clearance_lag_s,
        "glance_trees": model.first_trees,
        "glance": model.first_trees_limit,
        "names": list(model.names),
        "ensembles": {name: getattr(model, name).to_json() for name in ENSEMBLES},
    }
    write_model_text(path, written)


def read_model(path: Path) -> Model:
    """Return the model in a file. Raises MissingFileError, and UserError with the file's name and what is wrong in it."""
    return _model(read_text(path, "model"), str(path))


def shipped_file() -> Traversable:
    """The file of the model that comes with the package."""
    return files("detectors.sequential").joinpath(SHIPPED)


@cache
def shipped_model() -> Model:
    """Return the model that comes with the package."""
    return _model(shipped_file().read_text(encoding="utf-8"), SHIPPED)


def _model(text: str, where: str) -> Model:
    written = checked(SequentialFile, parse_model(text, where, "sequential"), where)
    return Model(
        names=tuple(written.names),
        first_trees=written.glance_trees,
        first_trees_limit=written.glance,
        thresholds=written.thresholds,
        platt=(written.posterior[0], written.posterior[1]),
        clearance_lag_s=written.clearance_lag_s,
        provenance=written.provenance,
        feedback=written.feedback,
        **{name: TreeEnsemble.from_file(getattr(written.ensembles, name)) for name in ENSEMBLES},
    )
