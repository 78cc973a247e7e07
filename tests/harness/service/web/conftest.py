"""A small service behind a real server, and a client of it; a browser."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from harness.service.store.open_store import open_store
from harness.service.web.web_settings import WebSettings
from tests.harness.page_laws import CHROMIUM
from tests.harness.service.web.small_service import SmallService, serving


@dataclass
class Served:
    """A service, the server before it, and what the server has logged."""

    service: SmallService
    client: httpx.Client
    log: io.StringIO

    @property
    def address(self) -> str:
        """Where it is served."""
        return str(self.client.base_url).rstrip("/")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SmallService]:
    """A service around a store of its own."""
    store = open_store(str(tmp_path / "store.sqlite"))
    yield SmallService(store)
    store.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of requests: it asks anew for each, so the service behind it can be made anew."""
    store = open_store(str(tmp_path_factory.mktemp("server") / "store.sqlite"))
    service, log, settings = SmallService(store), io.StringIO(), WebSettings(port=0, heartbeat_s=0.5)
    with serving(service, settings, log) as address, httpx.Client(base_url=address, timeout=60.0) as client:
        yield Served(service, client, log)
    store.close()


@pytest.fixture
def served(server: Served, tmp_path: Path) -> Iterator[Served]:
    """A service as new, served to this machine. Streams know the last one's numbers: they want a server of their own."""
    store, before = open_store(str(tmp_path / "store.sqlite")), server.service.store
    server.service.renew(store)
    server.log.seek(0)
    server.log.truncate()
    yield server
    server.service.renew(before)
    store.close()


@pytest.fixture
def watched(service: SmallService) -> Iterator[Served]:
    """A service and a server of its own: pages follow streams."""
    log, settings = io.StringIO(), WebSettings(port=0, heartbeat_s=0.5)
    with serving(service, settings, log) as address, httpx.Client(base_url=address, timeout=60.0) as client:
        yield Served(service, client, log)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser. Not for the session: its event loop would be running in tests that begin one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
