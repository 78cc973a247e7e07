"""Which role may call which route: every operation of the API's document stands in the table, so none can be forgotten."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from harness.service.store.open_store import open_store
from harness.service.web.access_tokens import Role, Tokens, new_token
from harness.service.web.web_settings import WebSettings
from tests.harness.service.web.small_service import SmallService, free_frame, opened, serving

EVERYBODY, VIEW = frozenset({None, *Role}), frozenset({Role.VIEW, Role.OPERATE, Role.ADMIN})
OPERATE, FEED = frozenset({Role.OPERATE, Role.ADMIN}), frozenset({Role.FEED, Role.ADMIN})
ALLOWED = {
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /metrics": VIEW,
    "GET /api/status": VIEW,
    "GET /api/audit": frozenset({Role.ADMIN}),
    "GET /api/corridors": VIEW,
    "GET /api/frames": VIEW,
    "GET /api/events": VIEW,
    "GET /api/events/list": VIEW,
    "GET /api/incidents": VIEW,
    "GET /api/incidents.csv": VIEW,
    "GET /api/incidents.jsonl": VIEW,
    "GET /api/incidents/{incident}": VIEW,
    "GET /api/incidents/{incident}/timeline": VIEW,
    "GET /api/response": VIEW,
    "GET /api/radio": VIEW,
    "GET /api/radio/read": VIEW,
    "GET /api/teams": VIEW,
    "GET /feeds/cap.xml": VIEW,
    "GET /feeds/cap/{incident}.xml": VIEW,
    "GET /feeds/datex2.xml": VIEW,
    "GET /feeds/incidents.geojson": VIEW,
    "GET /feeds/incidents.jsonl": VIEW,
    "GET /feeds/wzdx.json": VIEW,
    "GET /feeds/pushes": VIEW,
    "POST /api/incidents/acknowledge": OPERATE,
    "POST /api/incidents/{incident}/{name}": OPERATE,
    "POST /api/radio/{number}/read": OPERATE,
    "POST /api/teams/{team}/{name}": OPERATE,
    "POST /api/readings": FEED,
}
"""Who may call what; None: whoever has no token."""
PARTS = {"{incident}": "nothing", "{number}": "1", "{team}": "nobody", "{name}": "release"}


@dataclass
class Doors:
    """A service that wants tokens, one for each role, and its document."""

    client: httpx.Client
    secrets: dict[Role, str]
    document: dict[str, dict[str, object]]

    def status(self, operation: str, role: Role | None) -> int:
        """What an operation answers to a role; a stream is left at once."""
        method, path = operation.split(" ")
        for part, value in PARTS.items():
            path = path.replace(part, value)
        headers = {} if role is None else {"Authorization": f"Bearer {self.secrets[role]}"}
        content: dict[str, str] | None = None if method == "GET" else {}
        with self.client.stream(method, path, headers=headers, json=content) as answer:
            return answer.status_code


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    store = open_store(str(tmp_path_factory.mktemp("doors") / "store.sqlite"))
    service = SmallService(store)
    service.frame(free_frame(60.0), [opened(60.0)])
    made = {role: new_token(f"the {role}", role) for role in Role}
    settings = WebSettings(port=0, tokens=Tokens(tuple(token for _, token in made.values())))
    secrets = {role: secret for role, (secret, _) in made.items()}
    with serving(service, settings, io.StringIO()) as address, httpx.Client(base_url=address, timeout=60.0) as client:
        answer = client.get("/api/openapi.json", headers={"Authorization": f"Bearer {secrets[Role.ADMIN]}"})
        yield Doors(client, secrets, answer.json()["paths"])
    store.close()


def test_every_route_of_the_document_stands_in_the_table(doors: Doors) -> None:
    there = {f"{method.upper()} {path}" for path, operations in doors.document.items() for method in operations}
    assert there == set(ALLOWED)


@pytest.mark.parametrize("role", [None, *Role])
def test_a_role_may_call_what_the_table_says_and_nothing_else(doors: Doors, role: Role | None) -> None:
    refused = 401 if role is None else 403
    found = {operation: doors.status(operation, role) for operation in ALLOWED}
    wrong = [
        f"{operation} answers {status}"
        for operation, status in found.items()
        if (status == refused) == (role in ALLOWED[operation]) or (status in (401, 403) and status != refused)
    ]
    assert wrong == []


def test_nothing_that_changes_state_is_allowed_to_view(doors: Doors) -> None:
    changing = [operation for operation in ALLOWED if not operation.startswith("GET ")]
    assert {doors.status(operation, Role.VIEW) for operation in changing} == {403}
