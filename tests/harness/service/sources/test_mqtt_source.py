import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt import publish
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from harness.service.sources.mqtt_source import RECONNECT_S, MqttSource
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.sources.reading_message import write_message
from scenarios.errors import MachineError, UserError
from tests.harness.service.sources.mqtt_broker import PORT, needs_broker, needs_mosquitto, own_broker, own_topic

pytestmark = pytest.mark.mqtt


def batch(time_s: float) -> ReadingBatch:
    return ReadingBatch("a4", (Reading("S1", 0, time_s, 3.0, 20.0, 0.1),))


def send(topic: str, *messages: bytes, port: int = PORT) -> None:
    publish.multiple([(topic, message, 1, False) for message in messages], "127.0.0.1", port)


class Listening:
    def __init__(self, address: str, client_id: str = "") -> None:
        self.told: list[str] = []
        self.given: list[ReadingBatch] = []
        self.source = MqttSource(address, client_id=client_id, tell=self.told.append)
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._listen)

    def _listen(self) -> None:
        try:
            for each in self.source.batches(None):
                self.given.append(each)
        except (MachineError, UserError) as error:
            self.error = error

    def wait_for(self, count: int) -> None:
        until_s = time.monotonic() + 15
        while len(self.given) < count:
            assert time.monotonic() < until_s, (self.given, self.told, self.error)
            time.sleep(0.01)


@contextmanager
def listening(address: str, client_id: str) -> Iterator[Listening]:
    found = Listening(address, client_id)
    found.thread.start()
    try:
        yield found
    finally:
        found.source.stop()
        found.thread.join(1.5)
        assert not found.thread.is_alive()


@pytest.fixture
def topic(request: pytest.FixtureRequest) -> Iterator[str]:
    """A topic, and the name of a client whose session the broker knows, until the end of the test."""
    topic = own_topic(request.node.name)
    source = MqttSource(f"mqtt://127.0.0.1/{topic}", client_id=topic)
    threading.Timer(0.3, source.stop).start()
    assert list(source.batches(None)) == []
    yield topic
    client = Client(CallbackAPIVersion.VERSION2, client_id=topic, clean_session=True)
    client.connect("127.0.0.1", PORT)
    client.loop_start()
    client.disconnect()
    client.loop_stop()


@needs_broker
def test_messages_become_batches(topic: str) -> None:
    line = json.dumps({"corridor": "a4", "station": "S1", "lane": 0, "time": 90}).encode()
    with listening(f"mqtt://127.0.0.1/{topic}", topic) as found:
        send(topic, write_message(batch(30.0)), write_message(batch(60.0)), line + b"\n" + line)
        found.wait_for(3)
    assert found.given[:2] == [batch(30.0), batch(60.0)]
    assert [reading.time_s for reading in found.given[2].readings] == [90.0, 90.0]


@needs_broker
def test_what_was_sent_while_it_was_away_comes_later(topic: str) -> None:
    send(topic, write_message(batch(30.0)))
    with listening(f"mqtt://127.0.0.1/{topic}", topic) as found:
        found.wait_for(1)
    assert found.given == [batch(30.0)]


@needs_broker
def test_what_the_taker_did_not_come_back_from_is_sent_again(topic: str) -> None:
    send(topic, write_message(batch(30.0)))
    address = f"mqtt://127.0.0.1/{topic}"
    batches = MqttSource(address, client_id=topic).batches(None)
    assert next(batches) == batch(30.0)
    batches.close()  # type: ignore[attr-defined]
    with listening(address, topic) as found:
        found.wait_for(1)
    assert found.given == [batch(30.0)]


@needs_broker
def test_a_message_that_is_none_is_told_and_the_next_is_taken(topic: str) -> None:
    with listening(f"mqtt://127.0.0.1/{topic}", topic) as found:
        send(topic, b"hello", b"", b"\xff\x00", b'{"readings": 3}', write_message(batch(30.0)))
        found.wait_for(1)
    assert found.given == [batch(30.0)]
    assert len(found.told) == 3  # an empty message holds no reading
    assert found.source.refused == 3
    assert "line 1: wanted one JSON object" in found.told[0]


@needs_mosquitto
def test_it_connects_again_to_a_broker_that_was_restarted(tmp_path: Path) -> None:
    with own_broker(tmp_path) as broker, listening(f"mqtt://127.0.0.1:{broker.port}/t", "again") as found:
        until_s = time.monotonic() + 10
        while not found.given:
            assert time.monotonic() < until_s
            send("t", write_message(batch(30.0)), port=broker.port)
        broker.end()
        broker.start()
        while found.given[-1] != batch(60.0):
            assert time.monotonic() < until_s + 10, found.told
            send("t", write_message(batch(60.0)), port=broker.port)
        assert any("the connection is lost" in line for line in found.told)


@needs_mosquitto
def test_a_broker_that_refuses_is_told(tmp_path: Path) -> None:
    with own_broker(tmp_path, "allow_anonymous false") as broker:
        source = MqttSource(f"mqtt://me:secret@127.0.0.1:{broker.port}/t")
        with pytest.raises(UserError, match=r"^mqtt://127.0.0.1:\d+/t: the broker refuses: Not authorized$"):
            next(source.batches(None))


def test_a_broker_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.service.sources.mqtt_source.RECONNECT_S", RECONNECT_S[:2])
    with pytest.raises(MachineError, match=r"the broker cannot be reached: .*refused"):
        next(MqttSource("mqtt://127.0.0.1:9/t").batches(None))
