"""All of an operator's work by keyboard alone, on a phone's screen and on a desk's."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from harness.service.incidents.incident_event import Event, EventKind
from harness.service.response.response_service import ResponseService
from harness.service.site.drill_service import drill_response
from harness.service.store.open_store import open_store
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_settings import WebSettings
from tests.harness.page_laws import needs_chromium
from tests.harness.service.response.response_stores import LOG
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.opened_pages import DESK, PATIENCE_MS, PHONE, open_page, serious
from tests.harness.service.web.small_service import CORRIDOR, ROAD, SmallService, free_frame, opened

pytestmark = [pytest.mark.browser, needs_chromium]
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def dispatching(tmp_path: Path) -> Iterator[tuple[str, SmallService, ResponseService]]:
    """The address of a service with a dispatcher's list."""
    database = str(tmp_path / "store.sqlite")
    response = ResponseService(drill_response([CORRIDOR]), lambda events: None, LOG)
    with closing(open_store(database, follower=response.follower)) as store:
        response.start(database, store)
        service, settings = SmallService(store), WebSettings(port=0, heartbeat_s=0.5)
        server = PageServer(create_app(service, settings, service.broadcast, response=response), settings)
        server.start()
        yield server.address, service, response
        server.stop()
        response.stop()


def press(page: Page, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def to_button(page: Page, name: str) -> None:
    """Walk from the first button of the chosen incident to another one, opening what is folded up on the way."""
    if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
        press(page, "Escape")
    press(page, "b")
    for _ in range(15):
        focused = page.evaluate("[document.activeElement.tagName, document.activeElement.textContent]")
        if focused == ["BUTTON", name]:
            return
        if focused[0] == "SUMMARY":
            press(page, "Enter")
        press(page, "Tab")
    raise AssertionError(f"no way by keyboard to {name}")


def undo_by(page: Page, name: str, told: str) -> None:
    """Press a button by keyboard, see what is told, and take it back with the key u."""
    to_button(page, name)
    press(page, "Enter")
    expect(page.locator("#result")).to_contain_text(told)
    press(page, "u")
    expect(page.locator("#result")).to_contain_text("Done: acknowledged by Kim")


@SIZES
def test_an_incident_is_acknowledged_closed_undone_and_reopened(
    chromium: Browser, watched: Served, size: dict[str, int]
) -> None:
    watched.service.frame(free_frame(60.0), [opened(60.0), opened(61.0, 7, 2)])
    page = open_page(chromium, watched.address, size)
    press(page, "ArrowDown", "Enter", "a", "Tab")
    page.keyboard.type("Kim")
    press(page, "Shift+Tab")
    page.keyboard.type("two cars")
    press(page, "Enter")
    expect(page.locator("#result")).to_contain_text("Done: acknowledged by Kim")

    undo_by(page, "False alarm", "Done: closed: false alarm")
    undo_by(page, "Duplicate", f"Done: closed: duplicate of {ROAD}/60")
    undo_by(page, "Planned work", "Done: closed: planned")

    press(page, "n")
    page.keyboard.type("towed")
    press(page, "Enter")
    expect(page.locator("#result")).to_contain_text("the note is in the timeline")
    to_button(page, "Resolved")
    press(page, "Enter")
    expect(page.locator("#result")).to_contain_text("Done: closed: resolved")
    to_button(page, "Reopen")
    press(page, "Enter")
    expect(page.locator("#result")).to_contain_text("Done: active, not acknowledged")
    told = page.locator("#timeline strong").all_text_contents()
    wanted = ["Reopened by Kim", "Resolved by Kim", "Note by Kim", "Undone by Kim", "Planned by Kim", "Undone by Kim"]
    assert told[: len(wanted)] == wanted
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.context.close()


@SIZES
def test_many_are_acknowledged_with_one_note(chromium: Browser, watched: Served, size: dict[str, int]) -> None:
    watched.service.frame(free_frame(60.0), [opened(60.0 + k, k % 8) for k in range(5)])
    page = open_page(chromium, watched.address, size)
    expect(page.locator("#acknowledge-all")).to_be_visible()
    press(page, "Shift+A")
    page.keyboard.type("storm")
    press(page, "Tab", "Enter")
    expect(page.locator("#count")).to_have_text("5 open, 0 not acknowledged", timeout=PATIENCE_MS)
    notes = watched.client.get(f"/api/incidents/{ROAD}/62/timeline").json()
    assert notes[-1]["note"] == "storm"
    page.context.close()


@SIZES
def test_what_is_to_be_read_out_is_marked_by_key_with_who_and_when(
    chromium: Browser,
    dispatching: tuple[str, SmallService, ResponseService],
    size: dict[str, int],
) -> None:
    address, service, _ = dispatching
    page = open_page(chromium, address, size)
    expect(page.locator("#radio-count")).to_have_text("nothing waits")
    service.frame(free_frame(60.0), [opened(60.0), opened(61.0, 7, 2, severity="low")])
    expect(page.locator("#radio-list li")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator("#radio-list li").first).to_contain_text("[EXERCISE] New. Lanes blocked, high. A4 east")
    assert serious(page) == []
    page.locator("#radio-by").focus()
    page.keyboard.type("Kim")
    press(page, "Escape", "r", "Enter")
    expect(page.locator("#radio-list li")).to_have_count(1)
    press(page, "Enter")  # the next one has the focus
    expect(page.locator("#radio-count")).to_have_text("nothing waits")
    read = httpx.get(f"{address}/api/radio/read", timeout=60.0).json()
    assert [each["read_by"] for each in read] == ["Kim", "Kim"]
    page.locator("#radio-past summary").focus()
    press(page, "Enter")
    expect(page.locator("#radio-read dd").first).to_have_text(re.compile("low.*by Kim$"))
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.context.close()


def test_what_another_dispatcher_read_out_goes_from_every_page(
    chromium: Browser, dispatching: tuple[str, SmallService, ResponseService]
) -> None:
    address, service, response = dispatching
    page = open_page(chromium, address)
    blind = Event("blind", ROAD, 60.0, EventKind.SOURCE_SILENT, data={"since_s": 29640.0, "exercise": True})
    service.frame(free_frame(60.0), [opened(60.0), blind])
    expect(page.locator("#radio-list li")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator("#radio-list li").last).to_contain_text("No readings from A4 east since 08:14.")
    press(page, "r")
    assert response.read_out(response.radio()[0].number, "Ann")
    expect(page.locator("#radio-list li")).to_have_count(1, timeout=PATIENCE_MS)
    # The one that had the focus is gone: the next one has it, and no key falls on something else.
    expect(page.locator("#radio-list button")).to_be_focused()
    page.context.close()
