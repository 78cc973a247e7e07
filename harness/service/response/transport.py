"""What carries a message out of the house: one protocol for all channels, and what may go wrong."""

from typing import Protocol

from harness.service.response.outgoing import Outgoing
from scenarios.errors import MachineError

TIMEOUT_S = 10.0
"""Longest wait for a receiver, s. Chosen: gateways answer in a second; a claim on a message lasts twelve times as long."""


class NotDeliveredError(MachineError):
    """A try failed; the receiver may have the message nevertheless. `for_good`: it refuses this message, now and later."""

    def __init__(self, why: str, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class Transport(Protocol):
    """Sends messages; one thread at a time."""

    def send(self, message: Outgoing) -> None:
        """Return when the receiver has the message. Raises NotDeliveredError."""
        ...

    def close(self) -> None:
        """Let connections go."""
        ...
