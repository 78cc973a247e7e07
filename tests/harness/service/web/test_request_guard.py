import json

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


@pytest.mark.parametrize("told", [True, False])
def test_a_large_body_is_refused_whether_its_length_is_told_or_not(served: Served, told: bool) -> None:
    body = b"x" * 70_000
    content = body if told else iter([body[:40_000], body[40_000:]])
    headers = {"Content-Type": "application/json"}
    answer = served.client.post("/api/incidents/acknowledge", content=content, headers=headers)
    assert answer.status_code == 413


def test_a_request_is_one_line_of_log_without_its_query(served: Served) -> None:
    served.client.get("/api/incidents?corridor=pasted")
    line = json.loads(served.log.getvalue().splitlines()[-1])
    assert {name: line[name] for name in ("method", "path", "status", "actor")} == {
        "method": "GET",
        "path": "/api/incidents",
        "status": 200,
        "actor": "operator",
    }
    assert "pasted" not in served.log.getvalue()


def test_a_path_cannot_forge_a_line_of_log(served: Served) -> None:
    served.client.get("/x%0A%7B%22status%22%3A1%7D%1B[2J")
    assert "\x1b" not in served.log.getvalue()
    assert all(json.loads(line) for line in served.log.getvalue().splitlines())
