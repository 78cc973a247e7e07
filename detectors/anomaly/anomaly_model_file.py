"""The JSON file of a learned anomaly detector: features, their standard, model, thresholds, provenance."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from detectors.anomaly.anomaly_file_schema import schema_of
from detectors.anomaly.novelty_model import NoveltyModel, NoveltySchema
from detectors.anomaly.standard_rows import StandardRows
from detectors.calibration.section_thresholds import SectionThresholds
from detectors.calibration.stored_text import parse_model, read_text, shipped_text, write_model_text
from detectors.calibration.thresholds import threshold_at
from detectors.file_schema import checked
from scenarios.corridor import Corridor
from scenarios.errors import UserError


@dataclass(frozen=True, slots=True, eq=False)
class TrainedAnomalyDetector:
    """A trained model of the detector of this name: the `features` that it sees, in this order, their standard, and the model.

    `thresholds` by false alarms per corridor-day, of scores that the model's `novelty` is. `period_s` of the frames that it was
    trained on, whose number its features count; None in a file that does not say. `feedback`: thresholds of sections,
    where they were learned.
    """

    detector: str
    features: tuple[str, ...]
    standard: StandardRows
    model: NoveltyModel
    thresholds: Mapping[float, float]
    provenance: Mapping[str, str]
    period_s: float | None = None
    feedback: SectionThresholds | None = None

    def threshold(self, aim: float) -> float:
        """Return the threshold for `aim` false alarms per corridor-day. Raises UserError where there is none."""
        return threshold_at(self.thresholds, aim, self.detector)

    def check_period(self, corridor: Corridor) -> None:
        """Raise UserError where the corridor's frames are of another period than those that the model was trained on."""
        if self.period_s is not None and self.period_s != corridor.period_s:
            raise UserError(
                f"{self.detector} was trained on frames of {self.period_s:g} s, and its features count frames; those of "
                f"{corridor.name} are of {corridor.period_s:g} s (laneblock calibrate {self.detector} --recordings ... trains one)"
            )


def write_anomaly(path: Path, trained: TrainedAnomalyDetector) -> None:
    """Write a trained detector for `read_anomaly`."""
    written = {
        "detector": trained.detector,
        **({} if trained.period_s is None else {"period_s": trained.period_s}),
        "provenance": dict(trained.provenance),
        "thresholds": {f"{aim:g}": threshold for aim, threshold in trained.thresholds.items()},
        "features": list(trained.features),
        "mean": trained.standard.mean.tolist(),
        "sd": trained.standard.sd.tolist(),
        "model": trained.model.to_json(),
    }
    write_model_text(path, written)


def read_anomaly(path: Path | None, detector: str) -> TrainedAnomalyDetector:
    """Return the trained detector in a file, or the shipped one.

    Raises MissingFileError, or UserError naming file and fault.
    """
    if path is None:
        return _read(shipped_text(detector, ".json"), f"{detector}.json", detector)
    return _read(read_text(path, "model"), str(path), detector)


def _read(text: str, where: str, detector: str) -> TrainedAnomalyDetector:
    read = checked(schema_of(detector), parse_model(text, where, detector), where)
    model = cast(NoveltySchema, read.model).trained()
    if model.features != len(read.features):
        wanted = f"a model of {len(read.features)} features, as are named in features"
        raise UserError(f"{where}: model: wanted {wanted}, got one of {model.features}")
    standard = StandardRows(read.mean, read.sd)
    thresholds, provenance = read.thresholds, read.provenance
    return TrainedAnomalyDetector(
        detector, tuple(read.features), standard, model, thresholds, provenance, read.period_s, read.feedback
    )
