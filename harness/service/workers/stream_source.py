"""A corridor's stream read as a source: batch by batch, from the committed position on; it waits while Redis does not answer."""

import math
import threading
from collections.abc import Callable, Iterator

from structlog.typing import FilteringBoundLogger

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.sources.reading import ReadingBatch
from harness.service.workers.reading_streams import ReadingStreams
from harness.service.workers.stream_entry import StreamEntry
from harness.service.workers.stream_ledger import StreamLedger
from harness.service.workers.worker_timing import AGAIN_S, BLOCK_S
from scenarios.corridor import Corridor
from scenarios.errors import MachineError

AT_ONCE = 8
"""Entries read at once. Chosen: 4,000 stations of 4 lanes make some 10 MiB of readings an entry."""


class StreamSource:
    """Reads one corridor's stream; `ledger` learns what was read, `stored_position` says where to begin."""

    def __init__(
        self,
        setup: CorridorSetup,
        streams: ReadingStreams,
        ledger: StreamLedger,
        stored_position: Callable[[], str | None],
        log: FilteringBoundLogger,
    ) -> None:
        self._corridor, self._streams, self._ledger = setup.corridor.name, streams, ledger
        self._late_s = setup.corridor.period_s if setup.assembling.stamp == "start" else 0.0
        self._stored_position, self._log = stored_position, log
        self._stopped = threading.Event()
        self._ended_at: str | None = None
        self.error = ""

    @property
    def name(self) -> str:
        """Its name in messages."""
        return f"stream of {self._corridor}"

    @property
    def corridors(self) -> tuple[Corridor, ...]:
        """The service's configuration describes them."""
        return ()

    @property
    def repeats(self) -> bool:
        """Entries stay in the stream until their frames are committed."""
        return True

    def batches(self, after_s: float | None) -> Iterator[ReadingBatch]:
        """Yield batches from the stored position on; ends where the corridor's sources ended, or after `stop`."""
        position: str | None = None
        while not self._stopped.is_set():
            try:
                if position is None:
                    position = self._streams.position(self._corridor, self._stored_position())
                entries = self._streams.read(self._corridor, position, AT_ONCE, BLOCK_S)
                self.error = ""
            except MachineError as error:
                if not self.error:
                    self._log.warning("readings cannot be read", error=str(error))
                self.error = str(error)
                position = self._after_outage(position)
                self._stopped.wait(AGAIN_S)
                continue
            for entry in entries:
                position = entry.number
                if entry.is_end and entry is entries[-1] and not self._follows(entry):
                    self._ended_at = entry.number
                    return
                self._ledger.took(entry.number, self._end_s(entry))
                if entry.damaged:
                    self._log.error("an entry cannot be read and is left out", entry=entry.number, error=entry.damaged)
                if entry.batch is not None:
                    yield entry.batch
                if self._stopped.is_set():
                    return

    def stop(self) -> None:
        """Let `batches` end."""
        self._stopped.set()

    def has_more(self) -> bool:
        """Return whether the sources have ended, and readings came after that: it is to be read anew."""
        ended_at = self._ended_at
        try:
            return ended_at is not None and self._streams.has_after(self._corridor, ended_at)
        except MachineError:
            return False

    def _follows(self, entry: StreamEntry) -> bool:
        try:
            return self._streams.has_after(self._corridor, entry.number)
        except MachineError:
            return False  # `has_more` finds it

    def _after_outage(self, position: str | None) -> str | None:
        """Return where to read on when Redis is back: a stream that lost its memory is read from its beginning."""
        try:
            return None if position is None else self._streams.position(self._corridor, position)
        except MachineError:
            return position

    def _end_s(self, entry: StreamEntry) -> float:
        if entry.batch is None:
            return -math.inf
        return max((reading.time_s for reading in entry.batch.readings), default=-math.inf) + self._late_s
