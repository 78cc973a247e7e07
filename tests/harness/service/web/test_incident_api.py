from collections.abc import Callable

import pytest

from harness.service.incidents.incident_event import EventKind
from scenarios.errors import MachineError
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import ROAD, event, free_frame, opened

ONE, TWO = f"{ROAD}/60", f"{ROAD}/90"


@pytest.fixture
def two(served: Served) -> Served:
    """A service with two incidents."""
    served.service.frame(free_frame(60.0), [opened(60.0)])
    served.service.frame(free_frame(90.0), [opened(90.0, 7, 2, severity="low", kind="congestion")])
    return served


def ids(served: Served, query: str = "") -> list[str]:
    """The incidents that a query finds."""
    return [each["id"] for each in served.client.get(f"/api/incidents?{query}").json()["incidents"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [TWO, ONE]),
        ("limit=1", [TWO]),
        ("severity=high", [ONE]),
        ("severity=high&severity=low", [TWO, ONE]),
        ("kind=congestion", [TWO]),
        ("state=resolved", []),
        ("corridor=A5", []),
        ("open=true", [TWO, ONE]),
    ],
)
def test_filters(two: Served, query: str, found: list[str]) -> None:
    assert ids(two, query) == found


def test_a_closed_incident_is_not_open(two: Served) -> None:
    two.client.post(f"/api/incidents/{ONE}/resolve", json={"version": 1})
    assert ids(two, "open=true") == [TWO]
    assert ids(two, "state=resolved") == [ONE]


def test_an_incident_tells_its_place_and_what_is_possible(two: Served) -> None:
    incident = two.client.get(f"/api/incidents/{ONE}").json()
    assert incident["place"] == "between km 3.2 and km 4.0, at 3.55 km"
    assert incident["lanes_words"] == "lane 1 (0 is the rightmost of 3)"
    assert "acknowledged" in incident["allowed"]


def test_an_id_may_be_escaped(two: Served) -> None:
    assert two.client.get("/api/incidents/A4%20east%2F60").json()["id"] == ONE


def test_a_change_is_an_event_with_person_note_and_the_corridors_time(two: Served) -> None:
    body = {"version": 1, "note": "two cars,\n<b>hurt</b>", "by": " Anna  B "}
    changed = two.client.post(f"/api/incidents/{ONE}/acknowledge", json=body).json()
    assert (changed["state"], changed["version"], changed["acknowledged_by"]) == ("acknowledged", 2, "Anna B")
    last = two.client.get(f"/api/incidents/{ONE}/timeline").json()[-1]
    assert (last["kind"], last["actor"], last["note"], last["time_s"]) == (
        "acknowledged",
        "Anna B",
        "two cars,\n<b>hurt</b>",
        90.0,
    )


def test_the_second_of_two_operators_gets_the_firsts_change(two: Served) -> None:
    two.client.post(f"/api/incidents/{ONE}/acknowledge", json={"version": 1, "by": "Anna", "note": "mine"})
    answer = two.client.post(f"/api/incidents/{ONE}/false-alarm", json={"version": 1, "by": "Ben"})
    assert answer.status_code == 409
    assert answer.json()["incident"]["version"] == 2
    assert [(each["actor"], each["note"]) for each in answer.json()["events"]] == [("Anna", "mine")]
    assert two.service.store.timeline(ONE)[-1].event.actor == "Anna"


def test_a_change_that_the_state_does_not_allow_is_a_conflict(two: Served) -> None:
    answer = two.client.post(f"/api/incidents/{ONE}/reopen", json={"version": 1})
    assert answer.status_code == 409
    assert answer.json()["incident"]["state"] == "active"


@pytest.mark.parametrize("change", ["acknowledge", "investigate", "resolve", "false-alarm", "planned", "test"])
def test_every_change_of_an_open_incident(two: Served, change: str) -> None:
    answer = two.client.post(f"/api/incidents/{ONE}/{change}", json={"version": 1})
    assert (answer.status_code, answer.json()["version"]) == (200, 2)


def test_a_change_is_undone_once(two: Served) -> None:
    two.client.post(f"/api/incidents/{ONE}/acknowledge", json={"version": 1, "by": "Anna"})
    two.client.post(f"/api/incidents/{ONE}/false-alarm", json={"version": 2, "by": "Anna"})
    back = two.client.post(f"/api/incidents/{ONE}/undo", json={"version": 3, "by": "Anna"}).json()
    assert (back["state"], back["version"], back["acknowledged_by"]) == ("acknowledged", 4, "Anna")
    again = two.client.post(f"/api/incidents/{ONE}/undo", json={"version": 4})
    assert (again.status_code, "nothing more to undo" in again.json()["detail"]) == (422, True)


