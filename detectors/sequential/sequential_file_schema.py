"""What the file of the sequential detector must hold; `detectors.sequential.sequential_model_file` says what each part means."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from detectors.calibration.section_thresholds import SectionThresholds
from detectors.file_schema import FileSchema, ThresholdsByAim, Weight, misfit
from detectors.sequential.estimates.queue_features import QUEUE_NAMES
from detectors.tree_file import MOST_TREES, TreeFile

MOST_LAG_S = 3600.0
"""Longest time from a clearance to the frame that shows it, s. Chosen: no queue hides one for an hour."""


class _Ensembles(FileSchema):
    lane: TreeFile
    section: TreeFile
    blocked: TreeFile
    onset: TreeFile
    place: TreeFile
    queue: TreeFile
    share: TreeFile


class SequentialFile(FileSchema):
    """The keys of the file."""

    detector: str
    provenance: dict[str, str]
    thresholds: ThresholdsByAim
    posterior: Annotated[list[Weight], Field(min_length=2, max_length=2)]
    clearance_lag_s: Annotated[float, Field(ge=0, le=MOST_LAG_S)]
    glance_trees: Annotated[int, Field(ge=0, le=MOST_TREES)]
    glance: Weight
    names: list[str]
    ensembles: _Ensembles
    feedback: SectionThresholds | None = None

    @model_validator(mode="after")
    def _take_the_lane_features(self) -> Self:
        lane = len(self.names)
        widths = {"queue": len(QUEUE_NAMES), "share": len(QUEUE_NAMES)}
        for name in ("lane", "blocked", "onset", "place", "queue", "share"):
            wanted, got = widths.get(name, lane), getattr(self.ensembles, name).features
            if got != wanted:
                raise misfit(
                    f"ensembles.{name}.features", f"wanted {wanted}, with {lane} names of lane features, got {got}"
                )
        return self
