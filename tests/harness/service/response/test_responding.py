import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import update

from harness.service.incidents.incident_event import EventKind
from harness.service.response.responding import Response
from harness.service.store.event_rows import store_events
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import counters
from tests.harness.service.response.response_cases import incident_event
from tests.harness.service.response.response_stores import Desk, desk
from tests.harness.service.store.made_events import frame

CRITICAL = {"severity": "critical"}


@pytest.fixture
def one(empty_url: str | None) -> Iterator[Desk]:
    with desk(url=empty_url) as made:
        yield made


def test_a_critical_incident_is_told_by_every_medium_of_the_guide_to_both_teams(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, **CRITICAL)
    assert sorted(one.messages()) == [
        ("gateway", "ann", "opened"),
        ("hook", "https://example.org/hook", "opened"),
        ("mail", "ann", "opened"),
        ("mail", "bob", "opened"),
        ("radio", "dispatcher", "opened"),
    ]


def test_an_event_that_is_not_stored_notifies_nobody(one: Desk) -> None:
    def killed() -> None:
        with one.store.database.writing() as connection:
            store_events(connection, [incident_event("A4/1", EventKind.OPENED, 600.0, **CRITICAL)], one.wall_s, None)
            one.response.follow(connection)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        killed()
    assert (one.store.last_number(), one.messages()) == (0, [])


def test_the_same_event_again_notifies_nobody_again(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, **CRITICAL)
    before = one.messages()
    one.happens("A4/1", EventKind.OPENED, **CRITICAL)
    one.response.catch_up(one.store)
    assert one.messages() == before


def test_what_another_process_stored_is_caught_up_with_once(one: Desk) -> None:
    with closing(SqlStore(one.url, lambda: one.wall_s)) as other:
        other.append([incident_event("A4/1", EventKind.OPENED, 600.0, severity="high")])
    assert one.messages() == []
    for _ in range(2):
        one.response.catch_up(one.store)
        assert [name for name, _, _ in one.messages()] == ["mail", "hook"]
    one.wall_s += 900
    assert one.fire() == [EventKind.RESPONSE_LATE]


def test_several_events_of_an_incident_are_caught_up_with_one_after_another(one: Desk) -> None:
    with closing(SqlStore(one.url, lambda: one.wall_s)) as other:
        kinds = (EventKind.OPENED, EventKind.ACKNOWLEDGED)
        other.append([incident_event("A4/1", kind, 600.0, **CRITICAL) for kind in kinds])
    one.response.catch_up(one.store)
    assert {reason for _, _, reason in one.messages()} == {"opened"}
    assert one.response.passed_over == 0


def test_a_timer_does_not_fire_where_another_process_has_just_stored_that_it_is_taken(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="high")
    with closing(SqlStore(one.url, lambda: one.wall_s)) as other:
        other.append([incident_event("A4/1", EventKind.ACKNOWLEDGED, 660.0)])
    one.wall_s += 900
    assert one.fire() == []


def test_an_old_store_does_not_tell_its_past(one: Desk) -> None:
    with closing(SqlStore(one.url, lambda: one.wall_s - 90000)) as other:
        other.append([incident_event("A4/1", EventKind.OPENED, 600.0, severity="high")])
    one.response.catch_up(one.store)
    assert (one.messages(), one.fire()) == ([], [])


def test_when_nobody_responds_the_substitute_is_told_and_then_the_next_level(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="high")
    for wait_s, kind, told in (
        (900, EventKind.RESPONSE_LATE, ["ann", "bob"]),
        (900, EventKind.ESCALATED, ["ann", "bob", "boss"]),
    ):
        before = len(one.rows())
        one.wall_s += wait_s - 1
        assert one.fire() == []
        one.wall_s += 1
        assert one.fire() == [kind]
        assert [who for name, who, _ in one.messages()[before:] if name == "mail"] == told
        assert one.fire() == []


def test_who_takes_it_in_time_ends_the_timers(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, **CRITICAL)
    one.happens("A4/1", EventKind.ACKNOWLEDGED)
    one.wall_s += 10_000
    assert one.fire() == []


def test_the_end_is_told_to_whom_the_beginning_was_where_the_channel_tells_it(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, **CRITICAL)
    one.happens("A4/1", EventKind.RESOLVED, 660.0)
    over = [(name, who) for name, who, reason in one.messages() if reason == "over"]
    assert sorted(over) == [
        ("hook", "https://example.org/hook"),
        ("mail", "ann"),
        ("mail", "bob"),
        ("radio", "dispatcher"),
    ]


def test_what_planned_works_silence_is_told_when_they_end(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="high", silenced_by="works")
    assert one.messages() == []
    one.happens("A4/1", EventKind.CHANGED, 630.0, silenced_by="", before={"silenced_by": "works"})
    assert {reason for _, _, reason in one.messages()} == {"opened"}


def test_a_higher_severity_is_told_also_of_one_that_somebody_has(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, severity="low")
    one.happens("A4/1", EventKind.ACKNOWLEDGED)
    one.happens("A4/1", EventKind.CHANGED, 630.0, severity="critical", before={"severity": "low"})
    assert ("gateway", "ann", "raised") in one.messages()


def test_an_exercise_goes_by_the_clock_of_its_data(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, exercise=True, **CRITICAL)
    one.wall_s += 100_000
    assert one.fire() == []
    one.store.commit_frame("A4", frame(899.0), [])
    assert one.fire() == []
    one.store.commit_frame("A4", frame(900.0), [])
    assert one.fire() == [EventKind.RESPONSE_LATE]


def test_an_exercise_is_marked_in_every_message(one: Desk) -> None:
    one.happens("A4/1", EventKind.OPENED, exercise=True, **CRITICAL)
    for row in one.rows():
        assert row.exercise
        assert row.text.startswith("[EXERCISE] ")
        assert row.subject.startswith("[EXERCISE] ")
        assert not row.payload or json.loads(row.payload)["exercise"] is True


def test_an_event_that_cannot_be_told_is_passed_over_and_stored(one: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Response, "message", broken)
    one.happens("A4/1", EventKind.OPENED, severity="high")
    assert (one.store.last_number(), one.messages(), one.response.passed_over) == (1, [], 1)
    monkeypatch.undo()
    one.happens("A4/2", EventKind.OPENED, severity="high")
    assert len(one.messages()) == 2


def test_a_database_of_an_earlier_version_tells_nothing_of_its_past(one: Desk) -> None:
    with closing(SqlStore(one.url, lambda: one.wall_s)) as other:
        other.append([incident_event("A4/1", EventKind.OPENED, 600.0, severity="high")])
        # As migration r0003 leaves it: followed up to the last event there was.
        with other.database.writing() as connection:
            connection.execute(update(counters).where(counters.c.name == "response").values(value=1))
    one.happens("A4/2", EventKind.OPENED, severity="high")
    assert {row.incident for row in one.rows()} == {"A4/2"}
