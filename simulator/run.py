"""A scenario becomes frames, live, and then the truth: what happened, and what the twin says of it.

    with Simulation(scenario, work) as simulation:
        for frame in simulation.frames():   # SUMO stands at the end of frame.time_s
            ...
        outcome = simulation.finish()       # truth; runs the twin where there are incidents

The warm-up is simulated once: the twin continues from a state saved before the first incident, bit for bit, unless something
steered from outside (a stop on the shoulder) makes that inexact; then it is run from the start.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.scenario import Scenario
from simulator.faults.corrupted_frames import corrupted
from simulator.frame import LoopFrame
from simulator.sumo.blockage import Blockage
from simulator.sumo.connection import Backend
from simulator.sumo.lane_changes import read_lane_changes
from simulator.sumo.prepare import Prepared, prepare
from simulator.sumo.queue_observation import LaneView, look
from simulator.sumo.session import Drive, SavedState
from simulator.truth import LaneChanges, LaneTruth, ObservedIncident, Truth
from simulator.twin import carrying, earliest_evidence_s, has_impact


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run was: its truth, the twin's frames (None without an incident, or with several: each has its own), and what
    the loops would have said (None where none was faulty)."""

    truth: Truth
    twin_frames: tuple[LoopFrame, ...] | None
    true_frames: tuple[LoopFrame, ...] | None = None


@dataclass
class _Seen:
    """What was seen of a run, frame by frame."""

    frames: list[LoopFrame] = field(default_factory=list)
    in_system: list[int] = field(default_factory=list)
    views: dict[tuple[int, float], list[LaneView]] = field(default_factory=dict)


