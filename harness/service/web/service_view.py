"""What pages and the API ask of a running service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.service.sources.reading import ReadingBatch
from harness.service.store.event_store import EventStore
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


@dataclass(frozen=True, slots=True)
class PushReceipt:
    """What became of pushed readings: `accepted` are safe against a crash; `refused` says why others are not (20 at most)."""

    accepted: int
    refused: tuple[str, ...]
    refused_count: int = 0


class OverloadError(Exception):
    """The service takes no more readings for now; `retry_after_s` says when to try again."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"too many readings: try again after {retry_after_s:g} s")
        self.retry_after_s = retry_after_s


class ServiceView(Protocol):
    """A running service as its pages see it. All methods may be called from any thread."""

    @property
    def store(self) -> EventStore:
        """Where events and incidents are."""
        ...

    @property
    def corridors(self) -> Mapping[str, Corridor]:
        """The corridors it watches, by name."""
        ...

    def push(self, batches: Sequence[ReadingBatch]) -> PushReceipt:
        """Take readings; returns when they are safe. Raises OverloadError."""
        ...

    def latest_frame(self, corridor: str) -> LoopFrame | None:
        """Return the last frame that was decided on."""
        ...

    def status(self) -> Mapping[str, Any]:
        """Return the status as JSON: what the guide's status holds, and per corridor, source and detector how it is."""
        ...

    def ready(self) -> Sequence[str]:
        """Return what keeps the service from its work, in words; empty where it is ready."""
        ...
