"""A scenario becomes frames, one by one, and then the truth of what happened.

    with Simulation(scenario, work) as simulation:
        for frame in simulation.frames():   # SUMO stands at the end of frame.time_s
            ...
        outcome = simulation.finish()       # simulates the twins, then builds the truth

`twin_runs` simulates the twins, `observed_truth` builds the truth.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.scenario import Scenario
from simulator.faults.corrupted_frames import corrupted
from simulator.frame import LoopFrame
from simulator.observed_truth import observed_truth
from simulator.own_blockages import OwnEventsSeen, own_events_seen
from simulator.own_places import add_own_views, note_own_views, own_places
from simulator.run_log import RunLog
from simulator.sumo.blockage import blockages
from simulator.sumo.connection import Backend
from simulator.sumo.own_settings import step_s
from simulator.sumo.prepare import Prepared, prepare
from simulator.sumo.queue_observation import lane_views, vehicles_held
from simulator.sumo.run_traffic import traffic_account
from simulator.sumo.session import SumoSession
from simulator.sumo.stop_file import read_stops
from simulator.traffic_account import TrafficAccount
from simulator.truth import SeenBlockage, Truth
from simulator.twin_runs import TwinRuns


@dataclass(frozen=True, slots=True)
class Outcome:
    """Results of a run besides its frames.

    `twin_frames` are the twin's; None without an incident or an exact twin, and with several, because each has a twin of its own
    (beside one incident of the scenario, stops of a user's own vehicles do not count as such).
    `true_frames` are the readings of healthy loops; None where no loop was faulty. `traffic` is the run's own, not its twins'.
    """

    truth: Truth
    traffic: TrafficAccount
    twin_frames: tuple[LoopFrame, ...] | None
    true_frames: tuple[LoopFrame, ...] | None = None


class Simulation:
    """One run of a scenario. Files go into `work`, which must exist.

    Raises UserError for an impossible scenario, SumoError with SUMO's own words where SUMO refuses or fails.
    """

    def __init__(self, scenario: Scenario, work: Path, backend: Backend = "libsumo", gui: bool = False) -> None:
        self._prepared: Prepared = prepare(scenario, work)
        self._scenario = scenario = self._prepared.scenario  # incidents where they are played
        self._incidents = blockages(scenario.incidents, self._prepared.road)
        self._log = RunLog()
        self._places = own_places(self._prepared.stops, self._prepared.corridor)
        self._twins = TwinRuns(self._prepared, work, backend)
        self._blocked = (*self._incidents, *blockages(scenario.shoulder_stops, self._prepared.road))
        self._session = SumoSession(self._prepared, self._blocked, work, "run", backend, gui, save=self._twins.branch)

    def __enter__(self) -> "Simulation":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        death = self._session.sumo.death(value)
        if death is not None:
            raise death from value

    @property
    def corridor(self) -> Corridor:
        """The corridor whose loops are read."""
        return self._prepared.corridor

    def frames(self) -> Iterator[LoopFrame]:
        """Yield the frames after the warm-up as the loops read them, faulty loops included.

        When a frame is yielded, nothing after it has been simulated.
        """
        for frame in corrupted(self._noted(), self.corridor, self._scenario.faults, self._scenario.seed):
            if frame.time_s > self._scenario.warm_up_s:
                yield frame

    def finish(self) -> Outcome:
        """End the run, simulate its twins and return the truth. Call it after the last frame.

        Raises UserError for an incident that is not cleared, and for own route files whose vehicles never depart.
        """
        scenario, log = self._scenario, self._log
        if not log.frames or log.frames[-1].time_s + scenario.period_s <= scenario.end_s:
            raise RuntimeError("finish() comes after the last frame")
        for blockage in self._incidents:
            if math.isnan(blockage.clearance_s):
                raise UserError(
                    f"the incident at {blockage.event.position_m:.0f} m was not cleared by end_s = {scenario.end_s:.0f} s "
                    "(vehicles need some seconds to drive on: a later end_s?)"
                )
        self._session.close()
        own = self._own_events()
        seen = [
            SeenBlockage(each.onset_s, each.clearance_s, each.event.position_m, tuple(sorted(each.lanes)))
            for each in self._incidents
        ]
        twins = self._twins.simulate(log)
        for number, each in enumerate(own.incidents):
            twins.append(self._twins.without_stops(number, each.stops, log))
        add_own_views(log, self._places, own.incidents, len(self._incidents), scenario.period_s)
        traffic = traffic_account(self._prepared, self._session, self._twins.notes(twins))
        truth = observed_truth(self._prepared, self._session, [*seen, *own.incidents], log, twins, own.effects)
        only = twins[0] if len(twins) == 1 or len(self._incidents) == 1 else None
        twin_frames = None if only is None else tuple(only.recorded(scenario.warm_up_s))
        true_frames = tuple(log.recorded(scenario.warm_up_s)) if scenario.faults else None
        return Outcome(truth, traffic, twin_frames, true_frames)

    def _own_events(self) -> OwnEventsSeen:
        """What the user's own files did. The session must be closed."""
        if self._scenario.network is None:
            return OwnEventsSeen((), ())
        ours = {vehicle for blockage in self._blocked for vehicle in blockage.vehicles}
        standing = read_stops(self._session.stop_file, step_s(self._scenario))
        return own_events_seen(self._prepared, standing, ours)

    def _noted(self) -> Iterator[LoopFrame]:
        """Yield every frame, warm-up included, after it is noted in the log."""
        for frame in self._session.frames():
            self._log.add(frame, vehicles_held(self._session.sumo, self._prepared.road, self.corridor))
            if self._twins.must_be_equal(frame.time_s):
                self._log.vehicles[frame.time_s] = self._session.sumo.digest()
            self._note_views(frame.time_s)
            note_own_views(self._log, frame.time_s, self._places, self._session.sumo, self._prepared)
            yield frame

    def _note_views(self, time_s: float) -> None:
        """Note the lanes at each incident, from one period before its planned onset to the frame of its clearance."""
        period_s = self._scenario.period_s
        for index, blockage in enumerate(self._incidents):
            near = blockage.event.onset_s - period_s <= time_s
            over = time_s - period_s >= blockage.clearance_s
            if near and not over:
                self._log.views[index, time_s] = lane_views(
                    self._session.sumo,
                    self._prepared.road,
                    self.corridor,
                    blockage.event.position_m,
                    frozenset(blockage.lanes),
                )
