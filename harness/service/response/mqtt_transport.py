"""MQTT, QoS 1: a message is delivered when the broker has acknowledged it. Its key is in the JSON; a reader may see it twice."""

from harness.service.feeding.feed_target import NotTakenError
from harness.service.feeding.mqtt_target import MqttTarget
from harness.service.response.outgoing import Outgoing
from harness.service.response.transport import NotDeliveredError
from scenarios.errors import UserError


class MqttTransport:
    """The topic at an address `mqtt://[USER:PASSWORD@]HOST[:PORT]/TOPIC`. Raises UserError, MissingExtraError."""

    def __init__(self, address: str) -> None:
        self._target = MqttTarget(address)

    def send(self, message: Outgoing) -> None:
        """Publish a message's JSON. Raises NotDeliveredError."""
        try:
            self._target.send(message.payload.encode(), 1)
        except (NotTakenError, UserError) as error:  # a broker that refuses a password may take it later
            raise NotDeliveredError(str(error)) from None

    def close(self) -> None:
        """Let the connection go."""
        self._target.close()
