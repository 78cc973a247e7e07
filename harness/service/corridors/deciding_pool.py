"""The threads that decide on the frames that wait, each corridor by one thread at a time."""

import threading
from collections.abc import Mapping

from structlog.typing import FilteringBoundLogger

from harness.service.corridors.corridor_work import Backlog, CorridorWork


class DecidingPool:
    """Decides on what the backlog gives out, until it is closed; `works` by the corridor's name."""

    def __init__(
        self, threads: int, backlog: Backlog, works: Mapping[str, CorridorWork], log: FilteringBoundLogger
    ) -> None:
        self._backlog, self._works, self._log = backlog, works, log
        self._threads = [threading.Thread(target=self._decide, name=f"pool {k}", daemon=True) for k in range(threads)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def join(self, timeout_s: float) -> None:
        """Wait for each thread that was started, up to so many seconds."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout_s)

    def _decide(self) -> None:
        while (found := self._backlog.take()) is not None:
            waiting, shed = found
            try:
                self._works[waiting.corridor].decide(waiting, shed)
            except Exception:  # a bug of the service: the frame is lost, the corridor goes on
                self._log.exception("a frame is lost", corridor=waiting.corridor)
            finally:
                self._backlog.done(waiting.corridor)
