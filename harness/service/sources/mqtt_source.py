"""Readings from an MQTT broker: messages of the schema `laneblock.readings/1`, JSON or NDJSON, QoS 1.

A message is acknowledged when the next batch is asked for, so one who keeps each batch before that loses nothing: the broker
sends again what was not acknowledged, also after a restart, because the session is kept under the client's id. Slow takers are
waited for: the broker keeps the rest.
"""

import hashlib
import logging
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from harness.service.sources.mqtt_address import KEEP_ALIVE_S, new_client, read_address
from harness.service.sources.reading import ReadingBatch
from harness.service.sources.reading_message import ReadingMessage, parse_message
from harness.service.sources.stamps import StampReader
from scenarios.corridor import Corridor
from scenarios.errors import MachineError, UserError

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage

QOS = 1
LOOK_S = 0.2
"""Longest wait for a message before a stop is looked for, s. Chosen."""
RECONNECT_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits before attempts to connect again, s; after them it is a failure. Chosen: a broker restarts in less."""
Tell = Callable[[str], None]


class MqttSource:
    """Subscribes to the topic of an address (`mqtt_address`), which may have wildcards.

    `clocks` read stamps in local time, by corridor. `client_id` names its session at the broker; a second client of the same
    name takes the session over. `tell` is told of refused messages and lost connections, in a line. Raises UserError,
    MissingExtraError; `batches` MachineError where the broker cannot be reached, UserError where it refuses.
    """

    def __init__(
        self,
        address: str,
        clocks: Mapping[str, StampReader] | None = None,
        client_id: str = "",
        name: str = "",
        tell: Tell | None = None,
    ) -> None:
        self._address = read_address(address)
        here = hashlib.sha256(f"{socket.gethostname()} {self._address}".encode()).hexdigest()[:12]
        self._client_id = client_id or f"laneblock-{here}"
        self._clocks = clocks or {}
        self._name = name or str(self._address)
        self._tell = tell or logging.getLogger(__name__).warning
        self._stopped = threading.Event()
        self.messages = self.refused = 0

    @property
    def name(self) -> str:
        """Its name in messages and in the status."""
        return self._name

    @property
    def corridors(self) -> tuple[Corridor, ...]:
        """None: the service's configuration has them."""
        return ()

    @property
    def repeats(self) -> bool:
        """It gives again what was not acknowledged, nothing else."""
        return False

    def batches(self, after_s: float | None) -> Iterator[ReadingBatch]:
        """Yield the batches of each message as it comes; `after_s` changes nothing."""
        session = _Session(new_client(self._address, self._client_id, manual_ack=True), self._address.topic)
        try:
            self._connect(session)
            while not self._stopped.is_set():
                if session.lost() and not self._stopped.is_set():
                    self._tell(f"{self._name}: the connection is lost")
                    self._connect(session)
                while session.messages:
                    message = session.messages.popleft()
                    yield from self._read(bytes(message.payload))
                    session.acknowledge(message)
                    if self._stopped.is_set():
                        return
        finally:
            session.close()

    def stop(self) -> None:
        """Let `batches` end."""
        self._stopped.set()

    def _connect(self, session: "_Session") -> None:
        why = ""
        for wait_s in RECONNECT_S:
            if self._stopped.wait(wait_s):
                return
            try:
                session.connect(self._address.host, self._address.port, self._stopped)
            except (OSError, ValueError) as error:
                why = str(error)
            else:
                return
            if session.refusal:
                raise UserError(f"{self._name}: the broker refuses: {session.refusal}")
        raise MachineError(f"{self._name}: the broker cannot be reached: {why}")

    def _read(self, payload: bytes) -> tuple[ReadingBatch, ...]:
        self.messages += 1
        try:
            # A line of NDJSON is no document: it has no list of readings.
            message = parse_message(payload, self._clocks, lines=b'"readings"' not in payload)
        except UserError as error:
            message = ReadingMessage()
            message.refuse(str(error))
        if message.refused:
            self.refused += message.refused_count
            self._tell(f"{self._name}: {message.refused_count} refused, such as: {message.refused[0]}")
        return message.batches


class _Session:
    """A connection that is driven by the thread that reads from it."""

    def __init__(self, client: "Client", topic: str) -> None:
        self._client, self._topic = client, topic
        self._subscribed = False
        self.messages: deque[MQTTMessage] = deque()
        self.refusal = ""
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message

    def connect(self, host: str, port: int, stopped: threading.Event) -> None:
        """Connect and subscribe. Raises OSError where the broker is not there, or refuses (`refusal`)."""
        self._subscribed, self.refusal = False, ""
        self.messages.clear()  # they come again
        self._client.connect(host, port, KEEP_ALIVE_S)
        while not self._subscribed and not stopped.is_set():
            if self.lost():
                raise ConnectionError(self.refusal or "it closed the connection")

    def lost(self) -> bool:
        """Let messages come in for a while; return whether the connection is lost."""
        return bool(self._client.loop(LOOK_S)) or bool(self.refusal)

    def acknowledge(self, message: "MQTTMessage") -> None:
        """Tell the broker that a message need not come again."""
        self._client.ack(message.mid, message.qos)

    def close(self) -> None:
        """Disconnect; the broker keeps the session."""
        self._client.disconnect()
        self._client.loop(LOOK_S)

    def _on_connect(self, client: "Client", data: Any, flags: Any, code: Any, properties: Any) -> None:
        if code.is_failure:
            self.refusal = str(code)
        else:
            client.subscribe(self._topic, QOS)

    def _on_subscribe(self, client: "Client", data: Any, number: int, codes: list[Any], properties: Any) -> None:
        self._subscribed = not any(code.is_failure for code in codes)
        if not self._subscribed:
            self.refusal = f"no subscription to {self._topic!r}"

    def _on_message(self, client: "Client", data: Any, message: "MQTTMessage") -> None:
        self.messages.append(message)
