"""The page in a real browser: an incident comes, is acknowledged by keyboard, and survives the server being killed."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from harness.service.incidents.incident_event import EventKind
from harness.service.sources.reading_message import write_message
from harness.service.web.access_tokens import Role, Tokens, new_token
from harness.service.web.web_settings import WebSettings
from tests.harness.page_laws import CHROMIUM, needs_chromium
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import ROAD, SmallService, batch_of, event, free_frame, opened, serving

pytestmark = [pytest.mark.browser, needs_chromium]
PATIENCE_MS = 30_000
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
CONNECTED = re.compile("live|waiting|blind")
APPEARS_S = 1.0
"""Time from an event to its row on a page. The best of a few counts: the machine may do other things."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def served(service: SmallService) -> Iterator[Served]:
    """A service and a server of its own: pages follow streams."""
    log, settings = io.StringIO(), WebSettings(port=0, heartbeat_s=0.5)
    with serving(service, settings, log) as address, httpx.Client(base_url=address, timeout=60.0) as client:
        yield Served(service, client, log)


class KilledServer:
    """A server in a process of its own, which can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, 0
        self.start()

    def start(self) -> None:
        """Start, and wait until requests are answered."""
        told = self._folder / "address"
        told.unlink(missing_ok=True)
        words = [
            "-m",
            "tests.harness.service.web.small_service",
            str(self._folder / "store"),
            str(self.port),
            str(told),
        ]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([sys.executable, *words], stdout=log, stderr=log)
        while not (told.exists() and told.read_text(encoding="utf-8")):
            assert self._process.poll() is None, (self._folder / "log").read_text(encoding="utf-8")
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        self.address = told.read_text(encoding="utf-8")
        self.port = int(self.address.rpartition(":")[2])

    def kill(self) -> None:
        """Kill at once, as a loss of power does."""
        self._process.kill()
        self._process.wait()

    def push(self, time_s: float, slow: dict[tuple[int, int], float] | None = None) -> None:
        """Push a frame; a slow lane opens an incident."""
        headers = {"Content-Type": "application/json"}
        body = write_message(batch_of(free_frame(time_s, slow)))
        answer = httpx.post(f"{self.address}/api/readings", content=body, headers=headers, timeout=60.0)
        assert answer.status_code == 202


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[KilledServer]:
    """A server to be killed."""
    server = KilledServer(tmp_path)
    yield server
    server.kill()


def open_page(chromium: Browser, address: str, size: dict[str, int] = DESK, scheme: str = "light") -> Page:
    """A page of a person of their own, connected."""
    context = chromium.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#condition")).to_have_class(CONNECTED, timeout=PATIENCE_MS)
    return page


def row(page: Page, time_s: int) -> str:
    """The row of an incident."""
    return f'#list a[href="#A4%20east%2F{time_s}"]'


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_incident_from_its_event_through_a_crash(
    chromium: Browser, killed: KilledServer, size: dict[str, int]
) -> None:
    page, other = open_page(chromium, killed.address, size), open_page(chromium, killed.address)
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
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for each in (page, other):
        each.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_serious_obstacle_is_found(chromium: Browser, served: Served, size: dict[str, int], scheme: str) -> None:
    served.service.frame(free_frame(60.0, {(4, 1): 3.0}), [opened(60.0, severity="critical"), opened(61.0, 7, 2)])
    page = open_page(chromium, served.address, size, scheme)
    obstacles = serious(page)
    page.locator(row(page, 60)).click()
    expect(page.locator("#timeline li")).to_have_count(1)
    obstacles += serious(page)
    page.context.close()
    assert obstacles == []


def serious(page: Page) -> list[str]:
    """What axe finds to be serious or critical."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]


def test_lanes_have_their_numbers_everywhere_and_changes_their_units(chromium: Browser, served: Served) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0)])
    before = {"lanes": [1], "queue_veh": 34.0, "position_m": 3550.0}
    after = {"lanes": [0, 1], "queue_veh": 55.4, "position_m": None}
    served.service.frame(free_frame(90.0), [event(EventKind.CHANGED, "A4 east/60", 90.0, **after, before=before)])
    page = open_page(chromium, served.address)
    page.locator(row(page, 60)).click()
    expect(page.locator("#head .where")).to_contain_text("lanes 0 and 1 (0 is the rightmost of 3)")
    expect(page.locator("#facts figcaption")).to_have_text("Blocked: lanes 0 and 1 (0 is the rightmost of 3).")
    assert page.locator("#facts svg.lanes text").all_text_contents() == ["0", "1", "2"]
    expect(page.locator("#timeline li").first).to_contain_text(
        "lanes: 1 → 0, 1; queue: 34 vehicles → 55 vehicles; position: 3.55 km → not known"
    )
    page.context.close()


