"""The state of one corridor's detectors in the store: kept now and then, and gone on with after a restart.

A checkpoint is stored by itself, after the frame and its events are stored and told, so nobody waits for it. Where other frames
wait, it waits too, up to twice its time; corridors begin to count at different numbers, so they do not keep theirs all at once.
What is lost in a crash between the two is nothing: the frames after the last checkpoint are decided on again.
"""

import numpy as np
from structlog.typing import FilteringBoundLogger

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.corridors.storing_frames import commit
from harness.service.store.event_store import EventStore
from scenarios.errors import MachineError, UserError, in_one_line
from simulator.frame import LoopFrame

WARM_UP_S = 3600.0
"""Data time of stored frames that detectors of another version observe before they decide, s. Chosen: their windows are shorter."""
DAY_S = 86400.0
THIN_EVERY_S = 3600.0
"""Data time between two thinnings of stored frames, s. Chosen: each is a scan of an index."""
LONGEST_WAIT = 2
"""Times `checkpoint_frames` after which a checkpoint waits no longer. Chosen: more, and a restart under load takes longer."""


class CorridorCheckpoints:
    """Keeps the state of one corridor; `begins_at`: frames that count as decided on since a checkpoint at the start."""

    def __init__(
        self,
        setup: CorridorSetup,
        settings: DecidingSettings,
        store: EventStore,
        log: FilteringBoundLogger,
        begins_at: int = 0,
    ) -> None:
        self._name = setup.corridor.name
        self._setup, self._settings, self._store, self._log = setup, settings, store, log
        self._since = begins_at
        self._thinned_s = -np.inf
        self.error = ""
        """Why the last one could not be kept, "" where it could."""

    def restore(self, engine: DetectingEngine, last_s: float) -> LoopFrame | None:
        """Let an engine go on after the stored frames, up to the one at `last_s`, which is returned."""
        latest: LoopFrame | None = None
        kept = self._store.checkpoint(self._name)
        if kept is not None:
            try:
                engine.unpack(kept.state)
            except UserError as error:
                return self._begin_with(engine, kept.state, last_s, error)
        for frame in self._store.frames(self._name, None if kept is None else kept.time_s, last_s):
            engine.step(frame)  # its events are stored
            self._since += 1
            latest = frame
        return latest or next(self._store.frames(self._name, np.nextafter(last_s, -np.inf), last_s), None)

    def recall(self, engine: DetectingEngine) -> None:
        """Let a new engine begin with the last state that was stored; with nothing where that cannot be had."""
        try:
            kept = self._store.checkpoint(self._name)
            if kept is not None:
                engine.unpack(kept.state)
        except (UserError, MachineError) as lost:
            self._log.error("detectors begin with nothing", error=str(lost))

    def decided(self, engine: DetectingEngine, frame: LoopFrame, others_wait: bool) -> None:
        """Count a frame that is stored; keep the state after it where it is time to."""
        self._since += 1
        every = self._settings.checkpoint_frames
        is_time = self._since >= (LONGEST_WAIT * every if others_wait else every)
        if is_time and self._keep(engine, frame):
            self._tidy(frame.time_s)

    def finish(self, engine: DetectingEngine, frame: LoopFrame | None) -> None:
        """Keep the state after the last frame; called when nothing is decided on."""
        if frame is not None and self._since:
            self._keep(engine, frame)

    def _keep(self, engine: DetectingEngine, frame: LoopFrame) -> bool:
        self._since = 0
        try:
            state = engine.pack()
        except Exception as error:  # a plug-in's detector that holds what pickle refuses
            self.error = f"no checkpoint: {in_one_line(error)}"
            self._log.error("the state cannot be packed", error=in_one_line(error))
            return False
        self.error = ""
        commit(self._store, self._name, frame, (), state, self._log)
        return True

    def _begin_with(self, engine: DetectingEngine, state: bytes, last_s: float, why: UserError) -> LoopFrame | None:
        """Begin with what another version has learned, on the frames that it saw last."""
        latest, told = None, list[str]()
        try:
            told = engine.recall(state)
        except UserError as error:
            told = [str(error)]
        self._log.warning("the state is another version's: detectors begin anew", why=str(why), not_kept=told)
        for frame in self._store.frames(self._name, last_s - WARM_UP_S, last_s):
            engine.warm_up(frame)
            latest = frame
        self._since = LONGEST_WAIT * self._settings.checkpoint_frames  # the old one is of no use
        return latest

    def _tidy(self, time_s: float) -> None:
        late_s = self._setup.corridor.period_s if self._setup.assembling.stamp == "start" else 0.0
        try:
            self._store.forget_journal(self._name, time_s - late_s)
            if self._settings.keep_days is not None and time_s >= self._thinned_s + THIN_EVERY_S:
                self._store.thin(self._name, time_s - self._settings.keep_days * DAY_S)
                self._thinned_s = time_s
        except Exception as error:  # it is done again after the next checkpoint
            self._log.warning("old rows stay", error=in_one_line(error))
