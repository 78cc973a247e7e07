"""One channel at work: what waits for it goes out, in a thread of its own, so a dead channel delays no other."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from structlog.typing import FilteringBoundLogger

from harness.service.response.channel_rule import ChannelRule
from harness.service.response.outbox_rows import any_due, claim, delivered, not_delivered
from harness.service.response.outgoing import Digest
from harness.service.response.transport import NotDeliveredError, Transport
from harness.service.store.database import Database
from scenarios.errors import MachineError, in_one_line

LOOK_EVERY_S = 1.0
"""Time between two looks for messages, s. Chosen: no reader notices; a new event is seen at once by `wake`."""
RESTS_AFTER = 3
"""Failures in a row after which a channel rests. Chosen: one or two are the receiver's, three are the channel's."""
LONGEST_REST_S = 60.0
"""Longest rest of a channel that fails, s. Chosen: a channel that is back is used within a minute."""


@dataclass(slots=True)
class ChannelHealth:
    """How a channel is: failures in a row, since when, the last error; messages that went out; until when it rests."""

    failures: int = 0
    failing_since_s: float | None = None
    error: str = ""
    sent: int = 0
    rests_until_s: float = 0.0

    def succeeded(self) -> None:
        """Note that a message went out."""
        self.failures, self.failing_since_s, self.error, self.rests_until_s = 0, None, "", 0.0
        self.sent += 1

    def failed(self, error: str, now_s: float) -> None:
        """Note that one did not; after some in a row the channel rests, longer each time."""
        self.failures, self.error = self.failures + 1, error
        self.failing_since_s = self.failing_since_s or now_s
        if self.failures >= RESTS_AFTER:
            self.rests_until_s = now_s + min(2.0 ** (self.failures - RESTS_AFTER), LONGEST_REST_S)

    def status(self) -> dict[str, Any]:
        """Return it as JSON; `state` is ok, or words."""
        words = "ok" if not self.failures else f"failed {self.failures} times in a row: {self.error}"
        return {"state": words, "failing_since_s": self.failing_since_s, "sent": self.sent}


class ChannelSender:
    """Sends what the outbox holds for one channel."""

    def __init__(
        self,
        database: Database,
        rule: ChannelRule,
        transport: Transport,
        digest: Digest,
        log: FilteringBoundLogger,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.rule, self.health = rule, ChannelHealth()
        self._database, self._transport, self._digest = database, transport, digest
        self._log, self._wall_clock = log.bind(channel=rule.name), wall_clock
        self._woken, self._ending = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"channel {rule.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    def stop(self, patience_s: float) -> None:
        """End after the message in work; what waits stays in the outbox."""
        self._ending.set()
        self._woken.set()
        if self._thread.ident is not None:
            self._thread.join(patience_s)
        self._transport.close()

    def step(self) -> bool:
        """Send the next message that is due; return whether there was one. Raises MachineError without the database."""
        now_s = self._wall_clock()
        if now_s < self.health.rests_until_s:
            return False
        with self._database.reading() as connection:  # a look must not keep others from writing
            if not any_due(connection, self.rule, now_s):
                return False
        with self._database.writing() as connection:
            message = claim(connection, self.rule, now_s, self._digest)
        if message is None:
            return False
        error, for_good = "", False
        try:
            self._transport.send(message)
        except NotDeliveredError as failure:
            error, for_good = str(failure) or "it failed", failure.for_good
        except Exception as failure:  # a bug of a library: the message waits, the channel shows it
            self._log.exception("a message is not sent")
            error = in_one_line(failure) or type(failure).__name__
        after_s = self._wall_clock()
        with self._database.writing() as connection:
            if error:
                not_delivered(connection, message, after_s, error, for_good)
            else:
                delivered(connection, message, after_s)
        if error and not for_good:
            self.health.failed(error, after_s)
            self._log.warning("a message is not delivered", key=message.key, tries=message.tries + 1, error=error)
        elif not error:
            self.health.succeeded()
        return True

    def _work(self) -> None:
        while not self._ending.is_set():
            try:
                more = self.step()
            except MachineError as error:
                self._log.warning("the outbox is not read", error=str(error))
                more = False
            except Exception:
                self._log.exception("the outbox is not read")
                more = False
            if not more:
                self._woken.wait(LOOK_EVERY_S)
                self._woken.clear()
