"""The response beside a real store and page: threads, API, and what a test sends."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from harness.service.incidents.incident_event import EventKind, StoredEvent
from harness.service.response.channel_rule import RADIO_RULE
from harness.service.response.channel_setup import ChannelSetup
from harness.service.response.channel_trial import try_channels
from harness.service.response.escalation_policy import SeverityRule, read_policy
from harness.service.response.http_transport import HttpTransport
from harness.service.response.response_service import ResponseService, ResponseSetup
from harness.service.store.event_store import EventStore
from harness.service.store.open_store import open_store
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_settings import WebSettings
from tests.harness.service.response.gateway_server import Gateway, serving
from tests.harness.service.response.response_cases import incident_event
from tests.harness.service.response.response_stores import LOG, SMS, settings_with
from tests.harness.service.web.small_service import SmallService

FIELDS = {"to": "to", "text": "text", "key": "id"}
QUICK = SeverityRule(
    respond_within_s=0.01, escalate_after_s=0.02, channels=("sms", "radio"), teams=("traffic_control",)
)


def wait_until(true: Callable[[], bool]) -> None:
    until_s = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until_s, "it does not come"
        time.sleep(0.02)


def setup_with(gateway: Gateway) -> ResponseSetup:
    settings = settings_with((SMS, RADIO_RULE))
    policy = read_policy().model_copy(update={"critical": QUICK})
    return ResponseSetup(replace(settings, policy=policy), (ChannelSetup(SMS, HttpTransport(gateway.address, FIELDS)),))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with serving(Gateway()) as made:
        yield made


@pytest.fixture
def told() -> list[StoredEvent]:
    return []


@pytest.fixture
def running(tmp_path: Path, gateway: Gateway, told: list[StoredEvent]) -> Iterator[tuple[ResponseService, EventStore]]:
    response = ResponseService(setup_with(gateway), told.extend, LOG, look_every_s=0.02)
    store = open_store(str(tmp_path / "live.db"), follower=response.follower)
    response.start(str(tmp_path / "live.db"), store)
    yield response, store
    response.stop()
    store.close()


def test_an_incident_that_nobody_takes_is_told_and_escalated(
    running: tuple[ResponseService, EventStore], gateway: Gateway, told: list[StoredEvent]
) -> None:
    response, store = running
    store.append([incident_event("A4/1", EventKind.OPENED, 600.0, severity="critical")])
    wait_until(lambda: len(told) == 2 and len(gateway.took) == 3)
    assert [each.event.kind for each in told] == [EventKind.RESPONSE_LATE, EventKind.ESCALATED]
    assert [each.event.kind for each in store.timeline("A4/1")][1:] == [each.event.kind for each in told]
    wait_until(lambda: response.status()["channels"]["gateway"]["messages"] == {"sent": 3})
    assert [each.reason for each in response.radio()] == ["opened", "late", "escalated"]


def test_the_dispatchers_list_is_read_and_emptied_by_the_api(
    running: tuple[ResponseService, EventStore], told: list[StoredEvent]
) -> None:
    response, store = running
    store.append([incident_event("A4/1", EventKind.OPENED, 600.0, severity="critical", exercise=True)])
    settings = WebSettings(port=0)
    server = PageServer(create_app(SmallService(store), settings, response=response), settings)
    server.start()
    try:
        with httpx.Client(base_url=server.address) as client:
            waiting = client.get("/api/radio").json()
            assert [(each["incident"], each["exercise"]) for each in waiting] == [("A4/1", True)]
            assert waiting[0]["text"].startswith("[EXERCISE] All units: Lanes blocked, CRITICAL.")
            number = waiting[0]["number"]
            before_s = time.time()
            assert client.post(f"/api/radio/{number}/read", json={"by": "kim"}).status_code == 204
            assert client.post(f"/api/radio/{number}/read").status_code == 404
            assert client.get("/api/radio").json() == []
            [read] = client.get("/api/radio/read").json()
            assert (read["number"], read["read_by"], read["exercise"]) == (number, "kim", True)
            assert before_s <= read["read_s"] <= time.time()
            state = client.get("/api/response").json()
            assert state["channels"]["radio"] == {"state": "ok", "messages": {"sent": 1}}
            assert state["missing_media"] == ["email"]
    finally:
        server.stop()


def test_a_test_is_marked_and_told_who_got_it(gateway: Gateway) -> None:
    assert [(each.channel, each.receiver, each.error) for each in try_channels(setup_with(gateway))] == [
        ("gateway", "ann", "")
    ]
    (body,) = gateway.took.values()
    assert body["text"].startswith("[TEST] Test: nothing has happened")
    gateway.status = 503
    assert [each.error for each in try_channels(setup_with(gateway))] == ["HTTP 503 no"]
