"""Corridors without readings: told blind after a while of wall time, and back with the next reading."""

import time

from harness.service.corridors.corridor_work import CorridorWork
from harness.service.incidents.incident_event import EventKind
from harness.service.store.event_store import EventStore

EXERCISE_START = 10.0
"""Times `silent_after_s` that an exercise may take to begin. Chosen: a simulation plays up to where it was before a restart."""
EVENTS_LOOKED_AT = 5000
"""Events in which an earlier silence is looked for at the start. Chosen: days of a busy district."""


class SilenceWatch:
    """Follows one corridor; `look` is called again and again, by one thread."""

    def __init__(self, work: CorridorWork) -> None:
        self._work = work
        self._began_s = time.monotonic()
        self._silent_since_s: float | None = None
        self._told_s = 0.0

    @property
    def blind_since_s(self) -> float | None:
        """Data time since which no readings came; None while they do."""
        return self._silent_since_s

    def resume(self, store: EventStore) -> None:
        """Find out whether the corridor was told blind before the service was stopped."""
        last = None
        for stored in store.events_after(max(0, store.last_number() - EVENTS_LOOKED_AT), EVENTS_LOOKED_AT):
            event = stored.event
            if event.corridor == self._work.name and event.kind in (EventKind.SOURCE_SILENT, EventKind.SOURCE_BACK):
                last = event
        if last is not None and last.kind is EventKind.SOURCE_SILENT:
            self._silent_since_s = last.time_s
        self._began_s = self._told_s = time.monotonic()

    def look(self, ended: bool) -> None:
        """Tell a silence that began, or ended. `ended`: no more readings are to come, so silence is right."""
        work, now_s = self._work, time.monotonic()
        took_s = work.counts.took_s
        if self._silent_since_s is not None:
            if took_s is not None and took_s > self._told_s:
                since_s, self._silent_since_s = self._silent_since_s, None
                until_s = since_s if work.latest is None else work.latest.time_s
                data: dict[str, object] = {"since_s": since_s, "exercise": work.setup.exercise}
                work.tell(EventKind.SOURCE_BACK, until_s, f"{since_s!r}", "readings come again", data)
            return
        allowed_s = work.setup.silent_after_s
        if took_s is None and work.setup.exercise:
            allowed_s *= EXERCISE_START
        if ended or work.latest is None or now_s - (took_s or self._began_s) <= allowed_s:
            return
        last_s = work.latest.time_s
        self._silent_since_s, self._told_s = last_s, now_s
        silent: dict[str, object] = {
            "since_s": last_s,
            "wall_s_without": round(now_s - (took_s or self._began_s), 1),
            "exercise": work.setup.exercise,
        }
        work.tell(EventKind.SOURCE_SILENT, last_s, f"{last_s!r}", "no readings: blind", silent)
