"""What a store keeps, on SQLite and on PostgreSQL."""

from pathlib import Path

import numpy as np
import pytest

from harness.service.incidents.incident import State
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.event_store import Checkpoint, EventStore, VersionConflictError
from harness.service.store.lease import LeaseLostError
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from tests.harness.service.store.made_events import by_person, changed, frame, opened


def batch(*times_s: float, corridor: str = "north") -> ReadingBatch:
    return ReadingBatch(corridor, tuple(Reading("a", 0, time_s, 8.0, 30.0, 0.1) for time_s in times_s))


def test_it_is_an_event_store(store: SqlStore) -> None:
    checked: EventStore = store
    assert checked.state().ok


def test_a_new_store_is_empty(store: SqlStore) -> None:
    assert (store.last_number(), store.events_after(0), store.incidents()) == (0, [], [])
    assert (store.last_frame_s("north"), store.checkpoint("north"), store.incident("i")) == (None, None, None)


def test_frames_that_were_dropped_count_as_decided(store: SqlStore) -> None:
    assert store.frames_decided("north") == 0
    for number in range(1, 6):
        store.commit_frame("north", frame(30.0 * number), [])
    store.thin("north", 100.0)
    assert store.frames_decided("north") == 5


def test_a_frame_its_events_and_its_checkpoint_are_kept_together(store: SqlStore) -> None:
    stored = store.commit_frame("north", frame(30.0), [opened("i")], b"state")
    assert [(each.number, each.wall_s, each.event) for each in stored] == [(1, 1000.0, opened("i"))]
    assert store.events_after(0) == stored
    assert store.last_frame_s("north") == 30.0
    assert store.checkpoint("north") == Checkpoint(30.0, b"state")


def test_nothing_of_a_frame_is_kept_where_one_of_its_events_is_refused(store: SqlStore) -> None:
    with pytest.raises(UserError, match="ghost"):
        store.commit_frame("north", frame(30.0), [opened("i"), changed("ghost", 30.0)], b"state")
    assert (store.last_number(), store.last_frame_s("north"), store.checkpoint("north")) == (0, None, None)
    assert store.incident("i") is None


def test_an_event_stored_again_changes_nothing(store: SqlStore) -> None:
    store.commit_frame("north", frame(30.0), [opened("i"), changed("i", 30.0, queue_veh=4.0)])
    before = store.incident("i")
    again = store.commit_frame("north", frame(30.0), [opened("i"), changed("i", 30.0, queue_veh=9.0)])
    assert (again, store.last_number(), store.incident("i")) == ([], 2, before)


def test_an_event_given_twice_at_once_is_stored_once(store: SqlStore) -> None:
    assert [each.number for each in store.append([opened("i"), opened("i"), opened("j")])] == [1, 2]


def test_of_events_stored_in_part_the_new_ones_are_returned(store: SqlStore) -> None:
    store.append([opened("i")])
    stored = store.append([opened("i"), changed("i", 60.0, queue_veh=4.0)])
    assert [(each.number, each.event.kind) for each in stored] == [(2, EventKind.CHANGED)]


def test_an_incident_is_what_its_events_make_of_it(store: SqlStore) -> None:
    store.append([opened("i", lanes=[1]), changed("i", 60.0, queue_veh=4.0)])
    store.append([by_person("i", EventKind.ACKNOWLEDGED, "a")])
    found = store.incident("i")
    assert found is not None
    assert (found.state, found.version, found.lanes) == (State.ACKNOWLEDGED, 3, (1,))
    assert (found.queue_veh, found.acknowledged_by, found.opened_s) == (4.0, "ann", 30.0)
    assert np.isnan(found.severity_parts["queue"])


def test_an_event_of_a_corridor_makes_no_incident(store: SqlStore) -> None:
    store.append([Event("north/blind", "north", 30.0, EventKind.SOURCE_SILENT, data={"since_s": 30.0})])
    assert (store.last_number(), store.incidents()) == (1, [])


def test_the_second_of_two_operators_gets_the_first_ones_change(store: SqlStore) -> None:
    store.append([opened("i")])
    store.append([by_person("i", EventKind.ACKNOWLEDGED, "a", actor="ann")], version=1)
    with pytest.raises(VersionConflictError, match="i is at version 2") as caught:
        store.append([by_person("i", EventKind.FALSE_ALARM, "b", actor="bob")], version=1)
    assert caught.value.incident == store.incident("i")
    assert [each.event.actor for each in caught.value.events] == ["ann"]
    assert store.last_number() == 2


