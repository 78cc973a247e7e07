"""Teams over the API, and their board on the page in a real browser."""

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect, sync_playwright

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import EventKind
from harness.service.store.open_store import open_store
from harness.service.teams.team import Home, Team
from harness.service.teams.team_dispatch import TeamSettings
from harness.service.teams.team_service import TeamService
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_settings import WebSettings
from tests.harness.page_laws import CHROMIUM, needs_chromium
from tests.harness.service.response.response_stores import LOG
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import CORRIDOR, ROAD, SmallService, event, free_frame, opened

TEAMS = tuple(
    Team(name, "traffic_control", (Home(ROAD, place_m, 60.0),)) for name, place_m in (("near", 2400.0), ("far", 0.0))
)
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]
PATIENCE_MS = 30_000


@pytest.fixture
def manned(tmp_path: Path) -> Iterator[Served]:
    """A service with two teams, served."""
    url = str(tmp_path / "store.sqlite")
    settings = TeamSettings(TEAMS, dict.fromkeys(Severity, ("traffic_control",)), {ROAD: CORRIDOR})
    teams = TeamService(settings, None, lambda _: None, LOG)
    with closing(open_store(url, follower=teams.follow)) as store:
        service, log = SmallService(store), io.StringIO()
        teams.start(url, store, looks=False)
        web = WebSettings(port=0, heartbeat_s=0.5)
        server = PageServer(create_app(service, web, service.broadcast, log, teams=teams), web)
        server.start()
        with httpx.Client(base_url=server.address, timeout=60.0) as client:
            yield Served(service, client, log)
        server.stop()
        teams.stop()


def states(served: Served) -> dict[str, str]:
    """What each team is doing."""
    return {each["name"]: each["state"] for each in served.client.get("/api/teams").json()}


def test_a_team_is_told_of_over_the_api_until_it_is_free(manned: Served) -> None:
    manned.service.frame(free_frame(60.0), [opened(60.0)])
    assert states(manned) == {"near": "assigned", "far": "free"}
    for change, state in (("set-off", "under_way"), ("arrived", "arrived"), ("release", "free")):
        answer = manned.client.post(f"/api/teams/near/{change}", json={"by": "Kim"})
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    told = [(each["kind"], each["actor"]) for each in manned.client.get(f"/api/incidents/{ROAD}/60/timeline").json()]
    assert ("team_set_off", "Kim") in told
    assert ("team_released", "Kim") in told


@pytest.mark.parametrize(("path", "status"), [("near/set-off", 409), ("nobody/set-off", 404), ("near/fly", 422)])
def test_what_a_team_cannot_do_is_refused(manned: Served, path: str, status: int) -> None:
    answer = manned.client.post(f"/api/teams/{path}", json={})
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_without_teams_the_list_is_empty_and_the_page_has_no_board(served: Served) -> None:
    assert served.client.get("/api/teams").json() == []
    assert 'id="teams"' not in served.client.get("/").text


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def focused(page: Page) -> str:
    """The name of what has the focus."""
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"))


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_the_board_follows_a_team_and_is_worked_by_keyboard(
    chromium: Browser, manned: Served, size: dict[str, int]
) -> None:
    page = chromium.new_context(viewport=size).new_page()  # type: ignore[arg-type]
    page.goto(str(manned.client.base_url))
    expect(page.locator("#teams-count")).to_have_text("2 of 2 free", timeout=PATIENCE_MS)
    manned.service.frame(free_frame(60.0), [opened(60.0)])
    page.locator("#teams summary").focus()
    if size["width"] < 800:
        expect(page.locator("#team-list")).to_be_hidden()
        page.keyboard.press("Enter")
    near = page.locator('#team-list li[data-team="near"]')
    expect(near).to_contain_text("Assigned", timeout=PATIENCE_MS)
    expect(near).to_contain_text("expected there at 0:02:")
    for _ in range(8):
        page.keyboard.press("Tab")
        if focused(page) == "Set off: near":
            break
    page.keyboard.press("Enter")
    expect(near).to_contain_text("Under way", timeout=PATIENCE_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    manned.service.frame(free_frame(90.0), [event(EventKind.RESOLVED, f"{ROAD}/60", 90.0)])
    expect(page.locator("#teams-count")).to_have_text("2 of 2 free", timeout=PATIENCE_MS)
    page.context.close()
