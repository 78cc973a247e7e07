"""Both streams against a real server: the same messages, without gap or duplicate, whatever is interrupted."""

import asyncio
import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from harness.service.incidents.incident_event import EventKind
from harness.service.web.access_tokens import Role, Tokens, new_token
from harness.service.web.web_settings import WebSettings
from scenarios.errors import MachineError
from tests.harness.service.web.small_service import ROAD, SmallService, event, free_frame, opened, serving

ONE = f"{ROAD}/60"
SETTINGS = WebSettings(port=0, heartbeat_s=0.2, poll_s=0.1)
PATIENCE_S = 60.0


@pytest.fixture
def address(service: SmallService) -> Iterator[str]:
    """Where the service is served."""
    with serving(service, SETTINGS) as found:
        yield found


def change(service: SmallService, number: int, **data: Any) -> None:
    """Store one more event of the incident: the first opens it."""
    time_s = 30.0 * (number + 1)
    told = opened(60.0) if number == 1 else event(EventKind.CHANGED, ONE, time_s, queue_veh=float(number), **data)
    service.frame(free_frame(time_s), [told])


@contextmanager
def sse(address: str, query: str = "", **headers: str) -> Iterator[Iterator[dict[str, Any]]]:
    """The messages of server-sent events, each with its `id`."""
    with httpx.stream("GET", f"{address}/api/events?{query}", headers=headers, timeout=PATIENCE_S) as answer:
        assert answer.status_code == 200
        yield read(answer.iter_lines())


