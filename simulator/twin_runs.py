"""Twins: the run again, each time with one incident left out.

The warm-up is simulated once. A twin continues from a state that SUMO saved before the first incident, and the result is the
same bit for bit as a simulation from the start. That is checked in every run: until its incident's onset all vehicles of a twin
are those of the run. Where they are not, because SUMO does not save all that it needs, the twin is simulated from the start; where
that does not help either, the twin is not exact and nothing is concluded from it. A stop on the shoulder, and elements of a
user's files (`scenarios.files.own_events`), are known to make a saved state inexact.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.run_log import RunLog
from simulator.sumo.blockage import blockages
from simulator.sumo.cancelled_stops import CancelledStops, cancel_s
from simulator.sumo.connection import Backend
from simulator.sumo.prepare import Prepared
from simulator.sumo.queue_observation import vehicles_held
from simulator.sumo.session import SavedState, SumoSession
from simulator.sumo.stop_file import StandingVehicle

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
        if not scenario.incidents or scenario.shoulder_stops or self.prepared.unsaved:
            return None
        first_s = min(incident.onset_s for incident in scenario.incidents)
        time_s = (math.ceil(first_s / scenario.period_s) - BRANCH_FRAMES) * scenario.period_s
        return SavedState(self.work / "branch.state.xml.gz", time_s) if time_s > 0 else None

    def must_be_equal(self, time_s: float) -> bool:
        """Return whether the vehicles at this time are compared between the run and a twin."""
        if self.prepared.stops:
            return True  # when the user's vehicles will stand is not known before
        onsets_s = [incident.onset_s for incident in self.prepared.scenario.incidents]
        if not onsets_s:
            return False
        period_s = self.prepared.scenario.period_s
        first_s = (math.ceil(min(onsets_s) / period_s) - BRANCH_FRAMES) * period_s
        return first_s < time_s <= max(onsets_s)

    def notes(self, twins: Sequence[RunLog | None]) -> list[str]:
        """Return lines on twins of own networks: why they were simulated from the start, and that one is not exact."""
        if self.prepared.scenario.network is None or not twins:
            return []
        notes = []
        if self.prepared.unsaved:
            notes.append(
                f"twins are simulated from the start, because SUMO does not save {', '.join(self.prepared.unsaved)}"
            )
        if None in twins:
            notes.append(
                "twin not exact: it differs from the run before the incident, so its earliest evidence and delay are not known"
            )
        return notes

    def simulate(self, run: RunLog) -> list[RunLog | None]:
        """Return one twin per incident of the run, in the scenario's order; None where it is not exact. The run must be over."""
        return [self._without(index, run) for index in range(len(self.prepared.scenario.incidents))]

    def _without(self, index: int, run: RunLog) -> RunLog | None:
        for branch in dict.fromkeys((self.branch, None)):
            twin = self._twin(index, run, branch)
            onset_s = self.prepared.scenario.incidents[index].onset_s
            if _same_until(onset_s, run, twin):
                return twin
        return None

    def _twin(self, index: int, run: RunLog, branch: SavedState | None) -> RunLog:
        scenario = self.prepared.scenario
        twin = RunLog() if branch is None else run.up_to(branch.time_s + scenario.period_s)
        others = tuple(incident for number, incident in enumerate(scenario.incidents) if number != index)
        blocked = blockages((*others, *scenario.shoulder_stops), self.prepared.road)
        return self._played(
            SumoSession(self.prepared, blocked, self.work, f"twin{index}", self.backend, load=branch), twin
        )

    def without_stops(self, number: int, stops: Sequence[StandingVehicle], run: RunLog) -> RunLog | None:
        """Return the twin in which vehicles of the user do not stop where they stood in the run; None where it is not exact.

        It is simulated from the start, and is the run until the first of these stops is cancelled.
        """
        scenario = self.prepared.scenario
        blocked = blockages((*scenario.incidents, *scenario.shoulder_stops), self.prepared.road)
        name = f"twin-own{number}"
        session = SumoSession(self.prepared, blocked, self.work, name, self.backend, cancelled=CancelledStops(stops))
        twin = self._played(session, RunLog())
        same_s = min(map(cancel_s, stops))
        return twin if _same_until(same_s, run, twin) else None

    def _played(self, session: SumoSession, twin: RunLog) -> RunLog:
        try:
            for frame in session.frames():
                if self.must_be_equal(frame.time_s):
                    twin.vehicles[frame.time_s] = session.sumo.digest()
                if not twin.frames or frame.time_s > twin.frames[-1].time_s:
                    twin.add(frame, vehicles_held(session.sumo, self.prepared.road, self.prepared.corridor))
        finally:
            session.close()
        return twin


def _same_until(time_s: float, run: RunLog, twin: RunLog) -> bool:
    return all(run.vehicles.get(at_s) == digest for at_s, digest in twin.vehicles.items() if at_s <= time_s)
