"""Messages of the streams, `laneblock.event/1`: the same text over server-sent events and WebSocket.

    {"schema": "laneblock.event/1", "type": "event", "number": 17, ..., "incident_now": {...}}
    {"schema": ..., "type": "frame", "corridor": ..., "time_s": ..., "speed_mps": [[...]]}     latest speeds, not numbered
    {"schema": ..., "type": "status", "number": 17, "conditions": [...], ...}                   first, then every heartbeat
    {"schema": ..., "type": "reset", "number": 17}                                              the number asked for is not known

Only events have a number; each comes once, in order. `incident_now` is the incident when the message was made: its version may be
later than that of the event. Another field is no new version; a reader leaves out what it does not know.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.service.incidents.incident_event import StoredEvent
from harness.service.store.event_store import EventStore
from harness.service.web.api_json import event_json, incident_json, speeds_json
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

SCHEMA = "laneblock.event/1"
RETRY_MS = 1000
"""When a reader of server-sent events comes back. Chosen: a restarted server is missed no longer than it takes."""
CHUNK_BYTES = 32 << 10
"""Size from which messages are sent in another chunk, B. Chosen: more, and a reader on a slow line is cut before it has taken one;
less, and 200 readers of a burst of events take longer to be sent to."""


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """A message as text; `number` is that of an event, None for all others."""

    type: str
    text: str
    number: int | None = None

    @property
    def sse(self) -> bytes:
        """It as a server-sent event; JSON has no line breaks in it, so it is one line of data."""
        number = "" if self.number is None else f"id: {self.number}\r\n"
        retry = f"retry: {RETRY_MS}\r\n" if self.type == "status" else ""
        return f"{number}event: {self.type}\r\ndata: {self.text}\r\n{retry}\r\n".encode()


def sse_chunks(messages: Sequence[StreamMessage]) -> Iterator[bytes]:
    """Yield messages as server-sent events, as many at once as CHUNK_BYTES hold.

    >>> list(sse_chunks([StreamMessage("event", "{}", 7), StreamMessage("frame", "{}")]))
    [b'id: 7\\r\\nevent: event\\r\\ndata: {}\\r\\n\\r\\nevent: frame\\r\\ndata: {}\\r\\n\\r\\n']
    """
    chunk = b""
    for message in messages:
        chunk += message.sse
        if len(chunk) >= CHUNK_BYTES:
            yield chunk
            chunk = b""
    if chunk:
        yield chunk


def event_messages(
    events: Sequence[StoredEvent], store: EventStore, corridors: Mapping[str, Corridor]
) -> list[StreamMessage]:
    """Return the messages of events, each with its incident as it is now. Raises MachineError where the store does not answer."""
    now: dict[str, Any] = {}
    messages = []
    for stored in events:
        name = stored.event.incident
        if name and name not in now:
            incident = store.incident(name)
            now[name] = incident and incident_json(incident, corridors.get(incident.corridor))
        content = {**event_json(stored), "incident_now": now.get(name)}
        messages.append(StreamMessage("event", _text("event", content), stored.number))
    return messages


def frame_message(corridor: str, frame: LoopFrame) -> StreamMessage:
    """Return the message of a frame: its speeds."""
    content = {"corridor": corridor, "time_s": frame.time_s, "speed_mps": speeds_json(frame)}
    return StreamMessage("frame", _text("frame", content))


def status_message(number: int, content: Mapping[str, Any]) -> StreamMessage:
    """Return the message of a heartbeat."""
    return StreamMessage("status", _text("status", {"number": number, **content}))


def reset_message(number: int) -> StreamMessage:
    """Return the message for a reader whose number is none of this store's: it must read everything again."""
    return StreamMessage("reset", _text("reset", {"number": number}))


def _text(kind: str, content: Mapping[str, Any]) -> str:
    # allow_nan=False: what JavaScript cannot read must fail here, in a test, and not in a page.
    return json.dumps({"schema": SCHEMA, "type": kind, **content}, allow_nan=False, separators=(",", ":"))