def test_texts_from_outside_are_shown_as_texts(chromium: Browser, served: Served) -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    served.service.frame(
        free_frame(60.0), [opened(60.0, evidence=evil, kind_rule=evil, actions=[evil], silenced_by=evil, detector=evil)]
    )
    page = open_page(chromium, served.address)
    page.locator(row(page, 60)).click()
    expect(page.locator("#reasons")).to_contain_text("<img src=x")
    assert page.locator("#detail img, #list img").count() == 0
    assert "laneblock" in page.title()
    page.context.close()


def test_the_second_of_two_operators_is_told_and_keeps_the_note(chromium: Browser, served: Served) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0)])
    page = open_page(chromium, served.address)
    page.locator(row(page, 60)).click()

    def overtake(route: Route) -> None:
        body = {"version": 1, "by": "Anna", "note": "hers"}
        served.client.post(f"/api/incidents/{ROAD}/60/acknowledge", json=body)
        route.continue_()

    page.route("**/acknowledge", overtake)
    page.keyboard.press("a")
    page.keyboard.type("mine")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text("Not done: it has changed meanwhile – Anna: acknowledged (hers)")
    expect(page.locator("#note")).to_have_value("mine")
    expect(page.locator("#note-help")).to_contain_text("Enter: add note")
    page.context.close()


def test_a_page_without_websocket_is_live_by_server_sent_events(chromium: Browser, served: Served) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.()); } close() {} };"
    )
    page.goto(served.address)
    expect(page.locator("#condition")).to_have_class(CONNECTED, timeout=PATIENCE_MS)
    context.close()


def test_a_blind_corridor_is_said_to_be_blind_and_since_when(chromium: Browser, served: Served) -> None:
    page = open_page(chromium, served.address)
    served.service.told = {"blind_since_s": 29640.0, "blind_reason": "no readings", "time_zone": None}
    expect(page.locator("#condition")).to_have_text(f"{ROAD}: blind since 8:14:00: no readings", timeout=PATIENCE_MS)
    page.context.close()


def test_many_are_acknowledged_at_once_and_sound_is_remembered(chromium: Browser, served: Served) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0), opened(61.0, 7, 2)])
    page = open_page(chromium, served.address)
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


def test_who_signs_in_by_the_form_sees_the_page_and_who_views_has_no_buttons(chromium: Browser, served: Served) -> None:
    secret, token = new_token("night watch", Role.VIEW)
    served.service.frame(free_frame(60.0), [opened(60.0)])
    settings = WebSettings(port=0, tokens=Tokens((token,)))
    with serving(served.service, settings) as address:
        page = chromium.new_context().new_page()
        page.goto(address)
        page.locator("#token").fill(secret)
        page.keyboard.press("Enter")
        expect(page.locator("#condition")).to_have_text("Live", timeout=PATIENCE_MS)
        page.locator(row(page, 60)).click()
        expect(page.locator("#timeline li")).to_have_count(1)
        assert page.locator("#actions").count() == 0
        page.context.close()


def test_a_dead_loop_leaves_the_road_live_and_a_silent_station_does_not(chromium: Browser, served: Served) -> None:
    served.service.frame(free_frame(60.0))
    served.service.told = {"missing_loops": 2}
    page = open_page(chromium, served.address)
    expect(page.locator("#roads .condition")).to_contain_text("live (2 of 30 loops without data)", timeout=PATIENCE_MS)
    expect(page.locator("#condition")).to_have_text("Live", timeout=PATIENCE_MS)
    served.service.told = {"silent_stations": ["km 3.2"]}
    expect(page.locator("#condition")).to_have_text(f"{ROAD}: live, but silent: km 3.2", timeout=PATIENCE_MS)
    page.context.close()


def test_what_is_typed_after_a_goes_into_the_note_and_nowhere_else(chromium: Browser, served: Served) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0)])
    page = open_page(chromium, served.address)
    page.keyboard.press("a")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.keyboard.type("seen a jam")
    expect(page.locator("#note")).to_have_value("seen a jam")
    expect(page.locator("#sound")).to_have_text("Sound off")
    page.context.close()


def test_a_slip_is_undone_with_the_button_that_comes_after_it(chromium: Browser, served: Served) -> None:
    served.service.frame(free_frame(60.0, {(4, 1): 3.0}), [opened(60.0)])
    page = open_page(chromium, served.address)
    page.locator(row(page, 60)).click()
    page.get_by_role("button", name="False alarm").click()
    expect(page.locator("#result")).to_contain_text("Done: closed: false alarm")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#result")).to_have_text("Done: active, not acknowledged.")
    expect(page.locator("#timeline li").first).to_contain_text("Undone by operator")
    page.context.close()


def test_an_incident_leads_to_its_report(chromium: Browser, served: Served) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0)])
    page = open_page(chromium, served.address)
    page.locator(row(page, 60)).click()
    page.get_by_role("link", name="Report of this incident").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Incident A4 east/60")
    page.context.close()
