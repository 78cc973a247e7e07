"""What is told of a store that is not as it should be."""

from sqlalchemy import delete, text, update

from harness.service.incidents.incident_event import EventKind
from harness.service.store import tables
from harness.service.store.check_store import StoreReport, check_store
from harness.service.store.sql_store import SqlStore
from tests.harness.service.store.made_events import by_person, changed, frame, opened


def filled(store: SqlStore) -> SqlStore:
    store.commit_frame("north", frame(30.0), [opened("i"), opened("j")], b"30")
    store.commit_frame("north", frame(60.0), [changed("i", 60.0, queue_veh=1 / 3)], b"60")
    store.append([by_person("i", EventKind.ACKNOWLEDGED, "a")])
    return store


def problems(store: SqlStore) -> tuple[str, ...]:
    return check_store(store).problems


def test_nothing_is_wrong_with_what_a_store_wrote(store: SqlStore) -> None:
    assert check_store(filled(store)) == StoreReport(4, 2, 2, ())


def test_an_empty_store_is_right(store: SqlStore) -> None:
    assert check_store(store) == StoreReport(0, 0, 0, ())


def test_a_missing_event_is_told(store: SqlStore) -> None:
    with filled(store).database.writing() as connection:
        connection.execute(delete(tables.events).where(tables.events.c.number == 3))
    assert problems(store) == ("event 4 follows event 2", "incident i is not what its 2 events make of it")


def test_a_missing_last_event_is_told(store: SqlStore) -> None:
    with filled(store).database.writing() as connection:
        connection.execute(delete(tables.events).where(tables.events.c.number == 4))
    assert "the counter of events stands at 4, the last event is 3" in problems(store)


def test_an_incident_that_was_changed_by_hand_is_told(store: SqlStore) -> None:
    with filled(store).database.writing() as connection:
        body = tables.incidents.c.body
        changed_body = text("replace(body, 'acknowledged\"', 'resolved\"')")
        connection.execute(update(tables.incidents).where(tables.incidents.c.id == "i").values({body: changed_body}))
    assert problems(store) == ("incident i is not what its 3 events make of it",)


def test_a_damaged_incident_is_told(store: SqlStore) -> None:
    with filled(store).database.writing() as connection:
        connection.execute(update(tables.incidents).where(tables.incidents.c.id == "i").values(body="{}"))
    (problem,) = problems(store)
    assert problem.startswith("incident i: a stored incident is damaged (KeyError")


def test_an_incident_without_events_and_one_that_is_missing_are_told(store: SqlStore) -> None:
    with filled(store).database.writing() as connection:
        connection.execute(update(tables.incidents).where(tables.incidents.c.id == "j").values(id="k"))
    assert problems(store) == ("incident k has no events", "incident j has events but is not there")


def test_a_damaged_frame_is_told(store: SqlStore) -> None:
    with filled(store).database.writing() as connection:
        connection.execute(update(tables.frames).where(tables.frames.c.time_s == 60.0).values(body=b"nothing"))
    (problem,) = problems(store)
    assert problem.startswith("corridor 'north': the stored frame of 60 s is damaged")


def test_a_checkpoint_without_its_frame_is_told(store: SqlStore) -> None:
    with filled(store).database.writing() as connection:
        connection.execute(delete(tables.frames).where(tables.frames.c.time_s == 60.0))
    assert problems(store) == ("corridor 'north': the checkpoint of 60 s is later than its last frame",)
