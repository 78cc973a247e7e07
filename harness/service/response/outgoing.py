"""A message on its way to one receiver, as the outbox keeps it and a channel sends it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from harness.service.response.channel_rule import ChannelRule


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as a channel sends it. `payload` is JSON, "" where the channel carries words."""

    key: str
    channel: str
    recipient: str
    address: str
    incident: str
    event: int
    reason: str
    severity: str
    exercise: bool
    subject: str
    text: str
    payload: str
    created_s: float
    number: int = 0
    tries: int = 0


Digest = Callable[[ChannelRule, Sequence[Outgoing]], Mapping[str, Any]]
"""Makes one message of several: its `subject`, `text` and `payload`."""


def message_key(event: str, channel: str, address: str) -> str:
    """Return the idempotency key of a message: the same event, channel and address give the same."""
    return sha256("\0".join((event, channel, address)).encode()).hexdigest()[:32]


def payload_json(content: Mapping[str, Any]) -> str:
    """Return the JSON of a message for programs."""
    return json.dumps(content, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
