"""Pushes to real servers that fail, hang and answer late; and beside a real store and page."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from harness.service.incidents.incident_event import EventKind
from harness.service.pushing.push_follower import Pushed
from harness.service.pushing.push_service import PushService
from harness.service.pushing.push_tables import Push
from harness.service.store.open_store import open_store
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_settings import WebSettings
from tests.harness.service.feeds.made_feeds import ROAD, timeline
from tests.harness.service.feeds.read_back import read_cap, read_datex2
from tests.harness.service.pushing.push_cases import FEEDS, listed, office, posted
from tests.harness.service.response.gateway_server import Gateway, serving
from tests.harness.service.response.response_stores import LOG
from tests.harness.service.web.small_service import SmallService

LIFE = (EventKind.CHANGED, EventKind.CHANGED, EventKind.CLEARED, EventKind.RESOLVED)
INCIDENTS = 8


def wait_until(true: Callable[[], bool]) -> None:
    until_s = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until_s, "it does not come"
        time.sleep(0.02)


def test_a_receiver_that_fails_hangs_and_answers_late_gets_every_change_in_order_across_a_restart() -> None:
    gateway = Gateway(fails=0.3, hangs=0.03, late=0.1, reads=lambda body: read_cap(body.decode()))
    with serving(gateway), office(posted(gateway.address, "cap", timeout_s=0.25)) as one:
        (push,) = one.receivers
        for k in range(INCIDENTS):
            one.happens(*LIFE, incident=f"a4-{k}")
            one.sender(push).step()
            if k == INCIDENTS // 2:
                one.store.close()
                one.renew()
        one.send_all(push)
        push.transport.close()
        rows = one.rows()
    assert {row.state for row in rows} == {"sent"}
    assert sorted(gateway.took) == sorted(row.key for row in rows)
    assert len(gateway.took) == INCIDENTS * (1 + len(LIFE))
    assert len(gateway.calls) > len(gateway.took)
    assert gateway.twice > 0  # late answers: sent again, and known by their key
    took = list(gateway.took.values())
    for k in range(INCIDENTS):
        assert [each["version"] for each in took if each["id"] == f"a4-{k}"] == [1, 2, 3, 4, 5]


def test_a_sender_that_dies_after_the_receiver_has_it_sends_the_same_again() -> None:
    class Dying:
        def __init__(self) -> None:
            self.sent: list[tuple[str, str]] = []

        def send(self, message: object) -> None:
            self.sent.append((message.key, message.payload))  # type: ignore[attr-defined]
            if len(self.sent) == 1:
                raise KeyboardInterrupt

        def close(self) -> None:
            pass

    transport = Dying()
    with office(Push("other", "cap", transport)) as one:
        one.happens()
        try:
            one.sender(one.receivers[0]).step()
        except KeyboardInterrupt:
            one.store.close()
            one.renew()
        one.send_all(one.receivers[0])
    assert len(transport.sent) == 2
    assert transport.sent[0] == transport.sent[1]


def test_a_dead_receiver_is_shown_and_delays_no_other(tmp_path: Path) -> None:
    dead = posted("http://127.0.0.1:1/gone", "geojson", "dead")
    with serving(Gateway(reads=lambda body: read_datex2(body.decode())[0])) as gateway:
        alive = posted(gateway.address, "datex2", "alive")
        database = str(tmp_path / "live.db")
        pushes = PushService(Pushed((dead, alive), FEEDS, {ROAD.name: ROAD}), LOG, look_every_s=0.02)
        store = open_store(database, follower=pushes.follower)
        pushes.start(database, store)
        settings = WebSettings(port=0)
        server = PageServer(create_app(SmallService(store), settings, pushes=pushes), settings)
        server.start()
        try:
            for each in timeline(*LIFE):
                store.append([each.event])
            wait_until(lambda: len(gateway.took) == 5)
            wait_until(lambda: pushes.status()["pushes"]["dead"]["state"] != "ok")
            wait_until(lambda: pushes.status()["pushes"]["alive"]["messages"] == {"sent": 5})
            with httpx.Client(base_url=server.address) as client:
                shown = client.get("/feeds/pushes").json()["pushes"]
                metrics = client.get("/metrics").text
        finally:
            server.stop()
            pushes.stop()
            store.close()
    assert 'laneblock_channel_failing{channel="push dead"} 1.0' in metrics
    assert 'laneblock_channel_messages{channel="push alive",state="sent"} 5.0' in metrics
    assert shown["alive"]["state"] == "ok"
    assert shown["dead"]["state"].startswith("failed ")
    assert shown["dead"]["failing_since_s"] > 0
    assert shown["dead"]["messages"] == {"waiting": 5}
    assert [(each["version"], each["state"]) for each in gateway.took.values()] == [
        (1, "active"),
        (2, "active"),
        (3, "active"),
        (4, "cleared"),
        (5, "resolved"),
    ]


def test_what_a_receiver_refuses_for_good_is_not_sent_again_and_the_next_change_is() -> None:
    with serving(Gateway(status=422)) as gateway, office(posted(gateway.address)) as one:
        (push,) = one.receivers
        one.happens(EventKind.RESOLVED)
        one.sender(push).step()
        gateway.status = 202
        one.send_all(push)
        push.transport.close()
        assert [(row.state, row.error) for row in one.rows()] == [("failed", "HTTP 422 no"), ("sent", "")]


def test_every_request_carries_its_media_type_and_a_key() -> None:
    kinds = {
        "cap": "application/cap+xml",
        "datex2": "application/xml",
        "geojson": "application/geo+json",
        "wzdx": "application/json",
        "jsonl": "application/x-ndjson",
    }
    gateway = Gateway(reads=lambda body: body)
    with serving(gateway), office(*(posted(gateway.address, kind, kind) for kind in kinds)) as one:
        one.happens()
        for push in one.receivers:
            one.send_all(push)
            push.transport.close()
        keys = [row.key for row in one.rows()]
    assert [headers["Content-Type"] for headers, _ in gateway.calls] == list(kinds.values())
    assert [headers["Idempotency-Key"] for headers, _ in gateway.calls] == keys
    assert len(set(keys)) == len(kinds)
    assert json.loads(gateway.calls[2][1])["type"] == "Feature"


def test_the_outbox_holds_the_receivers_name_and_no_address() -> None:
    with office(listed(name="state-tmc")) as one:
        one.happens()
        assert [(row.channel, row.recipient, row.address) for row in one.rows()] == [
            ("push state-tmc", "state-tmc", "state-tmc")
        ]
