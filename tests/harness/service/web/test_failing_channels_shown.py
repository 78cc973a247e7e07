"""A channel or a receiver of pushes that fails stands at the head of the page, in words."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from harness.service.pushing.push_follower import Pushed
from harness.service.pushing.push_service import PushService
from harness.service.response.channel_rule import ChannelRule
from harness.service.response.channel_setup import ChannelSetup
from harness.service.response.response_service import ResponseService, ResponseSetup
from harness.service.store.open_store import open_store
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_settings import WebSettings
from tests.harness.page_laws import needs_chromium
from tests.harness.service.pushing.push_cases import ListTransport, listed
from tests.harness.service.response.response_stores import LOG, settings_with
from tests.harness.service.web.opened_pages import DESK, PATIENCE_MS, PHONE, open_page, serious
from tests.harness.service.web.small_service import SmallService

pytestmark = [pytest.mark.browser, needs_chromium]
SMS = ChannelRule("sms", "sms")


@pytest.fixture
def telling(tmp_path: Path) -> Iterator[tuple[str, ResponseService, PushService]]:
    """The address of a service with a channel and a receiver of pushes."""
    database = str(tmp_path / "store.sqlite")
    setup = ResponseSetup(settings_with((SMS,)), (ChannelSetup(SMS, ListTransport()),))
    response = ResponseService(setup, lambda events: None, LOG)
    pushes = PushService(Pushed((listed(name="state-tmc"),)), LOG)
    with closing(open_store(database, follower=response.follower)) as store:
        response.start(database, store)
        pushes.start(database, store)
        service, settings = SmallService(store), WebSettings(port=0, heartbeat_s=0.5)
        app = create_app(service, settings, service.broadcast, response=response, pushes=pushes)
        server = PageServer(app, settings)
        server.start()
        yield server.address, response, pushes
        server.stop()
        pushes.stop()
        response.stop()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone-dark", "desk-light"])
def test_what_fails_is_said_until_it_is_well_again(
    chromium: Browser, telling: tuple[str, ResponseService, PushService], size: dict[str, int], scheme: str
) -> None:
    address, response, pushes = telling
    (sms,) = (each.health for each in response.senders if each.rule.name == "sms")
    tmc = pushes.senders[0].health
    for _ in range(3):
        sms.failed("HTTP 503 no credit", 0.0)
    tmc.failed("no answer in 10 s", 0.0)
    page = open_page(chromium, address, size, scheme)
    expect(page.locator("#channels")).to_have_text(
        "Calls do not go out: sms (HTTP 503 no credit). Other systems are not told: state-tmc (no answer in 10 s).",
        timeout=PATIENCE_MS,
    )
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    sms.succeeded()
    expect(page.locator("#channels")).to_have_text(re.compile("^Other systems"), timeout=PATIENCE_MS)
    tmc.succeeded()
    expect(page.locator("#channels")).to_be_hidden(timeout=PATIENCE_MS)
    page.context.close()
