"""What the page shows in a real browser, in many states, and that everybody can read it there."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.service.incidents.incident_event import EventKind
from harness.service.web.access_tokens import Role, Tokens, new_token
from harness.service.web.web_settings import WebSettings
from tests.harness.page_laws import needs_chromium
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.opened_pages import DESK, PATIENCE_MS, PHONE, open_page, row, serious
from tests.harness.service.web.small_service import ROAD, SmallService, event, free_frame, opened, serving

pytestmark = [pytest.mark.browser, needs_chromium]


def test_lanes_have_their_numbers_everywhere_and_changes_their_units(chromium: Browser, watched: Served) -> None:
    watched.service.frame(free_frame(60.0), [opened(60.0)])
    before = {"lanes": [1], "queue_veh": 34.0, "position_m": 3550.0}
    after = {"lanes": [0, 1], "queue_veh": 55.4, "position_m": None}
    watched.service.frame(free_frame(90.0), [event(EventKind.CHANGED, "A4 east/60", 90.0, **after, before=before)])
    page = open_page(chromium, watched.address)
    page.locator(row(page, 60)).click()
    expect(page.locator("#head .where")).to_contain_text("lanes 0 and 1 (0 is the rightmost of 3)")
    expect(page.locator("#facts figcaption")).to_have_text("Blocked: lanes 0 and 1 (0 is the rightmost of 3).")
    assert page.locator("#facts svg.lanes text").all_text_contents() == ["0", "1", "2"]
    expect(page.locator("#timeline li").first).to_contain_text(
        "lanes: 1 → 0, 1; queue: 34 vehicles → 55 vehicles; position: 3.55 km → not known"
    )
    page.context.close()


def test_texts_from_outside_are_shown_as_texts(chromium: Browser, watched: Served) -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    watched.service.frame(
        free_frame(60.0), [opened(60.0, evidence=evil, kind_rule=evil, actions=[evil], silenced_by=evil, detector=evil)]
    )
    page = open_page(chromium, watched.address)
    page.locator(row(page, 60)).click()
    expect(page.locator("#reasons")).to_contain_text("<img src=x")
    assert page.locator("#detail img, #list img").count() == 0
    assert "laneblock" in page.title()
    page.context.close()


def test_a_blind_corridor_is_said_to_be_blind_and_since_when(chromium: Browser, watched: Served) -> None:
    page = open_page(chromium, watched.address)
    watched.service.told = {"blind_since_s": 29640.0, "blind_reason": "no readings", "time_zone": None}
    expect(page.locator("#condition")).to_have_text(f"{ROAD}: blind since 8:14:00: no readings", timeout=PATIENCE_MS)
    page.context.close()


def test_a_dead_loop_leaves_the_road_live_and_a_silent_station_does_not(chromium: Browser, watched: Served) -> None:
    watched.service.frame(free_frame(60.0))
    watched.service.told = {"missing_loops": 2}
    page = open_page(chromium, watched.address)
    expect(page.locator("#roads .condition")).to_contain_text("live (2 of 30 loops without data)", timeout=PATIENCE_MS)
    expect(page.locator("#condition")).to_have_text("Live", timeout=PATIENCE_MS)
    watched.service.told = {"silent_stations": ["km 3.2"]}
    expect(page.locator("#condition")).to_have_text(f"{ROAD}: live, but silent: km 3.2", timeout=PATIENCE_MS)
    page.context.close()


def test_who_signs_in_by_the_form_sees_the_page_and_who_views_has_no_buttons(
    chromium: Browser, watched: Served
) -> None:
    secret, token = new_token("night watch", Role.VIEW)
    watched.service.frame(free_frame(60.0), [opened(60.0)])
    settings = WebSettings(port=0, tokens=Tokens((token,)))
    with serving(watched.service, settings) as address:
        page = chromium.new_context().new_page()
        page.goto(address)
        page.locator("#token").fill(secret)
        page.keyboard.press("Enter")
        expect(page.locator("#condition")).to_have_text("Live", timeout=PATIENCE_MS)
        page.locator(row(page, 60)).click()
        expect(page.locator("#timeline li")).to_have_count(1)
        assert page.locator("#actions").count() == 0
        page.context.close()


def test_an_incident_leads_to_its_report(chromium: Browser, watched: Served) -> None:
    watched.service.frame(free_frame(60.0), [opened(60.0)])
    page = open_page(chromium, watched.address)
    page.locator(row(page, 60)).click()
    page.get_by_role("link", name="Report of this incident").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Incident A4 east/60")
    page.context.close()


def each_severity(service: SmallService) -> None:
    """Four incidents, one of each severity, and a slow lane."""
    severities = ("critical", "high", "medium", "low")
    told = [opened(60.0 + k, 2 * k, k % 3, severity=each) for k, each in enumerate(severities)]
    service.frame(free_frame(60.0, {(4, 1): 3.0}), told)


def each_state(service: SmallService) -> None:
    """Incidents that are acknowledged, cleared, silenced, and closed in every way."""
    closings = (EventKind.RESOLVED, EventKind.FALSE_ALARM, EventKind.PLANNED, EventKind.TEST)
    kinds = (EventKind.ACKNOWLEDGED, EventKind.INVESTIGATING, EventKind.CLEARED, *closings)
    names = [f"{ROAD}/{60 + k}" for k in range(len(kinds) + 2)]
    service.frame(free_frame(60.0), [opened(60.0 + k, k % 8) for k in range(len(names))])
    service.store.append([event(kind, name, 90.0) for kind, name in zip(kinds, names, strict=False)])
    works = {"silenced_by": "resurfacing", "before": {"silenced_by": ""}}
    service.store.append([event(EventKind.DUPLICATE, names[-2], 90.0, duplicate_of=names[0])])
    service.frame(free_frame(90.0), [event(EventKind.CHANGED, names[-1], 90.0, **works)])


def blind(service: SmallService) -> None:
    """No readings, a detector that failed and a silent station."""
    each_severity(service)
    failed = {"sequential": {"state": "failed", "since_s": 30.0}}
    service.told = {"blind_since_s": 29640.0, "blind_reason": "no readings", "detectors": failed}
    service.told["silent_stations"] = ["km 3.2"]


def forty(service: SmallService) -> None:
    """Forty incidents at once."""
    service.frame(free_frame(60.0), [opened(60.0 + k, k % 9, k % 3) for k in range(40)])


LONG = "Stadtring_Richtung_Nordwest_zwischen_Dreieck_Funkturm_und_Dreieck_Charlottenburg_Abschnitt_17b"


def long_names(service: SmallService) -> None:
    """Words that are longer than a phone is wide, wherever one may come from outside."""
    told = {"evidence": LONG * 3, "actions": [LONG], "silenced_by": LONG, "detector": LONG, "kind_rule": LONG}
    service.frame(free_frame(60.0), [opened(60.0, **told)])
    service.store.append([replace(event(EventKind.NOTE, f"{ROAD}/60", 90.0), actor=LONG, note=LONG * 3)])


def in_both_schemes(page: Page) -> list[str]:
    """What is serious in the light scheme, and what the colours of the dark one, all that it changes, add to that."""
    found = serious(page)
    page.emulate_media(color_scheme="dark")
    found += serious(page, "color-contrast")
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("prepare", [each_severity, each_state, blind, forty, long_names])
def test_no_serious_obstacle_is_found_and_nothing_is_wider_than_the_screen(
    chromium: Browser,
    watched: Served,
    size: dict[str, int],
    prepare: Callable[[SmallService], None],
) -> None:
    prepare(watched.service)
    page = open_page(chromium, watched.address, size)
    page.locator("#with-closed").check()
    obstacles = in_both_schemes(page)
    widths = [page.evaluate("document.documentElement.scrollWidth")]
    page.locator("#list a").last.click()
    expect(page.locator("#timeline li")).not_to_have_count(0)
    obstacles += in_both_schemes(page)
    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    page.context.close()
    assert obstacles == []
    assert max(widths) <= size["width"]


def test_what_is_over_tells_no_figure_of_after_it(chromium: Browser, watched: Served) -> None:
    faded = {"severity_parts": {"posterior": 9.65e-7}, "kind_values": {"posterior": 9.65e-7, "lanes_there": 3.0}}
    changed = event(EventKind.CHANGED, f"{ROAD}/60", 90.0, **faded, severity="low", before={"severity": "high"})
    watched.service.frame(free_frame(60.0), [opened(60.0)])
    watched.service.frame(free_frame(90.0), [changed])
    page = open_page(chromium, watched.address)
    page.locator(row(page, 60)).click()
    expect(page.locator("#reasons")).to_contain_text("(3 lanes there, probability of an incident below 1 %)")
    watched.service.frame(free_frame(120.0), [event(EventKind.CLEARED, f"{ROAD}/60", 120.0)])
    expect(page.locator("#reasons")).to_contain_text("Severity, as told last: low")
    expect(page.locator("#reasons")).to_contain_text("Cleared at 0:02:00")
    expect(page.locator("#reasons")).not_to_contain_text("probability")
    page.context.close()


def test_places_are_told_in_miles_where_speeds_are(chromium: Browser, watched: Served) -> None:
    watched.service.frame(free_frame(60.0), [opened(60.0)])
    page = open_page(chromium, watched.address)
    page.locator("#unit").click()
    expect(page.locator(row(page, 60))).to_contain_text("at 2.21 mi")
    page.locator(row(page, 60)).click()
    expect(page.locator("#head .where")).to_contain_text("at 2.21 mi")
    page.context.close()


def test_an_incident_far_down_a_long_list_is_shown_where_one_looks(chromium: Browser, watched: Served) -> None:
    forty(watched.service)
    page = open_page(chromium, watched.address)
    page.locator("#list a").last.click()
    expect(page.locator("#incident-title")).to_be_in_viewport()
    expect(page.locator("#note")).to_be_in_viewport()
    page.context.close()
