"""What waits for the database: frames with their events, events alone, pushed batches, corridors; as JSON and back."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from harness.service.incidents.incident_event import SERVICE, Event, EventKind
from harness.service.incidents.incident_values import as_json
from harness.service.sources.reading import ReadingBatch
from harness.service.store.batch_bytes import pack_batch, unpack_batch
from harness.service.store.corridor_rows import corridor_of, corridor_text
from harness.service.store.frame_bytes import pack_frame, unpack_frame
from harness.service.store.lease import Lease
from harness.service.store.packed_state import pack_state, unpack_state
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class SpooledRecord:
    """One call of the store that waits: what it was given, and when. What it was not given is None or empty.

    `corridor` names the corridor of the frame; `key` that of a batch.
    """

    wall_s: float
    events: tuple[Event, ...] = ()
    corridor: str = ""
    frame: LoopFrame | None = None
    checkpoint: bytes | None = None
    lease: Lease | None = None
    batch: ReadingBatch | None = None
    key: str = ""
    stations: Corridor | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether somebody waits for the answer and can do it again: a person's change, a pushed batch."""
        return self.batch is not None or any(event.actor != SERVICE for event in self.events)


def record_json(record: SpooledRecord) -> dict[str, Any]:
    """Return a record in JSON's types."""
    frame, batch = record.frame, record.batch
    return {
        "wall_s": record.wall_s,
        "events": [as_json(asdict(event)) for event in record.events],
        "corridor": record.corridor,
        "frame": None if frame is None else [float(frame.time_s), _text(pack_frame(frame))],
        "checkpoint": None if record.checkpoint is None else _text(pack_state(record.checkpoint)),
        "lease": None if record.lease is None else [record.lease.name, record.lease.owner, record.lease.epoch],
        "batch": None if batch is None else [batch.corridor, _text(pack_batch(batch))],
        "key": record.key,
        "stations": None if record.stations is None else [record.stations.name, corridor_text(record.stations)],
    }


def record_of(content: Mapping[str, Any]) -> SpooledRecord:
    """Return the record of which `record_json` made this. Raises KeyError, TypeError, ValueError and MachineError for others."""
    frame, checkpoint, batch, stations = (content[name] for name in ("frame", "checkpoint", "batch", "stations"))
    return SpooledRecord(
        wall_s=content["wall_s"],
        events=tuple(Event(**{**event, "kind": EventKind(event["kind"])}) for event in content["events"]),
        corridor=content["corridor"],
        frame=None if frame is None else unpack_frame(frame[0], b64decode(frame[1])),
        checkpoint=None if checkpoint is None else unpack_state(content["corridor"], b64decode(checkpoint)),
        lease=None if content["lease"] is None else Lease(*content["lease"]),
        batch=None if batch is None else unpack_batch(batch[0], b64decode(batch[1])),
        key=content["key"],
        stations=None if stations is None else corridor_of(*stations),
    )


def _text(content: bytes) -> str:
    return b64encode(content).decode()
