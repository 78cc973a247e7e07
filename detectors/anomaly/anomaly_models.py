"""Every learned anomaly detector by name: how it is trained, what its file holds, how many frames it looks at together.

To add one: a file with its model (`novelty_model.NoveltyModel`) and its training function, one with its schema, a row here.
"""

from dataclasses import dataclass

from detectors.anomaly.isolation_forest import train_isolation_forest
from detectors.anomaly.isolation_forest_file import IsolationForestFile
from detectors.anomaly.novelty_model import Train
from detectors.file_schema import FileSchema

GROUPS = ("guide", "neighbours", "residuals")
"""Groups of features that models see unless they say otherwise. Chosen on the battery `calibration`."""


@dataclass(frozen=True, slots=True)
class AnomalyModel:
    """`summary`: the detector in one line; `train(rows, seed)`; `schema`: its model as a file holds it, with `trained()`.

    `frames`: T, where the model takes sequences (R, T, F) of so many frames; 1 where it takes rows (R, F). `groups`: of the
    features that it sees (`anomaly_features`), beside the clock's.
    """

    summary: str
    train: Train
    schema: type[FileSchema]
    frames: int = 1
    groups: tuple[str, ...] = GROUPS


ANOMALY_MODELS: dict[str, AnomalyModel] = {
    "isolation_forest": AnomalyModel(
        "isolation forest (Liu, Ting and Zhou 2008) on a section's features",
        train_isolation_forest,
        IsolationForestFile,
    ),
}
