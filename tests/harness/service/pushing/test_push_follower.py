import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.service.incidents.incident_event import EventKind
from harness.service.pushing.push_follower import OLD_S
from harness.service.store.sql_store import SqlStore
from tests.harness.service.feeds.made_feeds import timeline
from tests.harness.service.feeds.read_back import read_datex2
from tests.harness.service.pushing.push_cases import ListTransport, Office, listed, office
from tests.harness.service.store.database_servers import postgresql_database, postgresql_url

LIFE = (EventKind.CHANGED, EventKind.NOTE, EventKind.RESOLVED)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql_database("pushing") as name:
        yield name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def one(request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office with one receiver."""
    if request.param == "sqlite":
        with office(listed()) as made:
            yield made
        return
    with postgresql_url(request.getfixturevalue("database")) as url, office(listed(), url=url) as made:
        yield made


def versions(of: Office, name: str = "other") -> list[tuple[str, int]]:
    """Incident and version of the documents for a receiver, in order."""
    bodies = [json.loads(row.payload) for row in of.rows() if row.recipient == name]
    return [(body["id"], body["version"]) for body in bodies]


def test_each_change_is_a_row_of_the_events_transaction(one: Office) -> None:
    one.happens(*LIFE)
    assert versions(one) == [("a4-600-3", 1), ("a4-600-3", 2), ("a4-600-3", 4)]
    assert [row.event for row in one.rows()] == [1, 2, 4]


def test_an_event_that_is_not_stored_is_not_pushed(one: Office) -> None:
    class CutError(Exception):
        pass

    def cut(connection: object) -> None:
        one.follower.follow(connection)  # type: ignore[arg-type]
        raise CutError

    one.store.follower = cut
    with pytest.raises(CutError):
        one.happens()
    assert one.store.last_number() == 0
    assert one.rows() == []


def test_events_of_another_process_are_pushed_once_whoever_comes_first(one: Office) -> None:
    other = SqlStore(one.url, lambda: one.wall_s)
    other.append([each.event for each in timeline(*LIFE)])
    assert one.rows() == []
    one.follower.catch_up(one.store)
    one.follower.catch_up(one.store)
    other.append([each.event for each in timeline(incident="next")])
    one.happens(incident="third")
    assert versions(one) == [*(("a4-600-3", version) for version in (1, 2, 4)), ("next", 1), ("third", 1)]
    other.close()


def test_a_new_receiver_is_told_of_the_last_day_and_one_that_was_there_of_nothing_twice(one: Office) -> None:
    one.happens(incident="old")
    one.wall_s += OLD_S
    one.happens(*LIFE, incident="new")
    one.store.close()
    one.renew(listed(), listed("datex2", "second"))
    one.happens(incident="newest")
    assert versions(one) == [("old", 1), ("new", 1), ("new", 2), ("new", 4), ("newest", 1)]
    told = [read_datex2(row.payload)[0] for row in one.rows() if row.recipient == "second"]
    assert [(each["id"], each["version"]) for each in told] == [("new", 1), ("new", 2), ("new", 4), ("newest", 1)]


def test_changes_of_an_incident_come_in_order_and_one_that_waits_holds_no_other_incident_back(one: Office) -> None:
    class Choosy(ListTransport):
        def send(self, message: object) -> None:
            self.fails = "no" if refusing and message.incident == "one" else ""  # type: ignore[attr-defined]
            super().send(message)  # type: ignore[arg-type]

    refusing = True
    (push,) = one.receivers
    choosy = Choosy()
    sender = one.sender(replace(push, transport=choosy))
    one.happens(*LIFE, incident="one")
    one.happens(*LIFE, incident="two")
    for _ in range(15):
        sender.step()
        one.wall_s += 20
    assert [each.incident for each in choosy.sent] == ["two"] * 3
    refusing = False
    for _ in range(30):
        sender.step()
        one.wall_s += 60
    assert [(each.incident, json.loads(each.payload)["version"]) for each in choosy.sent[3:]] == [
        ("one", 1),
        ("one", 2),
        ("one", 4),
    ]


def test_an_event_that_cannot_be_told_is_counted_and_keeps_no_frame_from_the_store(
    one: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("harness.service.pushing.push_follower.push_text", fails)
    one.happens()
    assert one.store.last_number() == 1
    assert one.follower.passed_over == 1
    assert one.rows() == []
