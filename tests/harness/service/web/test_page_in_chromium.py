"""The page in a real browser: an incident comes, is acknowledged by keyboard, and survives the server being killed."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.harness.page_laws import needs_chromium
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.killed_server import KilledServer
from tests.harness.service.web.opened_pages import CONNECTED, DESK, PATIENCE_MS, PHONE, open_page, row
from tests.harness.service.web.small_service import ROAD, free_frame, opened

pytestmark = [pytest.mark.browser, needs_chromium]
APPEARS_S = 1.0
"""Time from an event to its row on a page. The best of a few counts: the machine may do other things."""


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[KilledServer]:
    """A server to be killed."""
    server = KilledServer(tmp_path)
    yield server
    server.kill()


def test_an_incident_from_its_event_through_a_crash(chromium: Browser, killed: KilledServer) -> None:
    page, other = open_page(chromium, killed.address, PHONE), open_page(chromium, killed.address, DESK)
    killed.push(30.0)
    expect(page.locator("#condition")).to_have_text("Live", timeout=PATIENCE_MS)

    # It appears by itself, at once.
    page.evaluate(
        """() => { window.lateS = []; new MutationObserver(() => {
             const count = document.querySelectorAll('#list a').length;
             while (window.lateS.length < count) window.lateS.push(Date.now() / 1000);
           }).observe(document.getElementById('list'), {childList: true}); }"""
    )
    for number in (2, 3, 4):
        killed.push(30.0 * number, {(number, 1): 3.0})
        expect(page.locator("#list li")).to_have_count(number - 1, timeout=PATIENCE_MS)
    listed = httpx.get(f"{killed.address}/api/events/list", timeout=60.0).json()["events"]
    late_s = [shown - event["wall_s"] for shown, event in zip(page.evaluate("window.lateS"), listed, strict=True)]
    assert min(late_s) < APPEARS_S

    # It is acknowledged with a note, by keyboard alone; another browser sees it.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#incident-title")).to_contain_text("Lanes blocked")
    page.keyboard.press("a")
    page.keyboard.type("two cars, patrol sent")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text("Done: acknowledged by operator")
    expect(other.locator(row(other, 120))).to_contain_text("acknowledged by operator")
    other.locator(row(other, 120)).click()
    expect(other.locator("#timeline .said")).to_have_text("two cars, patrol sent")

    # The server is killed: the page says so, comes back by itself, and shows the same.
    before = [page.locator(part).inner_text() for part in ("#head", "#facts", "#timeline")]
    killed.kill()
    expect(page.locator("#condition")).to_contain_text("Reconnecting: what is shown is old", timeout=PATIENCE_MS)
    killed.start()
    expect(page.locator("#condition")).to_have_text("Live", timeout=PATIENCE_MS)
    assert [page.locator(part).inner_text() for part in ("#head", "#facts", "#timeline")] == before
    killed.push(150.0, {(5, 1): 3.0})
    expect(page.locator("#list li")).to_have_count(4, timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for each in (page, other):
        each.context.close()


def test_the_second_of_two_operators_is_told_and_keeps_the_note(chromium: Browser, watched: Served) -> None:
    watched.service.frame(free_frame(60.0), [opened(60.0)])
    page = open_page(chromium, watched.address)
    page.locator(row(page, 60)).click()

    def overtake(route: Route) -> None:
        body = {"version": 1, "by": "Anna", "note": "hers"}
        watched.client.post(f"/api/incidents/{ROAD}/60/acknowledge", json=body)
        route.continue_()

    page.route("**/acknowledge", overtake)
    page.keyboard.press("a")
    page.keyboard.type("mine")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text("Not done: it has changed meanwhile – Anna: acknowledged (hers)")
    expect(page.locator("#note")).to_have_value("mine")
    expect(page.locator("#note-help")).to_contain_text("Enter: add note")
    page.context.close()


def test_a_page_without_websocket_is_live_by_server_sent_events(chromium: Browser, watched: Served) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.()); } close() {} };"
    )
    page.goto(watched.address)
    expect(page.locator("#condition")).to_have_class(CONNECTED, timeout=PATIENCE_MS)
    context.close()


def test_many_are_acknowledged_at_once_and_sound_is_remembered(chromium: Browser, watched: Served) -> None:
    watched.service.frame(free_frame(60.0), [opened(60.0), opened(61.0, 7, 2)])
    page = open_page(chromium, watched.address)
    expect(page.locator("#sound")).to_have_text("Sound off")
    page.locator("#sound").click()
    page.locator("#acknowledge-all").click()
    page.locator("#all-note").fill("storm")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("2 open, 0 not acknowledged", timeout=PATIENCE_MS)
    page.reload()
    expect(page.locator("#sound")).to_have_text(re.compile("Sound (on|waits for a click)"))
    page.context.close()


def test_what_is_typed_after_a_goes_into_the_note_and_nowhere_else(chromium: Browser, watched: Served) -> None:
    watched.service.frame(free_frame(60.0), [opened(60.0)])
    page = open_page(chromium, watched.address)
    page.keyboard.press("a")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.keyboard.type("seen a jam")
    expect(page.locator("#note")).to_have_value("seen a jam")
    expect(page.locator("#sound")).to_have_text("Sound off")
    page.context.close()


def test_a_slip_is_undone_with_the_button_that_comes_after_it(chromium: Browser, watched: Served) -> None:
    watched.service.frame(free_frame(60.0, {(4, 1): 3.0}), [opened(60.0)])
    page = open_page(chromium, watched.address)
    page.locator(row(page, 60)).click()
    page.get_by_role("button", name="False alarm").click()
    expect(page.locator("#result")).to_contain_text("Done: closed: false alarm")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#result")).to_have_text("Done: active, not acknowledged.")
    expect(page.locator("#timeline li").first).to_contain_text("Undone by operator")
    page.context.close()
