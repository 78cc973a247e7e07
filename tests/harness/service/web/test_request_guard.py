import json
import socket
import time

import pytest

from tests.harness.service.web.conftest import Served


def test_every_answer_forbids_what_the_page_does_not_load(served: Served) -> None:
    for path in ("/", "/api/incidents", "/static/page.js", "/nowhere"):
        headers = served.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_bug_is_logged_and_the_client_gets_no_traceback(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def status() -> object:
        raise KeyError("a secret of the inside")

    monkeypatch.setattr(served.service, "status", status)
    answer = served.client.get("/api/status")
    assert answer.status_code == 500
    assert "inside" not in answer.text
    assert "Traceback" not in answer.text
    lines = [json.loads(line) for line in served.log.getvalue().splitlines()]
    told = [line for line in lines if line.get("request") == answer.headers["x-request-id"] and "exception" in line]
    assert "a secret of the inside" in told[0]["exception"]


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        ("Content-Length: 50", b'{"version": 1'),
        ("Transfer-Encoding: chunked", b"5\r\n{}"),
        ("Transfer-Encoding: chunked", b"zz\r\n{}"),
    ],
    ids=["a body cut off", "a chunk cut off", "no chunk"],
)
@pytest.mark.parametrize("path", ["/api/readings", "/sign-in"])
def test_a_client_that_goes_away_is_no_bug(served: Served, path: str, head: str, rest: bytes) -> None:
    start = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{head}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", served.client.base_url.port or 0), 60.0) as connection:
        connection.sendall(start + rest)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    deadline = time.monotonic() + 60.0
    while path not in served.log.getvalue():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "Traceback" not in served.log.getvalue()


@pytest.mark.parametrize("told", [True, False])
def test_a_large_body_is_refused_whether_its_length_is_told_or_not(served: Served, told: bool) -> None:
    body = b"x" * 70_000
    content = body if told else iter([body[:40_000], body[40_000:]])
    headers = {"Content-Type": "application/json"}
    answer = served.client.post("/api/incidents/acknowledge", content=content, headers=headers)
    assert answer.status_code == 413


def logged(served: Served) -> list[str]:
    """The lines of log, once there is one: it is written after the answer has gone out."""
    for _ in range(600):
        if "\n" in served.log.getvalue():
            break
        time.sleep(0.05)
    return served.log.getvalue().splitlines()


def test_a_request_is_one_line_of_log_without_its_query(served: Served) -> None:
    served.client.get("/api/incidents?corridor=pasted")
    line = json.loads(logged(served)[-1])
    assert {name: line[name] for name in ("method", "path", "status", "actor")} == {
        "method": "GET",
        "path": "/api/incidents",
        "status": 200,
        "actor": "operator",
    }
    assert "pasted" not in served.log.getvalue()


def test_a_path_cannot_forge_a_line_of_log(served: Served) -> None:
    served.client.get("/x%0A%7B%22status%22%3A1%7D%1B[2J")
    lines = logged(served)
    assert "\x1b" not in "".join(lines)
    assert all(json.loads(line) for line in lines)
