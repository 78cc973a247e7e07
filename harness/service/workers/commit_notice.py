"""What is told to Redis after a commit: entries that can go, and a wake-up. It may fail: the next commit tells the same again."""

import time

from structlog.typing import FilteringBoundLogger

from harness.service.workers.reading_streams import ReadingStreams
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.wake_up import wake
from harness.service.workers.worker_timing import AGAIN_S
from scenarios.errors import MachineError


class CommitNotice:
    """Tells Redis of the commits of one corridor; never raises."""

    def __init__(self, link: RedisLink, streams: ReadingStreams, corridor: str, log: FilteringBoundLogger) -> None:
        self._link, self._streams, self._corridor, self._log = link, streams, corridor, log
        self._trimmed: str | None = None
        self._not_before_s = 0.0

    def tell(self, position: str | None) -> None:
        """Drop the entries up to a committed position, and wake the front end. While Redis is gone it is tried now and then."""
        if time.monotonic() < self._not_before_s:
            return
        try:
            if position is not None and position != self._trimmed:
                self._streams.trim(self._corridor, position)
                self._trimmed = position
            wake(self._link, self._corridor)
        except MachineError as error:
            self._not_before_s = time.monotonic() + AGAIN_S
            self._log.warning("a commit is not told", error=str(error))
