import math
import socket
import threading
from pathlib import Path

import pytest

from harness.service.feeding.disorder import Disorder
from harness.service.feeding.feed_recording import FeedCounts, feed
from harness.service.feeding.http_target import HttpTarget
from harness.service.feeding.mqtt_target import MqttTarget
from harness.service.sources.mqtt_source import MqttSource
from harness.service.sources.recording_source import RecordingSource
from scenarios.errors import MachineError, UserError
from tests.harness.service.feeding.taking_server import TakingServer, taking_server
from tests.harness.service.sources.mqtt_broker import needs_mosquitto, own_broker
from tests.harness.service.sources.played_recordings import bits, frames_of, made_recording


@pytest.fixture(autouse=True)
def quick_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.service.feeding.feed_target.FIRST_WAIT_S", 0.01)


def fed(folder: Path, address: str, disorder: Disorder = Disorder(), **options: object) -> FeedCounts:  # noqa: B008
    target = HttpTarget(address, "secret")
    try:
        return feed(RecordingSource(folder, math.inf), target, disorder, **options)  # type: ignore[arg-type]
    finally:
        target.close()


def test_a_recording_arrives_as_it_is(tmp_path: Path) -> None:
    recording = made_recording(tmp_path)
    with taking_server() as server:
        counts = fed(tmp_path, server.address)
    assert bits(frames_of(server.taken)) == bits(recording.frames)
    assert (counts.messages, counts.readings, counts.accepted, counts.retries) == (5, 15, 15, 0)
    assert server.tokens == {"Bearer secret"}


def test_it_is_sent_again_until_it_is_taken(tmp_path: Path) -> None:
    made_recording(tmp_path)
    told: list[str] = []
    with taking_server() as server:
        server.script = [(429, {"Retry-After": "0"}), (503, {}), (502, {})]
        counts = fed(tmp_path, server.address, tell=told.append)
    assert (len(server.taken), counts.retries) == (5, 3)
    assert told[0].startswith("not taken (HTTP 429: answer 429); again in")


def test_a_service_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    made_recording(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    servers: list[TakingServer] = []

    def start_when_told(line: str) -> None:
        assert "refused" in line
        if not servers:
            servers.append(TakingServer(port))

    assert fed(tmp_path, f"http://127.0.0.1:{port}", tell=start_when_told).retries > 0
    servers[0].end()
    assert len(servers[0].taken) == 5


def test_it_gives_up_in_the_end(tmp_path: Path) -> None:
    made_recording(tmp_path)
    with pytest.raises(MachineError, match=r"nothing was taken for 0.1 s: http://127.0.0.1:9/api/readings: .*refused"):
        fed(tmp_path, "http://127.0.0.1:9", give_up_after_s=0.1)


@pytest.mark.parametrize(
    ("status", "told"),
    [(401, r"refuses: answer 401 \(--token TOKEN"), (404, r"HTTP 404: answer 404 \(is it a laneblock service\?\)")],
)
def test_a_refusal_is_told_at_once(tmp_path: Path, status: int, told: str) -> None:
    made_recording(tmp_path)
    with taking_server() as server:
        server.script = [(status, {})]
        with pytest.raises(UserError, match=told):
            fed(tmp_path, server.address)


def test_it_goes_on_where_it_was_acknowledged(tmp_path: Path) -> None:
    made_recording(tmp_path / "recording", frames=8)
    file, disorder = tmp_path / "resume.json", Disorder(60.0, duplicate=0.5, seed=2)
    with taking_server() as whole:
        fed(tmp_path / "recording", whole.address, disorder)
    with taking_server() as server:
        server.script = []
        stop = HttpTarget(server.address)

        class Ending:
            sent = 0

            def send(self, message: bytes, readings: int) -> object:
                self.sent += 1
                if self.sent == 4:
                    raise KeyboardInterrupt
                return stop.send(message, readings)

        with pytest.raises(KeyboardInterrupt):
            feed(RecordingSource(tmp_path / "recording", math.inf), Ending(), disorder, resume_file=file)  # type: ignore[arg-type]
        stop.close()
        counts = fed(tmp_path / "recording", server.address, disorder, resume_file=file)
    assert counts.skipped == 3
    assert repr(server.taken) == repr(whole.taken)
    with pytest.raises(UserError, match="it is of another recording"):
        fed(tmp_path / "recording", server.address, resume_file=file)


@pytest.mark.parametrize("address", ["http://", "http://me:secret@host", "http://host?x=1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UserError, match="--to: wanted http://HOST") as told:
        HttpTarget(address)
    assert "secret" not in str(told.value)


@needs_mosquitto
@pytest.mark.mqtt
def test_a_recording_arrives_by_mqtt(tmp_path: Path) -> None:
    recording = made_recording(tmp_path)
    with own_broker(tmp_path) as broker:
        address = f"mqtt://127.0.0.1:{broker.port}/laneblock/readings"
        source = MqttSource(address, client_id="taker")
        threading.Timer(0.3, source.stop).start()
        assert list(source.batches(None)) == []
        target = MqttTarget(address)
        counts = feed(RecordingSource(tmp_path, math.inf), target, Disorder())
        target.close()
        batches = MqttSource(address, client_id="taker").batches(None)
        taken = [next(batches) for _ in range(5)]
        batches.close()  # type: ignore[attr-defined]
    assert counts.accepted == 15
    assert bits(frames_of(taken)) == bits(recording.frames)


@needs_mosquitto
@pytest.mark.mqtt
def test_a_broker_that_went_away_is_waited_for(tmp_path: Path) -> None:
    made_recording(tmp_path / "recording")
    with own_broker(tmp_path) as broker:
        target = MqttTarget(f"mqtt://127.0.0.1:{broker.port}/t")
        target.send(b"{}", 0)
        broker.end()
        again = threading.Timer(0.3, broker.start)
        again.start()
        counts = feed(RecordingSource(tmp_path / "recording", math.inf), target, Disorder())
        again.join()
        target.close()
    assert counts.accepted == 15


@needs_mosquitto
@pytest.mark.mqtt
def test_a_broker_that_refuses_is_told(tmp_path: Path) -> None:
    with own_broker(tmp_path, "allow_anonymous false") as broker:
        target = MqttTarget(f"mqtt://127.0.0.1:{broker.port}/t")
        with pytest.raises(UserError, match="the broker refuses: Not authorized"):
            target.send(b"{}", 0)
        target.close()


def test_a_message_goes_to_one_topic() -> None:
    with pytest.raises(UserError, match="got wildcards"):
        MqttTarget("mqtt://broker/a/#")
