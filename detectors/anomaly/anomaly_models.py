"""Every learned anomaly detector by name: how it is trained, what its file holds, how many frames it looks at together.

To add one: a file with its model (`novelty_model.NoveltyModel`), its training function and its schema, and a row here.
"""

from dataclasses import dataclass

from detectors.anomaly.novelty_model import Train
from detectors.file_schema import FileSchema


@dataclass(frozen=True, slots=True)
class AnomalyModel:
    """`summary`: the detector in one line; `train(rows, seed)`; `schema`: its model as a file holds it, with `trained()`.

    `frames`: T, where the model takes sequences (R, T, F) of so many frames; 1 where it takes rows (R, F).
    """

    summary: str
    train: Train
    schema: type[FileSchema]
    frames: int = 1


ANOMALY_MODELS: dict[str, AnomalyModel] = {}
