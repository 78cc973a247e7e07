"""Wake-ups between processes: a worker that committed says so, and the front end looks into the table of events.

A wake-up may be lost: the table is the truth, and is looked into now and then anyway.
"""

import threading
from collections.abc import Callable
from typing import Any, cast

from structlog.typing import FilteringBoundLogger

from harness.service.workers.redis_link import RedisLink
from harness.service.workers.worker_timing import AGAIN_S
from scenarios.errors import MachineError

LISTEN_S = 0.5
"""Time that a listener waits at once, s. Chosen: it ends that soon."""


def wake(link: RedisLink, corridor: str) -> None:
    """Tell that something of a corridor was committed. Raises MachineError."""
    with link.answering() as redis:
        redis.publish(link.key("committed"), corridor)


class WakeListener:
    """Calls `woken` with the corridor's name for every wake-up, in a thread of its own."""

    def __init__(self, link: RedisLink, woken: Callable[[str], None], log: FilteringBoundLogger) -> None:
        self._link, self._woken, self._log = link, woken, log
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="wake-ups", daemon=True)
        self.error = ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join(10 * LISTEN_S)

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                self._follow()
            except MachineError as error:
                if not self.error:
                    self._log.warning("no wake-ups: the store is asked now and then", error=str(error))
                self.error = str(error)
                self._stopped.wait(AGAIN_S)

    def _follow(self) -> None:
        with self._link.answering() as redis:
            channel = cast(Any, redis).pubsub(ignore_subscribe_messages=True)
            try:
                channel.subscribe(self._link.key("committed"))
                self.error = ""
                while not self._stopped.is_set():
                    message = channel.get_message(timeout=LISTEN_S)
                    if message is not None:
                        self._woken(message["data"].decode())
            finally:
                channel.close()
