"""Who may do what, against a real server that wants tokens."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from harness.service.store.open_store import open_store
from harness.service.web.access_tokens import Role, Tokens, new_token
from harness.service.web.request_access import COOKIE
from harness.service.web.web_app import create_app
from harness.service.web.web_settings import WebSettings
from scenarios.errors import UserError
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import SmallService, free_frame, opened, serving

ACKNOWLEDGE = "/api/incidents/A4 east/60/acknowledge"


@dataclass
class Guarded:
    """A server that wants tokens, one for each role."""

    address: str
    secrets: dict[Role, str]
    log: io.StringIO

    def ask(self, method: str, path: str, role: Role | None, **more: object) -> httpx.Response:
        """Send a request with the token of a role."""
        headers = {"Authorization": f"Bearer {self.secrets[role]}"} if role else {}
        with httpx.Client(base_url=self.address, headers=headers, timeout=60.0) as client:
            return client.request(method, path, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def guarding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallService, Guarded]]:
    """A server that wants tokens, and has one for each role."""
    store = open_store(str(tmp_path_factory.mktemp("guarding") / "store.sqlite"))
    service = SmallService(store)
    made = {role: new_token(f"the {role}", role) for role in Role}
    log, settings = io.StringIO(), WebSettings(port=0, tokens=Tokens(tuple(token for _, token in made.values())))
    with serving(service, settings, log) as address:
        yield service, Guarded(address, {role: secret for role, (secret, _) in made.items()}, log)
    store.close()


@pytest.fixture
def guarded(guarding: tuple[SmallService, Guarded], tmp_path: Path) -> Iterator[Guarded]:
    """That server before a service as new, with an incident."""
    service, found = guarding
    store, before = open_store(str(tmp_path / "store.sqlite")), service.store
    service.renew(store)
    service.frame(free_frame(60.0), [opened(60.0)])
    yield found
    service.renew(before)
    store.close()


@pytest.mark.parametrize(
    ("role", "looks", "acts", "feeds"),
    [
        (None, 401, 401, 401),
        (Role.VIEW, 200, 403, 403),
        (Role.OPERATE, 200, 200, 403),
        (Role.FEED, 403, 403, 202),
        (Role.ADMIN, 200, 200, 202),
    ],
)
def test_a_role_may_do_its_work_and_nothing_else(
    guarded: Guarded, role: Role | None, looks: int, acts: int, feeds: int
) -> None:
    assert guarded.ask("GET", "/api/incidents", role).status_code == looks
    assert guarded.ask("GET", "/metrics", role).status_code == looks
    assert guarded.ask("POST", ACKNOWLEDGE, role, json={"version": 1}).status_code == acts
    headers = {"Content-Type": "application/x-ndjson"}
    assert guarded.ask("POST", "/api/readings", role, content=b"", headers=headers).status_code == feeds


def test_the_timeline_names_the_token_whatever_the_request_says(guarded: Guarded) -> None:
    answer = guarded.ask("POST", ACKNOWLEDGE, Role.OPERATE, json={"version": 1, "by": "somebody else"})
    assert answer.json()["acknowledged_by"] == "the operate"


def test_signing_in_gives_a_cookie_that_no_script_reads_and_no_other_site_sends(guarded: Guarded) -> None:
    with httpx.Client(base_url=guarded.address, timeout=60.0) as client:
        assert client.get("/").headers["location"] == "/sign-in"
        answer = client.post("/sign-in", data={"token": guarded.secrets[Role.OPERATE]})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "the operate" in client.get("/").text
        client.post("/sign-out")
        assert COOKIE not in client.cookies
        assert client.get("/").status_code == 303


def test_a_wrong_token_does_not_sign_in_and_many_are_slowed_down(guarded: Guarded) -> None:
    answers = [guarded.ask("POST", "/sign-in", None, data={"token": "x" * 30}).status_code]
    while answers[-1] == 403 and len(answers) < 40:
        answers.append(guarded.ask("POST", "/sign-in", None, data={"token": "x" * 30}).status_code)
    assert len(answers) > 10
    assert answers[-1] == 429


def test_no_secret_is_logged_or_shown(guarded: Guarded) -> None:
    secret = guarded.secrets[Role.ADMIN]
    guarded.ask("POST", "/sign-in", None, data={"token": secret})
    page = guarded.ask("GET", f"/?token={secret}", Role.ADMIN)
    guarded.ask("GET", f"/api/incidents?corridor={secret}", Role.ADMIN)
    assert page.status_code == 200
    assert secret not in page.text
    assert secret not in guarded.log.getvalue()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(served: Served, headers: dict[str, str]) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0)])
    answer = served.client.post(ACKNOWLEDGE, json={"version": 1}, headers=headers)
    assert answer.status_code == 403
    assert len(served.service.store.timeline("A4 east/60")) == 1


def test_a_page_of_our_own_may(served: Served) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0)])
    headers = {"Origin": served.address, "Sec-Fetch-Site": "same-origin"}
    assert served.client.post(ACKNOWLEDGE, json={"version": 1}, headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[", ""])
def test_without_tokens_another_host_name_is_refused(served: Served, host: str) -> None:
    assert served.client.get("/api/incidents", headers={"Host": host}).status_code in (400, 403)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:99", "[::1]:8000"])
def test_without_tokens_the_names_of_this_machine_are_taken(served: Served, host: str) -> None:
    assert served.client.get("/api/incidents", headers={"Host": host}).status_code == 200


def test_an_address_that_others_reach_wants_tokens(service: SmallService) -> None:
    with pytest.raises(UserError, match=r"host 0\.0\.0\.0: wanted tokens"):
        create_app(service, WebSettings(host="0.0.0.0"))
    create_app(service, WebSettings(host="0.0.0.0", tokens=Tokens((new_token("a", Role.ADMIN)[1],))))
