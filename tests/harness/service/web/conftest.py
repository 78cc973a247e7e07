"""A small service behind a real server, and a client of it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from harness.service.store.open_store import open_store
from harness.service.web.web_settings import WebSettings
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


@pytest.fixture
def served(service: SmallService) -> Iterator[Served]:
    """That service, served to this machine."""
    log = io.StringIO()
    with (
        serving(service, WebSettings(port=0, heartbeat_s=0.5), log) as address,
        httpx.Client(base_url=address) as client,
    ):
        yield Served(service, client, log)
