"""Who changed what stands in the audit: each request under /api/ that is taken and is not only a look."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from harness.service.store.open_store import open_database, open_store
from harness.service.web.access_tokens import Role, Tokens, new_token
from harness.service.web.audit_book import HOUR_S, AuditBook
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_settings import WebSettings
from tests.harness.service.web.small_service import SmallService, free_frame, opened

NOON_S = 1_796_040_000.0
CHANGE = "/api/incidents/A4%20east/60"


@dataclass
class Books:
    """A service with an audit, a client for each role, and the wall time of the audit."""

    clients: dict[Role, httpx.Client]
    wall_s: float = NOON_S

    def rows(self) -> list[tuple[object, ...]]:
        """The audit, the last first."""
        names = ("actor", "method", "path", "status", "wall_s")
        return [tuple(row[name] for name in names) for row in self.clients[Role.ADMIN].get("/api/audit").json()]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    database = str(tmp_path / "store.sqlite")
    store = open_store(database)
    service = SmallService(store)
    service.frame(free_frame(60.0), [opened(60.0)])
    made = {role: new_token(f"the {role}", role) for role in Role}
    settings = WebSettings(port=0, tokens=Tokens(tuple(token for _, token in made.values())))
    found, own = Books({}), open_database(database)
    book = AuditBook(own.database, lambda: found.wall_s)
    server = PageServer(create_app(service, settings, service.broadcast, io.StringIO(), audit=book), settings)
    server.start()
    for role, (secret, _) in made.items():
        headers = {"Authorization": f"Bearer {secret}"}
        found.clients[role] = httpx.Client(base_url=server.address, headers=headers, timeout=60.0)
    yield found
    for client in found.clients.values():
        client.close()
    server.stop()
    own.close()
    store.close()


def test_each_change_names_who_what_and_when_the_last_first(books: Books) -> None:
    operator = books.clients[Role.OPERATE]
    operator.post(f"{CHANGE}/acknowledge", json={"version": 1})
    books.wall_s += 5.0
    asked = {"incidents": [{"id": "A4 east/60", "version": 2}]}
    books.clients[Role.ADMIN].post("/api/incidents/acknowledge", json=asked)
    assert books.rows() == [
        ("the admin", "POST", "/api/incidents/acknowledge", 200, NOON_S + 5.0),
        ("the operate", "POST", "/api/incidents/A4 east/60/acknowledge", 200, NOON_S),
    ]


def test_the_request_of_a_row_is_that_of_the_answer(books: Books) -> None:
    answer = books.clients[Role.OPERATE].post(f"{CHANGE}/acknowledge", json={"version": 1})
    (row,) = books.clients[Role.ADMIN].get("/api/audit").json()
    assert row["request"] == answer.headers["x-request-id"]


def test_what_is_refused_or_only_looked_at_leaves_no_row(books: Books) -> None:
    assert books.clients[Role.VIEW].post(f"{CHANGE}/acknowledge", json={"version": 1}).status_code == 403
    assert books.clients[Role.OPERATE].post(f"{CHANGE}/acknowledge", json={"version": 9}).status_code == 409
    assert books.clients[Role.VIEW].get("/api/incidents").status_code == 200
    assert books.rows() == []


def test_readings_of_a_sender_leave_a_row_an_hour(books: Books) -> None:
    headers = {"Content-Type": "application/x-ndjson"}
    for after_s in (0.0, 60.0, HOUR_S):
        books.wall_s = NOON_S + after_s
        assert books.clients[Role.FEED].post("/api/readings", content=b"", headers=headers).status_code == 202
    assert [(row[0], row[2], row[4]) for row in books.rows()] == [
        ("the feed", "/api/readings", NOON_S + HOUR_S),
        ("the feed", "/api/readings", NOON_S),
    ]


def test_older_rows_are_asked_for_by_number(books: Books) -> None:
    for version, name in enumerate(("acknowledge", "investigate", "resolve"), start=1):
        assert books.clients[Role.OPERATE].post(f"{CHANGE}/{name}", json={"version": version}).status_code == 200
    last = books.clients[Role.ADMIN].get("/api/audit?limit=1").json()
    older = books.clients[Role.ADMIN].get(f"/api/audit?before={last[0]['number']}").json()
    assert [row["path"].rpartition("/")[2] for row in (*last, *older)] == ["resolve", "investigate", "acknowledge"]


def test_every_operation_that_changes_something_is_one_that_the_audit_sees(books: Books) -> None:
    document = books.clients[Role.ADMIN].get("/api/openapi.json").json()["paths"]
    changing = [path for path, operations in document.items() if set(operations) - {"get", "head", "options"}]
    assert changing
    assert all(path.startswith("/api/") for path in changing)
