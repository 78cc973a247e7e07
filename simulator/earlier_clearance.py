"""What an incident would have cost, had its lanes been free earlier: the run again, each time with an earlier clearance.

The same scenario, seed and vehicles; all runs are one until the first of them clears. Each goes on until traffic has recovered,
also beyond the scenario's end, so that no delay is cut off. Delay is the excess of vehicles on the road, or waiting to enter it,
over the run without the incident, summed over time.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.incident import Incident
from scenarios.scenario import Scenario
from simulator.frame import LoopFrame
from simulator.sumo.blockage import Blockage, blockages
from simulator.sumo.connection import Backend
from simulator.sumo.prepare import Prepared, prepare
from simulator.sumo.session import SavedState, SumoSession
from simulator.twin_runs import TwinRuns

LEAST_BLOCKED_S = 90.0
"""Shortest incident that is simulated, s. Chosen: in under 30 s no vehicle may have stopped, and a minute of it is a queue."""
TAIL_S = 600.0
"""Time that is simulated beyond the clearance, s, and as much again as the lanes were blocked. Chosen: less cuts off the
recovery of a road near capacity, more only costs time."""
RECOVERED_FRAMES = 4
RECOVERED_VEH = 5.0
RECOVERED_SHARE = 0.02
"""Traffic has recovered where, over so many frames on average, no more vehicles are in the system than so many, or than this
share, above the run without the incident. Chosen: two runs of the same traffic differ by about as much; smaller values wait for
the noise to be small, larger ones stop while a queue still dissolves."""
CHECKED = ("count", "speed", "occupancy")


@dataclass(frozen=True, slots=True)
class EarlierClearance:
    """The incident with its vehicles released `earlier_s` before their time: observed clearance, and what it cost."""

    earlier_s: float
    clearance_s: float
    delay_veh_h: float


@dataclass(frozen=True, slots=True)
class ClearanceTwins:
    """One incident as it was, and with earlier clearances; times in s, `recovered_s` NaN where it is after all that was simulated.

    `as_recorded`: whether the loops read what the recording holds, None where that cannot be compared (faulty loops).
    """

    onset_s: float
    clearance_s: float
    recovered_s: float
    delay_veh_h: float
    earlier: tuple[EarlierClearance, ...]
    as_recorded: bool | None


def clearance_twins(
    scenario: Scenario,
    index: int,
    earlier_s: Sequence[float],
    work: Path,
    recorded: Sequence[LoopFrame] = (),
    backend: Backend = "libsumo",
) -> ClearanceTwins:
    """Simulate incident `index` of a scenario as it was and with its vehicles released each of `earlier_s` before their time.

    An earlier clearance that would leave fewer than LEAST_BLOCKED_S is left out. SUMO's files go into `work`. `recorded` are the
    scenario's frames, to be compared. Raises as `Simulation` does.
    """
    incident = scenario.incidents[index]
    end_s = incident.onset_s + 2 * incident.duration_s + TAIL_S
    prepared = prepare(scenario.model_copy(update={"end_s": max(scenario.end_s, end_s)}), work)
    runs = _Runs(prepared, work, backend, TwinRuns(prepared, work, backend).branch)
    without = dict(runs.vehicles("without", index))
    own = _Excess(without, scenario.period_s)
    seen: dict[float, LoopFrame] = {}
    blockage = runs.follow("again", incident, index, own, seen)
    earlier: list[EarlierClearance] = []
    for step_s in earlier_s:
        duration_s = incident.duration_s - step_s
        if duration_s < LEAST_BLOCKED_S:
            continue
        sooner = _Excess(without, scenario.period_s, own.until_s)
        event = incident.model_copy(update={"duration_s": duration_s})
        cleared_s = runs.follow(f"earlier{len(earlier)}", event, index, sooner, {}).clearance_s
        earlier.append(EarlierClearance(step_s, cleared_s, sooner.veh_h))
    same = None if scenario.faults else _same(seen, recorded)
    return ClearanceTwins(
        blockage.onset_s, blockage.clearance_s, own.recovered_s, own.veh_h, tuple(earlier), same if recorded else None
    )


class _Excess:
    """Vehicles in excess of the run without the incident, frame by frame, until traffic has recovered, or until `until_s`."""

    def __init__(self, without: dict[float, int], period_s: float, until_s: float = math.inf) -> None:
        self._without, self._period_s, self._until_s = without, period_s, until_s
        self._excess: list[float] = []
        self.until_s = self.recovered_s = math.nan

    @property
    def veh_h(self) -> float:
        """The delay."""
        return math.fsum(self._excess) * self._period_s / 3600

    def take(self, time_s: float, vehicles: int, cleared_s: float) -> bool:
        """Take a frame; return whether this is the last one that is wanted."""
        self._excess.append(vehicles - self._without[time_s])
        self.until_s = time_s
        if not math.isinf(self._until_s):
            return time_s >= self._until_s
        first_s = time_s - RECOVERED_FRAMES * self._period_s
        if not first_s >= cleared_s:  # also while it is not cleared, where `cleared_s` is NaN
            return False
        allowed = max(RECOVERED_VEH, RECOVERED_SHARE * self._without[time_s])
        if float(np.mean(self._excess[-RECOVERED_FRAMES:])) > allowed:
            return False
        self.recovered_s = time_s
        return True


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of one prepared scenario, each with another form of one incident; they go on from the state `branch`, if any."""

    prepared: Prepared
    work: Path
    backend: Backend
    branch: SavedState | None

    def vehicles(self, name: str, index: int) -> Iterator[tuple[float, int]]:
        """Yield the ends of frames of a whole run, with the vehicles in the system; the run saves the state `branch`."""
        session = SumoSession(self.prepared, self._others(index), self.work, name, self.backend, save=self.branch)
        try:
            for frame in session.frames():
                yield frame.time_s, session.sumo.vehicles_in_system()
        finally:
            session.close()

    def follow(self, name: str, event: Incident, index: int, excess: _Excess, seen: dict[float, LoopFrame]) -> Blockage:
        """Run with the incident until `excess` has enough; frames go into `seen`. Return the blockage as observed."""
        (blockage,) = blockages((event,), self.prepared.road)
        blocked = (blockage, *self._others(index))
        session = SumoSession(self.prepared, blocked, self.work, name, self.backend, load=self.branch)
        first_s = 0.0 if self.branch is None else self.branch.time_s + self.prepared.scenario.period_s
        try:
            for frame in session.frames():
                if frame.time_s <= first_s:  # incomplete, as the state was loaded within it
                    continue
                seen[frame.time_s] = frame
                if excess.take(frame.time_s, session.sumo.vehicles_in_system(), blockage.clearance_s):
                    break
        finally:
            session.close()
        return blockage

    def _others(self, index: int) -> tuple[Blockage, ...]:
        scenario = self.prepared.scenario
        others = [each for number, each in enumerate(scenario.incidents) if number != index]
        return blockages((*others, *scenario.shoulder_stops), self.prepared.road)


def _same(seen: dict[float, LoopFrame], recorded: Sequence[LoopFrame]) -> bool:
    pairs = [(seen[frame.time_s], frame) for frame in recorded if frame.time_s in seen]
    return all(
        np.allclose(getattr(one, name), getattr(other, name), atol=1e-3, equal_nan=True)
        for one, other in pairs
        for name in CHECKED
    )
