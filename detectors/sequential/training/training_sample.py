"""What training takes from a recording with truth: features of every frame, blocked lanes, and which frames are usable."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from detectors.calibration.hard_examples import Examples
from detectors.calibration.incident_free import KnownIncident, frame_times_s
from detectors.calibration.training_truth import Truth, training_truth
from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.corridor_steps import CorridorStep, CorridorSteps
from detectors.sequential.lane_log_odds import symptomatic
from detectors.sequential.training.degraded_recordings import DEGRADATIONS, degraded
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame


class TrainingIncident(KnownIncident, Protocol):
    """A known incident with its truth: its section, and when any loop could first show it [s]."""

    @property
    def section(self) -> int: ...  # noqa: D102
    @property
    def earliest_evidence_s(self) -> float: ...  # noqa: D102


class TrainingLane(Protocol):
    """One lane at one incident at the end of one frame: its queue [veh] and lane-changing share."""

    @property
    def time_s(self) -> float: ...  # noqa: D102
    @property
    def incident(self) -> int: ...  # noqa: D102
    @property
    def lane(self) -> int: ...  # noqa: D102
    @property
    def queue(self) -> float: ...  # noqa: D102
    @property
    def lane_changing(self) -> float: ...  # noqa: D102


class TrainingRun(Protocol):
    """Frames in order, with the whole truth about their incidents."""

    @property
    def corridor(self) -> Corridor: ...  # noqa: D102
    @property
    def frames(self) -> Sequence[LoopFrame]: ...  # noqa: D102
    @property
    def incidents(self) -> Sequence[TrainingIncident]: ...  # noqa: D102
    @property
    def lane_truth(self) -> Sequence[TrainingLane]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, eq=False)
class RunSample(ReadOnlyArrays):
    """One run for training: T frames, N sections, L lanes, F features.

    `steps` T results of the detector's own code, `features` (T, N, L, F) theirs in single precision (half the memory),
    `judged` (T, N, L), `symptoms` (T, N, L) lanes that the trees are evaluated for, `times_s` (T,).
    """

    steps: tuple[CorridorStep, ...]
    features: Array
    judged: Flags
    symptoms: Flags
    times_s: Array
    truth: Truth
    corridor: Corridor
    frames: Sequence[LoopFrame]
    incidents: Sequence[TrainingIncident]
    lane_truth: Sequence[TrainingLane]

    @property
    def examples(self) -> Examples:
        """The rows that the trees of lanes are fitted on."""
        return Examples(self.features, self.symptoms, self.truth)

    def place_of(self, incident: TrainingIncident) -> float:
        """Return the incident's place as share of its section's length, from the upstream station."""
        start_m = self.corridor.stations[incident.section].position_m
        return (incident.position_m - start_m) / self.corridor.section_length_m(incident.section)


def degraded_run_sample(run: TrainingRun, number: int) -> RunSample:
    """Return the sample of a run degraded by poorer loops; `number` chooses the way and the draw."""
    return run_sample(degraded(run, DEGRADATIONS[number % len(DEGRADATIONS)], number))


def run_sample(run: TrainingRun) -> RunSample:
    """Return the sample of a run."""
    corridor = run.corridor
    source = CorridorSteps(corridor)
    features, steps = [], []
    for frame in run.frames:
        step = source.step(frame)
        features.append(np.asarray(step.features, dtype=np.float32))
        steps.append(step)
    all_features: Array = np.stack(features)
    judged = np.stack([step.judged for step in steps])
    return RunSample(
        steps=tuple(replace(step, features=of_step) for step, of_step in zip(steps, all_features, strict=True)),
        features=all_features,
        judged=judged,
        symptoms=judged & symptomatic(all_features),
        times_s=frame_times_s(run),
        truth=training_truth(run),
        corridor=corridor,
        frames=run.frames,
        incidents=run.incidents,
        lane_truth=run.lane_truth,
    )
