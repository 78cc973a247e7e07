"""The time in which a database does not answer: what waits, what is known meanwhile, and how it ends."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from harness.service.incidents.incident_event import SERVICE, StoredEvent
from harness.service.store.database_errors import NoAnswerError
from harness.service.store.event_store import VersionConflictError
from harness.service.store.spool_player import play_record
from harness.service.store.spool_queue import SET_ASIDE, SpoolQueue
from harness.service.store.spool_records import SpooledRecord, record_json
from harness.service.store.sql_store import SqlStore
from harness.service.store.store_memory import StoreMemory
from harness.service.store.store_state import StoreState
from scenarios.errors import MachineError

TRY_AGAIN_S = 2.0
"""Time between two attempts to reach the database, s. Chosen: an operator hardly waits for it, and a starting server bears it."""
LAST_RECORDS, HELD_S, GIVE_WAY_S = 100, 1.0, 0.001
"""The last records are played while calls are held up, HELD_S at most at a time, with GIVE_WAY_S between: a busy service could go
on adding for ever. So are all, from the first LAST_RECORDS on after which as many wait as before. Chosen."""


class Outage:
    """Whether a store's database answers, and what becomes of calls while it does not. Any thread may use it."""

    def __init__(
        self, store: SqlStore, folder: Path, alone: bool, wall_clock: Callable[[], float], try_again_s: float
    ) -> None:
        self.memory = StoreMemory()
        self.lock = threading.RLock()
        """Held while `memory` is used."""
        self._store, self._folder, self._alone = store, folder, alone
        self._wall_clock, self._try_again_s = wall_clock, try_again_s
        self._queue = SpoolQueue(folder)
        self._since_s: float | None = None
        self._reason, self._known_number, self._renumbered = "", 0, 0
        self._playing, self._closing = threading.Lock(), threading.Event()
        self._player: threading.Thread | None = None
        self._log = structlog.get_logger("laneblock.store")

    @property
    def is_on(self) -> bool:
        """Whether the database does not answer."""
        return self._since_s is not None

    def recover(self) -> None:
        """Play in what an earlier process left, and remember what the database holds. Raises MachineError."""
        if self._queue.first() is not None:
            self._since_s = self._wall_clock()
            if not self.try_again():
                raise MachineError(
                    f"{self._reason}; {self._queue.records} records of an earlier run wait in {self._folder}"
                )
        else:
            self._queue.clear()
            self.memory.load(self._store)

    def begin(self, error: NoAnswerError) -> None:
        """From now on let calls wait, and try again and again in a thread of its own."""
        with self.lock:
            if self._since_s is not None:
                return
            self._since_s, self._reason = self._wall_clock(), str(error)
            self._known_number = self.memory.last_number
            self._log.error("the database does not answer: what is to be stored goes to the spool", reason=self._reason)
            if self._player is None and not self._closing.is_set():
                self._player = threading.Thread(target=self._try_until_it_answers, name="spool", daemon=True)
                self._player.start()

    def keep(self, record: SpooledRecord, version: int | None) -> list[StoredEvent]:
        """Let a call wait; return its events that are new with the numbers they will have. The caller holds `lock`.

        Raises what the store raises, as far as memory tells; MachineError for a person's change where it does not tell enough.
        """
        fresh = {event.key: event for event in reversed(record.events) if not self.memory.knows(event.key)}
        events = [event for event in record.events if fresh.get(event.key) is event]
        if not events and record.events and record.frame is None:
            return []
        if any(event.actor != SERVICE for event in events) and not self._alone:
            raise MachineError(f"not stored, since other processes may have changed it: {self._reason}")
        if version is not None and (known := self.memory.incident(events[0].incident)).version != version:
            raise VersionConflictError(known, self.memory.events_since(known, version))
        incidents = self.memory.followed(events)
        self._queue.put(replace(record, events=tuple(events)))
        if not self._alone:
            return []
        first = self.memory.last_number + 1
        stored = [StoredEvent(number, record.wall_s, event) for number, event in enumerate(events, start=first)]
        self.memory.add_events(stored)
        for incident in incidents:
            self.memory.put_incident(incident)
        return stored

    def try_again(self) -> bool:
        """Play in what waits, in order; return whether the database answers and has all of it."""
        with self._playing:
            try:
                self._play_most()
                while True:
                    with self.lock:  # nobody lets anything wait from here to the end
                        began_s = time.monotonic()
                        while time.monotonic() < began_s + HELD_S:
                            if not self._play_first():
                                self._end()
                                return True
                    self._closing.wait(GIVE_WAY_S)
            except NoAnswerError as error:
                self._reason = str(error)
                return False

    def state(self) -> StoreState:
        """Return how the store is."""
        queue, since_s = self._queue, self._since_s
        aside = queue.set_aside
        told = []
        if since_s is not None:
            since = datetime.fromtimestamp(since_s, UTC).isoformat(timespec="seconds")
            told.append(
                f"since {since}: {self._reason}; {queue.records} records with {queue.events} events wait in the spool"
            )
        if queue.disk_error:
            told.append(f"{queue.disk_error}: {queue.unsafe_records} records would not survive a crash")
        if queue.lost_frames:
            told.append(f"{queue.lost_frames} frames are lost, since neither database nor disk took them")
        if aside:
            told.append(f"the database refused {aside} records: see {self._folder / SET_ASIDE}")
        if self._renumbered:
            told.append(
                f"{self._renumbered} events have other numbers than pages know, since another process wrote: reload pages"
            )
        return StoreState(
            spooling_since_s=since_s,
            spooled_events=queue.events,
            spooled_records=queue.records,
            disk_full=queue.disk_full,
            unsafe_records=queue.unsafe_records,
            lost_frames=queue.lost_frames,
            set_aside=aside,
            renumbered=self._renumbered,
            reason="; ".join(told),
        )

    def close(self) -> None:
        """End; what waits on the disk is played in by the next process."""
        self._closing.set()
        player = self._player
        if player is not None:
            player.join()
        self._queue.close()

    def _try_until_it_answers(self) -> None:
        while not self._closing.wait(self._try_again_s):
            try:
                if self.is_on:
                    self.try_again()
            except Exception:  # a bug: told, and tried again, since what waits must not be lost
                self._log.exception("playing in the spool failed")
            with self.lock:
                if not self.is_on:
                    self._player = None
                    return

    def _play_most(self) -> None:
        """Play until few wait, while calls go on; or until that is of no use, since they let as many wait as are played."""
        before = self._queue.records
        while before > LAST_RECORDS:
            for _ in range(LAST_RECORDS):
                self._play_first()
            if self._queue.records >= before:
                return
            before = self._queue.records

    def _end(self) -> None:
        told = self.memory.numbers(self._known_number)
        self.memory.load(self._store)
        now = self.memory.numbers(self._known_number)
        self._renumbered += sum(number != now.get(key, number) for key, number in told.items())
        self._queue.clear()
        self._since_s, self._reason = None, ""
        self._log.info("the database answers, and has what waited")

    def _play_first(self) -> bool:
        waiting = self._queue.first()
        if waiting is not None:
            play_record(self._store, waiting.record, self._refuse)
            self._queue.done(waiting)
        return waiting is not None

    def _refuse(self, record: SpooledRecord, reason: str) -> None:
        self._log.error("the database refuses what waited", reason=reason)
        self._queue.keep_aside(record_json(record), reason)
