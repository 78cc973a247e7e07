"""Where readings are fed to, as one protocol; and the wait between attempts."""

from collections.abc import Iterator
from typing import Protocol

from harness.service.sources.push_receipt import PushReceipt

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 15.0
"""Waits between attempts at first and at most, s. Chosen: doubled in between."""


class NotTakenError(Exception):
    """A message was not taken, and may be sent again; `retry_after_s` is what the service asks for, 0 where it asks nothing."""

    def __init__(self, why: str, retry_after_s: float = 0.0) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class FeedTarget(Protocol):
    """A service that takes messages with readings."""

    def send(self, message: bytes, readings: int) -> PushReceipt:
        """Send a message of so many readings and return what became of it.

        Raises NotTakenError where it may be sent again, UserError where that is of no use.
        """
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...


def waits_s() -> Iterator[float]:
    """Yield the waits between attempts."""
    wait_s = FIRST_WAIT_S
    while True:
        yield wait_s
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)
