"""The page opened in a real browser, as a person sees it."""

import re

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

PATIENCE_MS = 30_000
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
CONNECTED = re.compile("live|waiting|blind|behind|flawed")


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


def serious(page: Page, *rules: str) -> list[str]:
    """What axe finds to be serious or critical, by these rules alone or by all."""
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **only}).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]
