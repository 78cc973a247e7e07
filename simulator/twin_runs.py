"""Twins: the run again, each time with one incident left out.

The warm-up is simulated once. A twin continues from a state that SUMO saved before the first incident, and the result is the
same bit for bit as a simulation from the start. A stop on the shoulder makes the saved state inexact: such a scenario's twins
are simulated from the start.
"""

import math
from dataclasses import dataclass
from pathlib import Path

from simulator.run_log import RunLog
from simulator.sumo.blockage import blockages
from simulator.sumo.connection import Backend
from simulator.sumo.prepare import Prepared
from simulator.sumo.session import SavedState, SumoSession

BRANCH_FRAMES = 2
"""The state is saved two frame ends before the first planned onset: one whole frame, in which both runs are still the same,
covers the incomplete first period after loading. Chosen; more frames only cost time."""


@dataclass(frozen=True, slots=True)
class TwinRuns:
    """The twins of one prepared run. SUMO's files go into `work`."""

    prepared: Prepared
    work: Path
    backend: Backend

    @property
    def branch(self) -> SavedState | None:
        """The state from which twins continue; None without incidents, and where twins start from the beginning."""
        scenario = self.prepared.scenario
        if not scenario.incidents or scenario.shoulder_stops:
            return None
        first_s = min(incident.onset_s for incident in scenario.incidents)
        time_s = (math.ceil(first_s / scenario.period_s) - BRANCH_FRAMES) * scenario.period_s
        return SavedState(self.work / "branch.state.xml.gz", time_s) if time_s > 0 else None

    def simulate(self, run: RunLog) -> list[RunLog]:
        """Return one twin per incident of the run, in the scenario's order. The run must be over."""
        return [self._without(index, run) for index in range(len(self.prepared.scenario.incidents))]

    def _without(self, index: int, run: RunLog) -> RunLog:
        scenario, branch = self.prepared.scenario, self.branch
        twin = RunLog() if branch is None else run.up_to(branch.time_s + scenario.period_s)
        others = tuple(incident for number, incident in enumerate(scenario.incidents) if number != index)
        blocked = blockages((*others, *scenario.shoulder_stops), self.prepared.road)
        session = SumoSession(self.prepared, blocked, self.work, f"twin{index}", self.backend, load=branch)
        try:
            for frame in session.frames():
                if not twin.frames or frame.time_s > twin.frames[-1].time_s:
                    twin.add(frame, session.sumo.vehicles_in_system())
        finally:
            session.close()
        return twin
