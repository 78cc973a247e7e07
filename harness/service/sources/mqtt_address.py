"""Where an MQTT broker is, and a topic there, as one address: `mqtt://[USER:PASSWORD@]HOST[:PORT]/TOPIC`; `mqtts` for TLS."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scenarios.errors import MissingExtraError, UserError

if TYPE_CHECKING:
    from paho.mqtt.client import Client

KEEP_ALIVE_S = 60
"""Time after which a broker and its client look for one another, s. Chosen: the usual one."""
LONGEST_TOPIC = 65535
"""Bytes of a topic at most (MQTT 3.1.1, 1.5.3)."""
# Not urllib's: a topic may hold # and ?.
_ADDRESS = re.compile(
    r"(?P<scheme>mqtts?)://((?P<user>[^:@/]*)(:(?P<password>[^@/]*))?@)?(?P<host>\[[^\]/]+\]|[^:/@\[\]]+)(:(?P<port>\d{1,5}))?/(?P<topic>.+)"
)


@dataclass(frozen=True, slots=True)
class MqttAddress:
    """A broker and a topic; its text has no password in it."""

    host: str
    port: int
    topic: str
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """The address without user and password."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}/{self.topic}"


def read_address(text: str) -> MqttAddress:
    """Return an address from a text. Raises UserError.

    >>> str(read_address("mqtt://me:secret@localhost/laneblock/#"))
    'mqtt://localhost:1883/laneblock/#'
    """
    found = _ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found["port"] or 1) < 65536:
        shown = re.sub(r"//[^/]*@", "//...@", text)[:80]
        raise UserError(f"wanted mqtt://HOST[:PORT]/TOPIC, got {shown!r} (is the topic missing?)")
    topic = found["topic"]
    if len(topic.encode()) > LONGEST_TOPIC or "\0" in topic:
        raise UserError(f"a topic has {LONGEST_TOPIC} bytes at most and no zero byte")
    tls = found["scheme"] == "mqtts"
    port = int(found["port"] or (8883 if tls else 1883))
    user, password = unquote(found["user"] or ""), unquote(found["password"] or "")
    return MqttAddress(found["host"].strip("[]"), port, topic, tls, user, password)


def new_client(address: MqttAddress, client_id: str, manual_ack: bool = False) -> "Client":
    """Return a client that is not connected yet; the broker keeps its session while it is away, if `client_id` is not empty.

    Raises MissingExtraError.
    """
    try:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion
    except ImportError:
        raise MissingExtraError('MQTT needs the package paho-mqtt: pip install "laneblock[mqtt]"') from None
    version = CallbackAPIVersion.VERSION2
    client = Client(version, client_id=client_id, clean_session=not client_id, manual_ack=manual_ack)
    if address.user:
        client.username_pw_set(address.user, address.password)
    if address.tls:
        client.tls_set()
    return client
