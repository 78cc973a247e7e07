"""The same incident simulated and planted, through the same detectors: outcomes, and frames by region."""

import pickle
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.planting_frames import Sums, frame_sums
from detectors.catalogue import build
from detectors.detector import Detector
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from simulator.frame import Flags, LoopFrame
from simulator.planting.plant_incident import plant
from simulator.planting.scene import Scene
from simulator.planting.site_constants import SiteConstants
from simulator.recording.loop_table import read_loops
from simulator.recording.recording_folder import Recording, read_recording
from simulator.recording.truth_files import read_truth
from simulator.truth import Truth

HISTORY_S = 600.0
"""Before the onset, s: batteries record ten minutes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs: names that begin with `begins`, none that ends with one of `without`, at most `most`.

    Cases kept in the folder `keep` are used again.
    """

    begins: str = ""
    without: tuple[str, ...] = ()
    most: int | None = None
    keep: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One detector on one run."""

    detected: bool
    ttd_s: float
    false_alarms: int


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One incident: outcomes by detector as simulated, as planted and (where there is one) simulated with another seed."""

    name: str
    period_s: float
    lanes: int
    flow_vphpl: float
    weak: tuple[str, ...]
    simulated: Mapping[str, Outcome]
    planted: Mapping[str, Outcome]
    other: Mapping[str, Outcome]
    frames: Mapping[str, Sums]
    queue_simulated: float
    queue_planted: float


@dataclass(slots=True)
class Replayed:
    """Alarms of one detector, frame by frame."""

    detector: Detector
    alarms: list[Flags] = field(default_factory=list)

    def feed(self, frames: Sequence[LoopFrame]) -> "Replayed":
        """Step through frames."""
        for frame in frames:
            self.alarms.append(self.detector.step(frame).alarm)
        return self

    def outcome(self, name: str, corridor: Corridor, frames: Sequence[LoopFrame], truth: Truth) -> Outcome:
        """Return what came of it, up to the last frame."""
        times = np.array([frame.time_s for frame in frames])
        score = score_runs([ScoredRun(name, corridor, times, np.array(self.alarms), truth)], 0)
        (incident,) = score.incident_outcomes
        return Outcome(incident.detected, incident.ttd_s, sum(a.kind == "false" for a in score.alarm_outcomes))


def read_cases(
    results: Path, others: Path | None, names: Sequence[str], site: SiteConstants, wanted: Wanted, draw: int
) -> tuple[list[Case], dict[str, str]]:
    """Return all incidents of a results folder that could be planted, and why the rest could not."""
    found = sorted((results / "runs").glob(f"{wanted.begins}*"))
    runs = [run for run in found if not run.name.endswith(wanted.without)]
    if not runs:
        raise MissingFileError(f"{results}: no runs (wanted a battery's results)")
    cases: list[Case] = []
    left_out: dict[str, str] = {}
    for folder in runs:
        if wanted.most is not None and len(cases) >= wanted.most:
            break
        if not (folder / "twin_loops.csv.gz").is_file():
            continue
        other = (
            None
            if others is None or not (others / "runs" / folder.name / "run.json").is_file()
            else others / "runs" / folder.name
        )
        kept = None if wanted.keep is None else wanted.keep / f"{folder.name}.pickle"
        try:
            if kept is not None and kept.is_file():
                cases.append(pickle.loads(kept.read_bytes()))
                continue
            cases.append(read_case(folder, other, names, site, draw))
            if kept is not None:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(pickle.dumps(cases[-1]))
        except UserError as error:
            left_out[folder.name] = str(error)
    return cases, left_out


def read_case(folder: Path, other: Path | None, names: Sequence[str], site: SiteConstants, draw: int) -> Case:
    """Return one incident, planted and replayed. Raises UserError where it cannot be planted."""
    recording, truth = read_recording(folder), read_truth(folder)
    if len(truth.incidents) != 1:
        raise UserError(f"wanted one incident, got {len(truth.incidents)}")
    (incident,) = truth.incidents
    corridor, twin = recording.corridor, read_loops(folder / "twin_loops.csv.gz", recording.corridor)
    scene = Scene(incident.onset_s, incident.clearance_s, incident.position_m, incident.lanes)
    rng = np.random.default_rng([draw, *folder.name.encode()])
    result = plant(Recording(corridor, twin, ()), scene, site, rng, history_s=HISTORY_S)
    planted = result.recording.frames
    before = sum(frame.time_s <= incident.onset_s for frame in twin)
    until = sum(frame.time_s <= incident.clearance_s + 60.0 for frame in twin)
    outcomes: tuple[dict[str, Outcome], dict[str, Outcome], dict[str, Outcome]] = ({}, {}, {})
    for name in names:
        started = Replayed(build(name, corridor)).feed(twin[:before])
        for found, frames, known in zip(outcomes, (recording.frames, planted), (truth, result.truth), strict=False):
            fed = deepcopy(started).feed(frames[before:until])
            found[name] = fed.outcome(folder.name, corridor, frames[:until], known)
    other_frames: tuple[LoopFrame, ...] = ()
    if other is not None:
        again, again_truth = read_recording(other), read_truth(other)
        other_frames = tuple(again.frames)
        end = sum(frame.time_s <= again_truth.incidents[0].clearance_s + 60.0 for frame in other_frames)
        for name in names:
            fed = Replayed(build(name, corridor)).feed(other_frames[:end])
            outcomes[2][name] = fed.outcome(folder.name, corridor, other_frames[:end], again_truth)
    return Case(
        name=folder.name,
        period_s=corridor.period_s,
        lanes=len(incident.lanes),
        flow_vphpl=result.flow_vphpl,
        weak=result.weak,
        simulated=outcomes[0],
        planted=outcomes[1],
        other=outcomes[2],
        frames=frame_sums(recording.frames, planted, twin, other_frames, corridor, truth),
        queue_simulated=mean_queue(truth),
        queue_planted=mean_queue(result.truth),
    )


def mean_queue(truth: Truth) -> float:
    """Return the mean queue in all blocked lanes together until clearance [veh]."""
    until_s = truth.incidents[0].clearance_s
    times = {row.time_s for row in truth.lanes if row.time_s <= until_s}
    total = sum(row.queue for row in truth.lanes if row.time_s <= until_s)
    return total / len(times) if times else float("nan")
