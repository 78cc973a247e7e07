"""A source that is pulled, in a thread of its own: its batches go to corridors; what it raises is told, and it is tried again."""

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from harness.service.sources.reading import ReadingBatch
from harness.service.sources.reading_source import ReadingSource
from scenarios.errors import MachineError, UserError, in_one_line

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
"""Time after a failure until the source is tried again, at first and at most, s. Chosen: doubled in between."""


@dataclass(frozen=True, slots=True)
class SourceSetup:
    """A source; `can_wait`: it loses nothing where it is not asked for a while, as a simulation: its frames are not shed.

    Batches of one that does not repeat them after a crash are journaled as pushed ones are.
    """

    source: ReadingSource
    corridors: tuple[str, ...]
    can_wait: bool


class SourceRunner:
    """Runs one source until it ends or is stopped.

    `take` takes a batch, and returns false where the service ends; `after_s` says from which data time on readings are wanted.
    """

    def __init__(
        self,
        setup: SourceSetup,
        take: Callable[[ReadingBatch, SourceSetup], bool],
        after_s: Callable[[], float | None],
        log: FilteringBoundLogger,
    ) -> None:
        self.setup = setup
        self._take, self._after_s = take, after_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"source {setup.source.name}", daemon=True)
        self._log = log.bind(source=setup.source.name)
        self.state, self.error = "starting", ""
        self.last_wall_s: float | None = None
        self.batches = self.readings = 0

    @property
    def ended(self) -> bool:
        """Whether no more readings come from it."""
        return self.state == "ended"

    @property
    def status(self) -> dict[str, object]:
        """How it is, as JSON."""
        return {
            "state": self.state,
            "error": self.error,
            "last_wall_s": self.last_wall_s,
            "batches": self.batches,
            "readings": self.readings,
            "corridors": list(self.setup.corridors),
        }

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let it end; may be called more than once."""
        self._stopped.set()
        self.setup.source.stop()

    def join(self, timeout_s: float) -> bool:
        """Wait for its thread, if it was started; return whether it has ended."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stopped.is_set():
            began_s = time.monotonic()
            try:
                self._pull()
                if not self._stopped.is_set():
                    self.state = "ended"
                return
            except (UserError, MachineError) as error:
                self.error = str(error)
            except Exception as error:  # a bug of a source must not end the others
                self.error = in_one_line(error)
                self._log.error("a source failed", traceback=traceback.format_exc())
            self.state = "failed"
            if time.monotonic() - began_s > LONGEST_WAIT_S:
                wait_s = FIRST_WAIT_S
            self._log.warning("a source failed and is tried again", error=self.error, wait_s=wait_s)
            self._stopped.wait(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def _pull(self) -> None:
        for batch in self.setup.source.batches(self._after_s()):
            if self._stopped.is_set():
                return
            self.state, self.error, self.last_wall_s = "running", "", time.time()
            self.batches += 1
            self.readings += len(batch.readings)
            if not self._take(batch, self.setup):
                return


def all_ended(runners: Sequence[SourceRunner]) -> bool:
    """Return whether no more readings come from any of these sources; false where there is none."""
    return bool(runners) and all(runner.ended for runner in runners)


def stop_runners(runners: Sequence[SourceRunner], patience_s: float, log: FilteringBoundLogger) -> None:
    """Stop sources, all at once, and wait for each up to `patience_s`; one that does not end is told."""
    for runner in runners:
        runner.stop()
    for runner in runners:
        if not runner.join(patience_s):
            log.warning("a source does not end", source=runner.setup.source.name)
