"""Corridors none of whose detectors decides: told after a while of data time, and told again when one is back."""

from collections.abc import Sequence

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.store.event_store import EventStore

FAILED_FOR_S = 120.0
"""Data time without any detector after which people are called, s. Chosen: a detector that fails on an odd frame is back with
one of the next; more, and a blocked lane is missed for longer, less, and people are called for what mends itself."""
EVENTS_LOOKED_AT = 5000
"""Events in which an earlier failure is looked for at the start. Chosen: days of a busy district."""


class FailedWatch:
    """Follows the detectors of one corridor; `look` is called after each frame, by one thread."""

    def __init__(self, setup: CorridorSetup) -> None:
        self._setup, self._name = setup, setup.corridor.name
        self._told_since_s: float | None = None

    def resume(self, store: EventStore) -> None:
        """Find out whether a failure was told before the service was stopped."""
        for stored in store.events_after(max(0, store.last_number() - EVENTS_LOOKED_AT), EVENTS_LOOKED_AT):
            event = stored.event
            if event.corridor == self._name and event.kind is EventKind.DETECTORS_FAILED:
                self._told_since_s = float(event.data["since_s"])
            elif event.corridor == self._name and event.kind is EventKind.DETECTORS_BACK:
                self._told_since_s = None

    def look(self, time_s: float, health: Sequence[dict[str, object]]) -> list[Event]:
        """Return what is told after the frame that ends at `time_s`; `health` as `DetectingEngine.health`."""
        blind_s = [float(str(each["blind_since_s"])) for each in health if not each["deciding"]]
        if not health or len(blind_s) < len(health):
            if self._told_since_s is None:
                return []
            since_s, self._told_since_s = self._told_since_s, None
            return [self._event(EventKind.DETECTORS_BACK, time_s, since_s, "a detector decides again")]
        since_s = max(blind_s)
        if self._told_since_s is not None or time_s - since_s < FAILED_FOR_S:
            return []
        self._told_since_s = since_s
        return [self._event(EventKind.DETECTORS_FAILED, time_s, since_s, "all detectors failed: blind")]

    def _event(self, kind: EventKind, time_s: float, since_s: float, note: str) -> Event:
        data = {"since_s": since_s, "exercise": self._setup.exercise}
        return Event(f"{self._name}/{kind.value}/{since_s!r}", self._name, time_s, kind, note=note, data=data)
