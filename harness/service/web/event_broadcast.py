"""Wakes everybody who waits for events; the store is the truth, and what is woken reads there."""

import threading
from collections.abc import Callable, Sequence

from harness.service.incidents.incident_event import StoredEvent


class EventBroadcast:
    """Tells listeners, from any thread, that there may be something new.

    It keeps no events: a call that is lost or comes twice changes nothing, since whoever is woken asks the store for all events
    after the last one it knows.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[int, Callable[[], None]] = {}
        self._next = 0

    def publish(self, events: Sequence[StoredEvent] = ()) -> None:
        """Wake all listeners: after every frame that was committed, with its events or with none. Does not block, never raises.

        What a listener raises is its own loss: a page that is gone must not stop a corridor.
        """
        with self._lock:
            listeners = list(self._listeners.values())
        for wake in listeners:
            try:
                wake()
            except Exception:
                continue  # its event loop is closed, between a server's end and its `forget`

    def listen(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Have `wake` called by every `publish`, in the publisher's thread; return a function that ends it."""
        with self._lock:
            number = self._next
            self._next += 1
            self._listeners[number] = wake

        def forget() -> None:
            with self._lock:
                self._listeners.pop(number, None)

        return forget
