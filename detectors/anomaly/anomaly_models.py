"""Every learned anomaly detector by name: how it is trained, what its file holds, how many frames it looks at together.

To add one: a file with its model (`novelty_model.NoveltyModel`) and its training function, one with its schema, a row here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from detectors.anomaly.autoencoder import AutoencoderFile, train_autoencoder
from detectors.anomaly.dbscan import DbscanFile, train_dbscan
from detectors.anomaly.isolation_forest import train_isolation_forest
from detectors.anomaly.isolation_forest_file import IsolationForestFile
from detectors.anomaly.lof import LofFile, train_lof
from detectors.anomaly.lstm_autoencoder import SEQUENCE_FEATURES, SEQUENCE_FRAMES, LstmAutoencoderFile
from detectors.anomaly.lstm_training import train_lstm_autoencoder
from detectors.anomaly.novelty_model import Train
from detectors.anomaly.one_class_svm import OneClassSvmFile, train_one_class_svm
from detectors.calibration.pytorch import pytorch
from detectors.calibration.scikit_learn import scikit_learn
from detectors.file_schema import FileSchema

DEFAULT_GROUPS = ("guide", "neighbours", "residuals")
"""Groups of features that models see unless they say otherwise. Chosen on the battery `calibration`."""

_SCIKIT_LEARN = partial(scikit_learn, "base", "BaseEstimator")


@dataclass(frozen=True, slots=True)
class AnomalyModel:
    """`summary`: the detector in one line; `train(rows, seed)`; `schema`: its model as a file holds it, with `trained()`.

    `frames`: T, where the model takes sequences (R, T, F) of so many frames; 1 where it takes rows (R, F). Beside the clock's
    features (`anomaly_features`) it sees those named in `features`; where none are, those of `groups`. `library()` raises
    MissingExtraError where what trains it is not installed.
    """

    summary: str
    train: Train
    schema: type[FileSchema]
    frames: int = 1
    groups: tuple[str, ...] = DEFAULT_GROUPS
    features: tuple[str, ...] = ()
    library: Callable[[], object] = _SCIKIT_LEARN


ANOMALY_MODELS: dict[str, AnomalyModel] = {
    "isolation_forest": AnomalyModel(
        "isolation forest (Liu, Ting and Zhou 2008) on a section's features",
        train_isolation_forest,
        IsolationForestFile,
    ),
    "one_class_svm": AnomalyModel(
        "one-class support vector machine (Schölkopf et al. 2001) on a section's features",
        train_one_class_svm,
        OneClassSvmFile,
    ),
    "lof": AnomalyModel(
        "local outlier factor (Breunig et al. 2000) of a section's features beside exemplars of the history",
        train_lof,
        LofFile,
    ),
    "dbscan": AnomalyModel(
        "distance of a section's features to the core points of DBSCAN's clusters (Ester et al. 1996), over eps",
        train_dbscan,
        DbscanFile,
    ),
    "autoencoder": AnomalyModel(
        "autoencoder: a neural network gives a section's features back through a narrow layer (Hinton and Salakhutdinov 2006)",
        train_autoencoder,
        AutoencoderFile,
    ),
    "lstm_autoencoder": AnomalyModel(
        "autoencoder of a section's last frames, of long short-term memory (Malhotra et al. 2016)",
        train_lstm_autoencoder,
        LstmAutoencoderFile,
        frames=SEQUENCE_FRAMES,
        features=SEQUENCE_FEATURES,
        library=pytorch,
    ),
}