def test_an_undo_of_what_somebody_else_changed_meanwhile_is_a_conflict(two: Served) -> None:
    two.client.post(f"/api/incidents/{ONE}/acknowledge", json={"version": 1, "by": "Anna"})
    two.client.post(f"/api/incidents/{ONE}/resolve", json={"version": 2, "by": "Ben"})
    assert two.client.post(f"/api/incidents/{ONE}/undo", json={"version": 2, "by": "Anna"}).status_code == 409


def test_a_duplicate_names_the_other_and_can_be_reopened(two: Served) -> None:
    answer = two.client.post(f"/api/incidents/{TWO}/duplicate", json={"version": 1, "duplicate_of": ONE})
    assert (answer.json()["state"], answer.json()["duplicate_of"]) == ("duplicate", ONE)
    assert two.client.post(f"/api/incidents/{TWO}/reopen", json={"version": 2}).json()["state"] == "active"


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        (f"{ONE}/note", {"version": 1}, 422, "wanted a text"),
        (f"{ONE}/note", {"version": 1, "note": "x" * 1001}, 422, "note"),
        (f"{ONE}/note", {"version": 1, "note": "a\x00b"}, 422, "note"),
        (f"{ONE}/note", {"version": 1, "note": "a\x1b[2Jb"}, 422, "note"),
        (f"{ONE}/note", {"version": -1, "note": "a"}, 422, "version"),
        (f"{ONE}/note", {"version": "1", "note": "a"}, 422, "version"),
        (f"{ONE}/note", {"version": True, "note": "a"}, 422, "version"),
        (f"{ONE}/note", {"note": "a"}, 422, "version"),
        (f"{ONE}/note", {"version": 1, "note": "a", "state": "resolved"}, 422, "state"),
        (f"{ONE}/duplicate", {"version": 1}, 422, "another incident"),
        (f"{ONE}/duplicate", {"version": 1, "duplicate_of": ONE}, 422, "another incident"),
        (f"{ONE}/duplicate", {"version": 1, "duplicate_of": "A4/none"}, 422, "another incident"),
        (f"{ONE}/explode", {"version": 1}, 422, "name"),
        ("A4/none/note", {"version": 1, "note": "a"}, 404, "no such incident"),
    ],
)
def test_a_wrong_change_is_told_and_changes_nothing(
    two: Served, path: str, body: dict[str, object], status: int, told: str
) -> None:
    answer = two.client.post(f"/api/incidents/{path}", json=body)
    assert (answer.status_code, told in answer.json()["detail"]) == (status, True)
    assert two.service.store.last_number() == 2


def test_half_a_character_is_refused(two: Served) -> None:
    headers = {"Content-Type": "application/json"}
    body = b'{"version": 1, "note": "\\ud800"}'
    assert two.client.post(f"/api/incidents/{ONE}/note", content=body, headers=headers).status_code == 422


def test_many_are_acknowledged_each_for_itself(two: Served) -> None:
    two.client.post(f"/api/incidents/{TWO}/note", json={"version": 1, "note": "wait"})
    body = {
        "incidents": [{"id": ONE, "version": 1}, {"id": TWO, "version": 1}, {"id": "?", "version": 1}],
        "note": "all",
    }
    answer = two.client.post("/api/incidents/acknowledge", json=body).json()
    assert [each["id"] for each in answer["done"]] == [ONE]
    assert [(each["id"], each["why"]) for each in answer["refused"]] == [
        (TWO, "it is active at version 2"),
        ("?", "no such incident"),
    ]


def test_a_store_that_is_gone_is_told_with_when_to_try_again(two: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> Callable[[], None]:
        raise MachineError("postgresql://host/secret: no answer")

    for name in ("incidents", "last_number"):
        monkeypatch.setattr(two.service.store, name, gone)
    answer = two.client.get("/api/incidents")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "secret" not in answer.text


def test_what_a_file_holds_cannot_be_calculated_by_a_spreadsheet(two: Served) -> None:
    two.service.frame(free_frame(120.0), [event(EventKind.CHANGED, ONE, 120.0, evidence="=cmd|' /C calc'!A0")])
    text = two.client.get("/api/incidents.csv").text
    assert "'=cmd" in text
    assert len(text.splitlines()) == 3


def test_json_lines_hold_what_the_api_shows(two: Served) -> None:
    text = two.client.get("/api/incidents.jsonl?severity=high").text
    assert two.client.get(f"/api/incidents/{ONE}").json()["id"] in text
    assert len(text.splitlines()) == 1