def test_a_change_sent_again_is_no_conflict(store: SqlStore) -> None:
    store.append([opened("i")])
    change = by_person("i", EventKind.ACKNOWLEDGED, "a")
    assert len(store.append([change], version=1)) == 1
    assert store.append([change], version=1) == []


def test_a_change_of_an_incident_that_is_not_there_is_refused(store: SqlStore) -> None:
    with pytest.raises(UserError, match="ghost does not exist"):
        store.append([by_person("ghost", EventKind.ACKNOWLEDGED, "a")], version=1)


def test_a_note_that_no_database_can_hold_is_refused(store: SqlStore) -> None:
    store.append([opened("i")])
    for note in ("a\0b", "a\ud800b"):
        with pytest.raises(UserError, match="note of an event: wanted a text"):
            store.append([by_person("i", EventKind.NOTE, "n", note=note)])
    assert store.last_number() == 1


def test_texts_of_all_languages_come_back_as_they_were(store: SqlStore) -> None:
    note = "Stau ✓ 高速公路 \U0001f6a7 '); DROP TABLE events;-- =1+2\n\t"
    store.append([opened("i"), by_person("i", EventKind.NOTE, "n", note=note)])
    assert store.events_after(1)[0].event.note == note


def test_incidents_come_opened_last_first(store: SqlStore) -> None:
    store.append([opened("i", 30.0), opened("j", 90.0), opened("k", 60.0, "south"), opened("l", 90.0)])
    assert [each.id for each in store.incidents()] == ["l", "j", "k", "i"]
    assert [each.id for each in store.incidents("north", limit=2)] == ["l", "j"]


def test_open_incidents_are_those_that_no_person_has_closed(store: SqlStore) -> None:
    store.append([opened("i"), opened("j")])
    store.append([by_person("i", EventKind.FALSE_ALARM, "f")])
    assert [each.id for each in store.incidents(open_only=True)] == ["j"]
    store.append([by_person("i", EventKind.REOPENED, "r")])
    assert {each.id for each in store.incidents(open_only=True)} == {"i", "j"}


def test_a_timeline_holds_the_events_of_its_incident_only(store: SqlStore) -> None:
    store.append([opened("i"), opened("j"), changed("i", 60.0, queue_veh=4.0)])
    assert [each.number for each in store.timeline("i")] == [1, 3]


def test_events_are_read_in_parts_without_gaps(store: SqlStore) -> None:
    store.append([opened(f"i{number}") for number in range(10)])
    first = store.events_after(0, limit=4)
    rest = store.events_after(first[-1].number)
    assert [each.number for each in (*first, *rest)] == list(range(1, 11))


def test_corridors_are_kept_with_their_last_stations(store: SqlStore) -> None:
    old = Corridor("north", 30.0, (Station("a", 0.0, 2), Station("b", 500.5, 3)))
    new = Corridor("north", 20.0, (Station("a", 0.0, 2), Station("c", 1e-3, 3)))
    for corridor in (old, new):
        store.keep_corridor(corridor)
    assert store.corridors() == {"north": new}


def test_everything_is_there_when_the_database_is_opened_again(url: str) -> None:
    first = SqlStore(url)
    first.commit_frame("north", frame(30.0), [opened("i")], b"state")
    first.journal(batch(60.0))
    kept = (first.events_after(0), first.incidents(), first.checkpoint("north"), list(first.journaled("north")))
    first.close()
    second = SqlStore(url)
    assert (
        second.events_after(0),
        second.incidents(),
        second.checkpoint("north"),
        list(second.journaled("north")),
    ) == kept
    second.close()


def test_a_path_is_a_sqlite_file(tmp_path: Path) -> None:
    SqlStore(str(tmp_path / "live.db")).close()
    assert (tmp_path / "live.db").is_file()


def test_a_position_in_a_stream_is_kept_with_its_frame(store: SqlStore) -> None:
    assert store.stream_position("north") is None
    store.commit_frame("north", frame(30.0), [], position="1-0")
    with pytest.raises(UserError, match="ghost"):
        store.commit_frame("north", frame(60.0), [changed("ghost", 60.0)], position="2-0")
    assert (store.stream_position("north"), store.stream_position("south")) == ("1-0", None)


def test_a_position_without_a_frame_is_kept_for_who_holds_the_lease(store: SqlStore) -> None:
    lease = store.leases.take("north", "one", 60.0)
    assert lease is not None
    store.keep_position("north", "3-0", lease)
    store.leases.release(lease)
    with pytest.raises(LeaseLostError, match="one no longer holds"):
        store.keep_position("north", "4-0", lease)
    assert store.stream_position("north") == "3-0"
