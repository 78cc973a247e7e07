"""Lanes on the page as a driver sees them: lane 0 is the rightmost, or the leftmost where traffic keeps left."""

import io
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from harness.service.web.web_settings import WebSettings
from scenarios.corridor import Corridor, Station
from tests.harness.page_laws import needs_chromium
from tests.harness.service.web.opened_pages import open_page
from tests.harness.service.web.small_service import ROAD, SmallService, free_frame, opened, serving

pytestmark = [pytest.mark.browser, needs_chromium]
RIGHT = Corridor(ROAD, 30.0, tuple(Station(f"km {0.8 * k:.1f}", 800.0 * k, 3) for k in range(10)))


@pytest.fixture
def page(service: SmallService, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of the road that a test asks for, with an incident in lane 1."""
    service.corridors = {ROAD: request.param}
    service.frame(free_frame(60.0), [opened(60.0)])
    with serving(service, WebSettings(port=0), io.StringIO()) as address:
        assert httpx.get(f"{address}/api/corridors").json()[0]["keeps_left"] is request.param.keeps_left
        page = open_page(chromium, address)
        page.locator("#list li a").first.click()
        yield page
        page.context.close()


@pytest.mark.parametrize(
    ("page", "words", "top"),
    [(RIGHT, "rightmost", "2"), (replace(RIGHT, keeps_left=True), "leftmost", "0")],
    indirect=["page"],
    ids=["right", "left"],
)
def test_lane_0_is_on_the_side_of_slow_traffic(page: Page, words: str, top: str) -> None:
    expect(page.locator("#facts figcaption")).to_have_text(f"Blocked: lane 1 (0 is the {words} of 3).")
    lanes = {text.text_content(): text.bounding_box() for text in page.locator("#facts svg.lanes text").all()}
    assert min(lanes, key=lambda lane: (lanes[lane] or {"y": 1e9})["y"]) == top


@pytest.mark.parametrize(
    "page",
    [
        replace(
            RIGHT,
            stations=(*(replace(each, lanes=2, first_lane=1) for each in RIGHT.stations[:4]), *RIGHT.stations[4:]),
        )
    ],
    indirect=True,
)
def test_a_lane_that_begins_further_downstream_has_no_place_in_the_strip_before(page: Page) -> None:
    names = page.locator("#roads svg .cells title").all_text_contents()
    assert [name.partition(":")[0] for name in names if name.startswith("km 0.8,")] == [
        "km 0.8, lane 1",
        "km 0.8, lane 2",
    ]
    assert next(name.partition(":")[0] for name in names if name.startswith("km 4.0,")) == "km 4.0, lane 0 (rightmost)"