def read(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Messages of lines."""
    number, content = "", ""
    for line in lines:
        if line.startswith("id:"):
            number = line[3:].strip()
        if line.startswith("data:"):
            content = line[5:].strip()
        if not line and content:
            yield {**json.loads(content), "id": number}
            number = content = ""


def events(messages: Iterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The next events of a stream."""
    found: list[dict[str, Any]] = []
    for message in messages:
        if message["type"] == "event":
            found.append(message)
        if len(found) == count:
            return found
    raise AssertionError(f"the stream ended after {len(found)} of {count} events")


def socket_address(address: str, query: str = "") -> str:
    """The WebSocket's address."""
    return f"{address.replace('http', 'ws')}/api/events/ws?{query}"


def from_socket(address: str, query: str, count: int) -> list[dict[str, Any]]:
    """The next events of a WebSocket."""
    with connect(socket_address(address, query), open_timeout=PATIENCE_S) as socket:
        return events((json.loads(socket.recv(timeout=PATIENCE_S)) for _ in iter(int, 1)), count)


def test_both_streams_carry_the_same_messages_and_the_id_is_the_number(service: SmallService, address: str) -> None:
    for number in (1, 2, 3):
        change(service, number)
    with sse(address, "last_event_id=0") as messages:
        found = events(messages, 3)
    assert [message["id"] for message in found] == ["1", "2", "3"]
    assert [message.pop("id") and message for message in found] == from_socket(address, "last_event_id=0", 3)
    assert {message["schema"] for message in found} == {"laneblock.event/1"}
    assert found[2]["incident_now"]["version"] == 3


def test_without_a_number_a_stream_begins_now(service: SmallService, address: str) -> None:
    change(service, 1)
    with sse(address) as messages:
        assert next(messages)["type"] == "status"
        change(service, 2)
        assert events(messages, 1)[0]["number"] == 2


def test_the_header_counts_more_than_the_query(service: SmallService, address: str) -> None:
    for number in (1, 2, 3):
        change(service, number)
    with sse(address, "last_event_id=0", **{"Last-Event-ID": "2"}) as messages:
        assert events(messages, 1)[0]["number"] == 3


@pytest.mark.parametrize("kind", ["sse", "socket"])
def test_a_reader_that_is_interrupted_again_and_again_gets_every_event_once(
    service: SmallService, address: str, kind: str
) -> None:
    total, rng = 60, random.Random(1)

    def write() -> None:
        for number in range(1, total + 1):
            change(service, number)

    writer = threading.Thread(target=write)
    writer.start()
    numbers: list[int] = []
    while len(numbers) < total:
        count = min(rng.randint(1, 12), total - len(numbers))
        after = numbers[-1] if numbers else 0
        if kind == "sse":
            with sse(address, "frames=false&last_event_id=0", **{"Last-Event-ID": str(after)}) as messages:
                numbers += [message["number"] for message in events(messages, count)]
        else:
            numbers += [each["number"] for each in from_socket(address, f"frames=false&last_event_id={after}", count)]
    writer.join()
    assert numbers == list(range(1, total + 1))


def test_who_is_far_behind_what_is_kept_in_memory_misses_nothing(
    service: SmallService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.web.event_tail.KEPT", 5)
    monkeypatch.setattr("harness.service.web.event_tail.AT_ONCE", 3)
    with serving(service, SETTINGS) as address, sse(address) as live:
        next(live)
        for number in range(1, 31):
            change(service, number)
        assert [each["number"] for each in events(live, 30)] == list(range(1, 31))
        with sse(address, "last_event_id=4") as late:
            assert [each["number"] for each in events(late, 26)] == list(range(5, 31))


def test_a_number_of_another_store_is_told_and_the_stream_goes_on(service: SmallService, address: str) -> None:
    change(service, 1)
    with sse(address, "last_event_id=900") as messages:
        assert next(messages)["type"] == "reset"
        change(service, 2)
        assert events(messages, 1)[0]["number"] == 2


def test_what_another_process_stores_is_seen_although_nobody_publishes(service: SmallService, address: str) -> None:
    with sse(address) as messages:
        next(messages)
        service.store.commit_frame(ROAD, free_frame(60.0), [opened(60.0)])
        assert events(messages, 1)[0]["kind"] == "opened"


def test_heartbeats_tell_the_condition_while_nothing_happens(service: SmallService, address: str) -> None:
    service.told = {"blind_since_s": 30.0, "blind_reason": "no readings"}
    with sse(address, "frames=false") as messages:
        states = {next(messages)["conditions"][0]["state"] for _ in range(4)}
    assert "blind" in states


def test_the_latest_speeds_come_without_a_number(service: SmallService, address: str) -> None:
    service.frame(free_frame(30.0, {(4, 1): 3.04}))
    with sse(address) as messages:
        frame = next(message for message in messages if message["type"] == "frame")
    assert frame["id"] == ""
    assert frame["speed_mps"][4] == [30.0, 3.0, 30.0]


def test_a_store_that_is_away_is_told_and_nothing_is_lost(
    service: SmallService, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = threading.Event()
    ask = service.store.events_after

    def events_after(number: int, limit: int = 1000) -> object:
        if gone.is_set():
            raise MachineError("no answer")
        return ask(number, limit)

    monkeypatch.setattr(service.store, "events_after", events_after)
    with serving(service, SETTINGS) as address, sse(address) as messages:
        next(messages)
        gone.set()
        assert any(message.get("store") == "no answer" for message in messages)
        change(service, 1)
        gone.clear()
        assert events(messages, 1)[0]["number"] == 1


def test_a_socket_of_another_site_or_without_a_token_is_refused(service: SmallService) -> None:
    guarded = WebSettings(port=0, tokens=Tokens((new_token("a", Role.VIEW)[1],)))
    with serving(service, SETTINGS) as address, pytest.raises(InvalidStatus, match="403"):
        connect(socket_address(address), origin=Origin("https://evil.example"), open_timeout=PATIENCE_S)
    with serving(service, guarded) as address, pytest.raises((InvalidStatus, ConnectionClosed)):
        connect(socket_address(address), open_timeout=PATIENCE_S)


def test_one_subscriber_too_many_is_refused(service: SmallService) -> None:
    settings = WebSettings(port=0, most_subscribers=1)
    with serving(service, settings) as address, sse(address) as messages:
        next(messages)
        assert httpx.get(f"{address}/api/events", timeout=PATIENCE_S).status_code == 503


def test_200_subscribers_are_served_and_one_that_takes_nothing_is_cut(service: SmallService) -> None:
    settings = WebSettings(port=0, send_timeout_s=1.0)
    with serving(service, settings) as address:
        asyncio.run(asyncio.wait_for(subscribe(service, address, 200), 2 * PATIENCE_S))


def wait_for_cut(address: str) -> None:
    """Wait until a subscriber is cut."""
    until(lambda: "laneblock_subscribers_cut_total 1.0" in httpx.get(f"{address}/metrics", timeout=PATIENCE_S).text)


async def subscribe(service: SmallService, address: str, count: int) -> None:
    """Let subscribers read an event each, while another one reads nothing of ten megabytes."""
    host, port = address.removeprefix("http://").split(":")

    async def opened_stream(query: str, limit: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(host, int(port), limit=limit)
        writer.write(f"GET /api/events?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await reader.readuntil(b"event: status")
        return reader, writer

    others = [await opened_stream("frames=false", 1 << 22) for _ in range(count)]
    await asyncio.to_thread(change, service, 1)
    await asyncio.gather(*(reader.readuntil(b"event: event") for reader, _ in others))
    _, slow = await opened_stream("frames=false&last_event_id=0", 1 << 10)
    for number in range(2, 102):
        await asyncio.to_thread(change, service, number, evidence="x" * 100_000)
        if number == 2:
            for _, writer in others[1:]:
                writer.close()
        await others[0][0].readuntil(b"event: event")
    await asyncio.to_thread(wait_for_cut, address)  # before it goes by itself
    for writer in (others[0][1], slow):
        writer.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    waited = threading.Event()
    for _ in range(int(PATIENCE_S / 0.05)):
        if holds():
            return
        waited.wait(0.05)
    raise AssertionError("it did not come to hold")


def test_a_server_that_stops_ends_its_streams_at_once(service: SmallService) -> None:
    ended = threading.Event()

    def read_to_the_end(address: str) -> None:
        with sse(address) as messages:
            for _ in messages:
                reading.set()
        ended.set()

    reading = threading.Event()
    with serving(service, WebSettings(port=0)) as address:
        thread = threading.Thread(target=read_to_the_end, args=(address,))
        thread.start()
        assert reading.wait(PATIENCE_S)
    thread.join(PATIENCE_S)
    assert ended.is_set()
