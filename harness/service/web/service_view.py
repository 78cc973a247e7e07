"""What pages and the API ask of a running service."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from harness.service.sources.push_receipt import OverloadError, PushReceipt
from harness.service.sources.reading import ReadingBatch
from harness.service.store.event_store import EventStore
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

__all__ = ["OverloadError", "PushReceipt", "ServiceView"]


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
        """Return the status as JSON: what the guide's status holds, and per corridor, source and detector how it is.

        Pages and metrics read these names; each may be missing, then its line is. `corridors`: by name a mapping with
        `last_frame_s` (data time), `last_frame_wall_s`, `behind_s` (how late its frames are, in wall s; 0 in time),
        `blind_since_s` (data time since which it cannot detect, else null), `blind_reason` (words), `loops`, `missing_loops` (of
        the last frame),
        `silent_stations` (names), `detectors` (by name a mapping with `state` "ok" or "failed", and `since_s`), `exercise` (true
        where traffic is simulated or replayed) and `time_zone` (IANA; null where the clock is a simulation's). `sources`: by name
        a mapping with `state` and `last_wall_s`. `store`, `cache`: a mapping with `state` ("ok", or words). Totals: `uptime_s`,
        `readings_total`, `frames_total`, `incidents_total`, `late_readings_total`, `frames_shed_total`, `buffered_readings`,
        `mean_processing_s`, `incidents_last_hour`.
        """
        ...

    def ready(self) -> Sequence[str]:
        """Return what keeps the service from its work, in words; empty where it is ready."""
        ...
