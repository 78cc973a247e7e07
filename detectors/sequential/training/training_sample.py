"""What training takes from recordings with truth: the evidence of every frame, which lanes were blocked, which frames count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from detectors.calibration.hard_examples import Examples
from detectors.calibration.incident_free import KnownIncident, times_of
from detectors.calibration.training_truth import Truth, truth_of
from detectors.sequential.lane_features import EvidenceOfLanes
from detectors.sequential.lane_symptoms import symptomatic
from detectors.sequential.stored_vehicles import StorageFilter
from detectors.sequential.training.degraded_recordings import WAYS, roughen
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
class _Seen:
    """A roughened run with the truth of the one it was made from."""

    corridor: Corridor
    frames: Sequence[LoopFrame]
    incidents: Sequence[TrainingIncident]


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """One run's evidence (T, N, L, F), `judged` and `worth` (symptomatic) (T, N, L), `stored`, `rate` (T, N), `times_s` (T,)."""

    names: tuple[str, ...]
    evidence: Array
    judged: Flags
    worth: Flags
    stored: Array
    rate: Array
    times_s: Array
    truth: Truth
    length_m: Array
    start_m: float
    period_s: float
    incidents: Sequence[TrainingIncident]
    lane_truth: Sequence[TrainingLane]

    @property
    def examples(self) -> Examples:
        """Its rows for a learned score."""
        return Examples(self.evidence, self.worth, self.truth)


def gather(run: TrainingRun) -> Gathered:
    """What a run teaches as it was recorded."""
    return _gather(run, run.lane_truth)


def gather_rough(run: TrainingRun, number: int) -> Gathered:
    """What it teaches with poorer loops; `number` chooses the way and the draw."""
    poorer = roughen(run, WAYS[number % len(WAYS)], number)
    return _gather(_Seen(poorer.corridor, poorer.frames, run.incidents), run.lane_truth)


def _gather(run: "TrainingRun | _Seen", lane_truth: Sequence[TrainingLane]) -> Gathered:
    source = EvidenceOfLanes(run.corridor)
    storage = StorageFilter(source.length_m, run.corridor.period_s)
    evidence, judged, stored, rate = [], [], [], []
    for frame in run.frames:
        seen, known = source.step(frame)
        reading, expected = source.reading, source.expectation
        storage.step(
            expected.total - reading.total[1:], expected.total, source.normal.noise_total, source.excess_density_veh()
        )
        evidence.append(seen.astype(np.float32))
        judged.append(known)
        stored.append(storage.stored.copy())
        rate.append(storage.rate.copy())
    all_evidence: Array = np.stack(evidence)  # half the memory
    known_lanes = np.stack(judged)
    return Gathered(
        names=source.names,
        evidence=all_evidence,
        judged=known_lanes,
        worth=known_lanes & symptomatic(all_evidence, source.names),
        stored=np.stack(stored),
        rate=np.stack(rate),
        times_s=times_of(run),
        truth=truth_of(run),
        length_m=source.length_m,
        start_m=run.corridor.stations[0].position_m,
        period_s=run.corridor.period_s,
        incidents=run.incidents or (),
        lane_truth=lane_truth,
    )
