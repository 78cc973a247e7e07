"""A broker fed by MQTT, QoS 1: it takes a message when it has acknowledged it; what a service makes of it is not told."""

import queue
import time
from typing import TYPE_CHECKING

from harness.service.feeding.feed_target import NotTakenError
from harness.service.sources.mqtt_address import KEEP_ALIVE_S, new_client, read_address
from harness.service.sources.push_receipt import PushReceipt
from scenarios.errors import UserError

if TYPE_CHECKING:
    from paho.mqtt.client import Client

ACKNOWLEDGED_S = 10.0
"""Longest wait for the broker's word, s. Chosen: a broker answers within milliseconds."""
_LOOK_S = 0.1


class MqttTarget:
    """The topic at an address (`mqtt_address`). Raises UserError, MissingExtraError."""

    def __init__(self, address: str) -> None:
        self._address = read_address(address)
        if any(sign in self._address.topic for sign in "+#") or self._address.topic.startswith("$share/"):
            raise UserError(f"--to: a message goes to one topic, got wildcards: {self._address.topic[:80]!r}")
        self._client: Client | None = None

    def send(self, message: bytes, readings: int) -> PushReceipt:
        """Send a message and wait until the broker has it."""
        self._client = self._client or self._connected()
        try:
            sent = self._client.publish(self._address.topic, message, qos=1)
            until_s = time.monotonic() + ACKNOWLEDGED_S
            while not sent.is_published() and time.monotonic() < until_s:
                sent.wait_for_publish(_LOOK_S)
        except (RuntimeError, ValueError) as error:
            self.close()
            raise NotTakenError(f"{self._address}: {error}") from None
        if not sent.is_published():
            self.close()
            raise NotTakenError(f"{self._address}: the broker does not answer")
        return PushReceipt(readings, ())

    def close(self) -> None:
        """Let the connection go, and what was not acknowledged: whoever asks again sends it again."""
        if self._client is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    def _connected(self) -> "Client":
        client, answers = new_client(self._address, ""), queue.SimpleQueue[str]()

        def on_connect(client: object, data: object, flags: object, code: object, properties: object) -> None:
            answers.put(str(code) if getattr(code, "is_failure", False) else "")

        client.on_connect = on_connect
        try:
            client.connect(self._address.host, self._address.port, KEEP_ALIVE_S)
        except (OSError, ValueError) as error:
            raise NotTakenError(f"{self._address}: {error}") from None
        client.loop_start()
        try:
            refusal = answers.get(timeout=ACKNOWLEDGED_S)
        except queue.Empty:
            refusal = None
        if refusal == "":
            return client
        client.disconnect()
        client.loop_stop()
        if refusal is None:
            raise NotTakenError(f"{self._address}: the broker does not answer")
        raise UserError(f"{self._address}: the broker refuses: {refusal}")
