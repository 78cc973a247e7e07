"""The parts of the detector that can be switched off, for the ablation (`benchmarks.sequential_ablation`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts are on; all of them in use."""

    shadow: bool = True
    deficit: bool = True
    lane_queue: bool = True
    head_condition: bool = True
    discharge: bool = True
    composite_null: bool = True
    suspicions: bool = True
    health: bool = True
    trees: bool = True


ALL = Parts()