class Simulation:
    """One run of a scenario. Files go into `work`, which must exist.

    Raises UserError for a scenario that cannot be and SumoError, with SUMO's own words, where SUMO refuses or fails.
    """

    def __init__(self, scenario: Scenario, work: Path, backend: Backend = "libsumo", gui: bool = False) -> None:
        self._scenario = scenario
        self._work = work
        self._backend: Backend = backend
        self._prepared: Prepared = prepare(scenario, work)
        self._incidents = tuple(Blockage(incident, self._prepared.road) for incident in scenario.incidents)
        self._seen = _Seen()
        self._branch = self._branch_state()
        self._drive = Drive(
            self._prepared, (*self._incidents, *self._shoulder_stops()), work, "run", backend, gui, save=self._branch
        )

    def __enter__(self) -> "Simulation":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drive.close()

    @property
    def corridor(self) -> Corridor:
        """The corridor whose loops are read."""
        return self._prepared.corridor

    @property
    def now_s(self) -> float:
        """Where SUMO stands, by its own clock."""
        return self._drive.sumo.time_s()

    def frames(self) -> Iterator[LoopFrame]:
        """Frames after the warm-up, one by one, as the loops tell them, faulty ones too; when one is handed over, nothing
        after it has been simulated."""
        for frame in corrupted(self._noted(), self.corridor, self._scenario.faults, self._scenario.seed):
            if frame.time_s > self._scenario.warm_up_s:
                yield frame

    def _noted(self) -> Iterator[LoopFrame]:
        for frame in self._drive.frames():
            self._note(frame)
            yield frame

    def finish(self) -> Outcome:
        """End the run and establish its truth. Call it after the last frame. Raises UserError for an incident that is not over."""
        scenario, seen = self._scenario, self._seen
        if not seen.frames or seen.frames[-1].time_s + scenario.period_s <= scenario.end_s:
            raise RuntimeError("finish() comes after the last frame")
        for blockage in self._incidents:
            if math.isnan(blockage.clearance_s):
                raise UserError(
                    f"the incident at {blockage.event.position_m:.0f} m was not over by end_s = {scenario.end_s:.0f} s"
                )
        self._drive.close()
        collisions, teleports = self._drive.collisions_and_teleports()
        if not self._incidents:
            return Outcome(Truth((), (), (), (), collisions, teleports), None, self._true_frames())
        twins = [self._run_twin(index) for index in range(len(self._incidents))]
        observed = tuple(self._observed(index, twin) for index, twin in enumerate(twins))
        changes = read_lane_changes(self._drive.lane_change_file, self._prepared.road, self.corridor, observed)
        recorded = self._recorded(seen)
        waves = [
            wave
            for index, (incident, twin) in enumerate(zip(observed, twins, strict=True))
            for wave in carrying(
                recorded, self._recorded(twin), incident.onset_s, incident.clearance_s, self._queued(index, recorded)
            )
        ]
        truth = Truth(observed, tuple(waves), self._lane_truth(observed, changes), changes, collisions, teleports)
        twin_frames = tuple(self._recorded(twins[0])) if len(twins) == 1 else None
        return Outcome(truth, twin_frames, self._true_frames())

    def _true_frames(self) -> tuple[LoopFrame, ...] | None:
        return tuple(self._recorded(self._seen)) if self._scenario.faults else None

    def _shoulder_stops(self) -> tuple[Blockage, ...]:
        return tuple(Blockage(stop, self._prepared.road) for stop in self._scenario.shoulder_stops)

    def _branch_state(self) -> SavedState | None:
        """Where twins leave the run: a whole frame before the first incident is asked for; None where they cannot."""
        if not self._incidents or self._scenario.shoulder_stops:
            return None
        period_s = self._scenario.period_s
        first_s = min(incident.onset_s for incident in self._scenario.incidents)
        time_s = (math.ceil(first_s / period_s) - 2) * period_s
        return SavedState(self._work / "branch.state.xml.gz", time_s) if time_s > 0 else None

    def _note(self, frame: LoopFrame) -> None:
        self._seen.frames.append(frame)
        self._seen.in_system.append(self._drive.sumo.vehicles_in_system())
        for index, blockage in enumerate(self._incidents):
            event = blockage.event
            near = event.onset_s - self._scenario.period_s <= frame.time_s
            over = frame.time_s - self._scenario.period_s >= blockage.clearance_s
            if near and not over:
                blocked = frozenset(blockage.lanes)
                self._seen.views[index, frame.time_s] = look(
                    self._drive.sumo, self._prepared.road, self.corridor, event.position_m, blocked
                )

    def _run_twin(self, index: int) -> _Seen:
        """The same run without incident `index` (others happen again): continued from the branch, or from the start."""
        seen = _Seen()
        if self._branch is not None:
            # The first period after loading is not whole; up to its end nothing was blocked, so both runs are one.
            kept = sum(frame.time_s <= self._branch.time_s + self._scenario.period_s for frame in self._seen.frames)
            seen.frames += self._seen.frames[:kept]
            seen.in_system += self._seen.in_system[:kept]
        others = tuple(
            Blockage(incident, self._prepared.road)
            for number, incident in enumerate(self._scenario.incidents)
            if number != index
        )
        blockages = (*others, *self._shoulder_stops())
        drive = Drive(self._prepared, blockages, self._work, f"twin{index}", self._backend, load=self._branch)
        try:
            for frame in drive.frames():
                if not seen.frames or frame.time_s > seen.frames[-1].time_s:
                    seen.frames.append(frame)
                    seen.in_system.append(drive.sumo.vehicles_in_system())
        finally:
            drive.close()
        return seen

    def _recorded(self, seen: _Seen) -> list[LoopFrame]:
        return [frame for frame in seen.frames if frame.time_s > self._scenario.warm_up_s]

    def _observed(self, index: int, twin: _Seen) -> ObservedIncident:
        blockage = self._incidents[index]
        position_m, onset_s, clearance_s = blockage.event.position_m, blockage.onset_s, blockage.clearance_s
        section = self.corridor.section_at(position_m)
        frames, others = self._recorded(self._seen), self._recorded(twin)
        lost = np.array(self._seen.in_system) - np.array(twin.in_system)
        queues = [view.queue for (number, _), views in self._seen.views.items() if number == index for view in views]
        return ObservedIncident(
            onset_s=onset_s,
            clearance_s=clearance_s,
            position_m=position_m,
            lanes=tuple(sorted(blockage.lanes)),
            section=section,
            earliest_evidence_s=earliest_evidence_s(frames, others, onset_s, section),
            impact=has_impact(frames, others, onset_s, clearance_s, section),
            delay_veh_h=float(lost.sum()) * self._scenario.period_s / 3600,
            queue_max_veh=float(max(queues, default=0)),
        )

    def _queued(self, index: int, recorded: list[LoopFrame]) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
        """(T, S) whether the queue, chained back from the blockage, reaches over a station."""
        flags = np.zeros((len(recorded), len(self.corridor.stations)), dtype=np.bool_)
        position_m = self._incidents[index].event.position_m
        for row, frame in enumerate(recorded):
            views = self._seen.views.get((index, frame.time_s), [])
            tail_m = min((view.tail_m for view in views), default=position_m)
            for station, at in enumerate(self.corridor.stations):
                flags[row, station] = tail_m <= at.position_m < position_m
        return flags

    def _lane_truth(
        self, observed: tuple[ObservedIncident, ...], changes: tuple[LaneChanges, ...]
    ) -> tuple[LaneTruth, ...]:
        """One row per incident, frame it touches, and lane."""
        counts = {frame.time_s: frame.count for frame in self._seen.frames}
        left, came = Counter[tuple[int, float, int]](), Counter[tuple[int, float, int]]()
        for change in changes:
            if change.side == "up":
                left[change.incident, change.time_s, change.from_lane] += change.vehicles
                came[change.incident, change.time_s, change.to_lane] += change.vehicles
        rows = []
        for (index, time_s), views in sorted(self._seen.views.items()):
            incident = observed[index]
            before = self._seen.views.get((index, time_s - self._scenario.period_s))
            if time_s <= incident.onset_s or before is None:
                continue
            for view, earlier in zip(views, before, strict=True):
                arrived = float(counts[time_s][incident.section, view.lane])
                gone = float(left[index, time_s, view.lane])
                there = arrived + earlier.upstream + came[index, time_s, view.lane]
                # A loop counts a vehicle when its rear has passed, the view when its front has: gone may exceed there by one.
                share = min(1.0, gone / there) if there > 0 else math.nan
                rows.append(
                    LaneTruth(
                        time_s, index, view.lane, view.queue, view.upstream, view.downstream, arrived, gone, share
                    )
                )
        return tuple(rows)
