"""What the file of a learned anomaly detector must hold, by the detector's name."""

from functools import cache
from typing import Annotated, Self

from pydantic import Field, create_model, model_validator

from detectors.anomaly.anomaly_features import NAMES
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.anomaly.standard_rows import LEAST_SD
from detectors.calibration.hourly_normal import HOUR_S
from detectors.calibration.section_thresholds import SectionThresholds
from detectors.file_arrays import Weights
from detectors.file_schema import FileSchema, ThresholdsByAim, misfit


class AnomalyFile(FileSchema):
    """Keys of every such file; `model` is that of the detector's own schema."""

    detector: str
    period_s: Annotated[float, Field(gt=0, le=HOUR_S)] | None = None
    provenance: dict[str, str]
    thresholds: ThresholdsByAim
    features: Annotated[list[str], Field(min_length=1, max_length=len(NAMES))]
    mean: Weights
    sd: Weights
    model: FileSchema
    feedback: SectionThresholds | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for number, name in enumerate(self.features):
            if name not in NAMES:
                raise misfit(f"features[{number}]", f"wanted features of anomaly_features.py, got {name[:60]!r}")
            if name in self.features[:number]:
                raise misfit(f"features[{number}]", f"wanted each feature once, got {name!r} twice")
        for key in ("mean", "sd"):
            if len(getattr(self, key)) != len(self.features):
                got = len(getattr(self, key))
                raise misfit(key, f"wanted {len(self.features)} numbers, one for each of the features, got {got}")
        wrong = (self.sd != 0.0) & (self.sd < LEAST_SD)
        if wrong.any():
            raise misfit("sd", f"wanted 0, or deviations of {LEAST_SD:g} or more, got {self.sd[wrong][0]:g}")
        return self


@cache
def schema_of(detector: str) -> type[AnomalyFile]:
    """Return the schema of the file of the anomaly detector of this name."""
    return create_model("_FileOf", __base__=AnomalyFile, model=(ANOMALY_MODELS[detector].schema, ...))
