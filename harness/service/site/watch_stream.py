"""The stream of a running service followed from another process: messages, reconnected and resumed by number."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from scenarios.errors import MachineError, UserError

READ_TIMEOUT_S = 20.0
"""Time without a message after which the connection counts as lost, s. Chosen: four heartbeats."""
AGAIN_S = 1.0
"""Time until a lost connection is tried again, s. Chosen."""


@dataclass(slots=True)
class WatchedStream:
    """What the stream of a service has told so far: conditions by corridor, open incidents by id, and the last events.

    `connected`: whether messages come now; `why` they do not.
    """

    address: str
    connected: bool = False
    why: str = "connecting"
    number: int = 0
    conditions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    incidents: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    store: str = ""

    def take(self, message: Mapping[str, Any]) -> None:
        """Take one message."""
        kind = message.get("type")
        if kind == "status":
            self.conditions = {str(each["corridor"]): each for each in message.get("conditions", ())}
            self.store = str(message.get("store") or "")
        elif kind == "event":
            self.number = int(message["number"])
            self.events = [*self.events[-99:], message]
            now = message.get("incident_now")
            if isinstance(now, Mapping):
                self.incidents[str(now["id"])] = now

    @property
    def open_incidents(self) -> list[Mapping[str, Any]]:
        """Incidents that nobody has closed and the detectors still see, those opened last first."""
        standing = [
            each for each in self.incidents.values() if each["state"] in ("active", "acknowledged", "investigating")
        ]
        return sorted(standing, key=lambda each: -float(each["opened_s"]))


def follow(stream: WatchedStream, token: str | None, timeout_s: float = READ_TIMEOUT_S) -> Iterator[WatchedStream]:
    """Yield the stream after every message, for ever; a lost connection is tried again, from the last event on.

    Raises UserError where the service refuses: a wrong token, another program at this address; MachineError where there never was
    one.
    """
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=stream.address, headers=headers, timeout=httpx.Timeout(5.0, read=timeout_s)) as client:
        ever = False
        while True:
            try:
                if not ever:
                    _read_open(client, stream)
                for message in _messages(client, stream.number):
                    ever, stream.connected, stream.why = True, True, ""
                    stream.take(message)
                    yield stream
            except httpx.HTTPError as error:
                if not ever:
                    raise MachineError(
                        f"{stream.address}: no service answers ({error}): is `laneblock serve` running?"
                    ) from None
                stream.why = str(error) or type(error).__name__
            stream.connected, stream.why = False, stream.why or "the service ended the stream"
            yield stream
            time.sleep(AGAIN_S)


def _read_open(client: httpx.Client, stream: WatchedStream) -> None:
    answer = client.get("/api/incidents", params={"open": "true"})
    _check(answer, stream.address)
    content = answer.json()
    stream.incidents = {str(each["id"]): each for each in content["incidents"]}
    stream.number = int(content["number"])


def _messages(client: httpx.Client, after: int) -> Iterator[Mapping[str, Any]]:
    query = {"frames": "false", **({"last_event_id": str(after)} if after else {})}
    with client.stream("GET", "/api/events", params=query) as answer:
        _check(answer, str(client.base_url))
        data: list[str] = []
        for line in answer.iter_lines():
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif not line and data:
                yield json.loads("\n".join(data))
                data = []


def _check(answer: httpx.Response, address: str) -> None:
    if answer.status_code in (401, 403):
        raise UserError(
            f"{address}: wanted a token that may view (--token, or LANEBLOCK_TOKEN), got {answer.status_code}"
        )
    if answer.status_code == 404:
        raise UserError(f"{address}: this is no laneblock service (404)")
    answer.raise_for_status()
