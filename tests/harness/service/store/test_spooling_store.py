"""A store whose database is cut off: it goes on, tells, and has everything in the end, once."""

import pytest

from harness.service.incidents.incident_event import EventKind
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.event_store import Checkpoint, EventStore, VersionConflictError
from harness.service.store.spooling_store import SpoolingStore
from scenarios.errors import MachineError, UserError
from tests.harness.service.store.cut_database import CutStore, back, cut, numbered
from tests.harness.service.store.made_events import by_person, changed, frame, opened


def test_with_a_database_that_answers_it_is_its_store(spooling: SpoolingStore, inner: CutStore) -> None:
    checked: EventStore = spooling
    assert [each.number for each in checked.commit_frame("north", frame(30.0), [opened("i")], b"state")] == [1]
    assert numbered(inner) == [(1, "i/opened")]
    assert spooling.state().ok


def test_without_it_frames_and_events_wait_and_are_seen(spooling: SpoolingStore, inner: CutStore) -> None:
    spooling.commit_frame("north", frame(30.0), [opened("i")], b"30")
    cut(inner)
    stored = spooling.commit_frame("north", frame(60.0), [changed("i", 60.0, queue_veh=4.0), opened("j", 60.0)], b"60")
    assert [(each.number, each.wall_s, each.event.key) for each in stored] == [
        (2, 2000.0, "i/changed/60"),
        (3, 2000.0, "j/opened"),
    ]
    assert spooling.events_after(1) == stored
    assert [each.id for each in spooling.incidents()] == ["j", "i"]
    assert (spooling.last_number(), spooling.last_frame_s("north")) == (3, 60.0)
    assert spooling.checkpoint("north") == Checkpoint(60.0, b"60")
    assert [each.event.key for each in spooling.timeline("i")] == ["i/opened", "i/changed/60"]
    assert [each.time_s for each in spooling.frames("north", after_s=30.0)] == [60.0]


def test_it_says_what_waits_since_when_and_why(spooling: SpoolingStore, inner: CutStore) -> None:
    cut(inner)
    spooling.commit_frame("north", frame(30.0), [opened("i"), opened("j")])
    spooling.commit_frame("north", frame(60.0), [])
    state = spooling.state()
    assert (state.ok, state.spooling_since_s, state.spooled_records, state.spooled_events) == (False, 2000.0, 2, 2)
    assert state.reason == (
        "since 1970-01-01T00:33:20+00:00: the server is gone; 2 records with 2 events wait in the spool"
    )


def test_when_it_answers_again_it_has_everything_in_order(spooling: SpoolingStore, inner: CutStore) -> None:
    spooling.append([opened("i")])
    cut(inner)
    for number in range(1, 5):
        spooling.commit_frame(
            "north", frame(30.0 * number), [changed("i", 30.0 * number, queue_veh=number)], b"%d" % number
        )
    spooling.append([by_person("i", EventKind.ACKNOWLEDGED, "a")], version=5)
    told, incident = spooling.events_after(0), spooling.incident("i")
    back(inner, spooling)
    assert inner.events_after(0)[1:] == told[1:]
    assert inner.incident("i") == incident == spooling.incident("i")
    assert [each.time_s for each in inner.frames("north")] == [30.0, 60.0, 90.0, 120.0]
    assert inner.checkpoint("north") == Checkpoint(120.0, b"4")
    assert spooling.state().ok


def test_nothing_is_lost_when_it_goes_away_again_and_again(spooling: SpoolingStore, inner: CutStore) -> None:
    for number in (1, 2, 3):
        cut(inner)
        spooling.commit_frame("north", frame(30.0 * number), [opened(f"i{number}")])
        back(inner, spooling)
    assert [each.time_s for each in inner.frames("north")] == [30.0, 60.0, 90.0]
    assert numbered(inner) == [(number, f"i{number}/opened") for number in (1, 2, 3)]


def test_what_another_process_stored_is_seen_without_the_database(spooling: SpoolingStore, inner: CutStore) -> None:
    inner.append([opened("i")])
    spooling.append([opened("j")])
    cut(inner)
    assert [each.event.key for each in spooling.events_after(0)] == ["i/opened", "j/opened"]
    assert [each.id for each in spooling.incidents()] == ["j", "i"]


def test_a_commit_whose_answer_was_lost_is_stored_once(spooling: SpoolingStore, inner: CutStore) -> None:
    inner.database.cut_after_commit = True
    stored = spooling.commit_frame("north", frame(30.0), [opened("i")], b"30")
    assert [each.number for each in stored] == [1]
    back(inner, spooling)
    assert numbered(inner) == [(1, "i/opened")]
    incident = inner.incident("i")
    assert incident is not None
    assert incident.version == 1


def test_an_event_that_waits_is_given_again_without_effect(spooling: SpoolingStore, inner: CutStore) -> None:
    cut(inner)
    assert len(spooling.append([opened("i")])) == 1
    assert spooling.append([opened("i")]) == []
    assert spooling.commit_frame("north", frame(30.0), [opened("i")]) == []


def test_two_operators_conflict_also_without_the_database(spooling: SpoolingStore, inner: CutStore) -> None:
    spooling.append([opened("i")])
    cut(inner)
    spooling.append([by_person("i", EventKind.ACKNOWLEDGED, "a", actor="ann")], version=1)
    with pytest.raises(VersionConflictError) as caught:
        spooling.append([by_person("i", EventKind.FALSE_ALARM, "b", actor="bob")], version=1)
    assert [each.event.actor for each in caught.value.events] == ["ann"]
    with pytest.raises(UserError, match="i is acknowledged: reopened is not possible"):
        spooling.append([by_person("i", EventKind.REOPENED, "c")], version=2)


def test_what_memory_does_not_hold_is_not_answered(spooling: SpoolingStore, inner: CutStore) -> None:
    inner.commit_frame("south", frame(30.0), [])
    cut(inner)
    for ask in (
        lambda: spooling.incident("ghost"),
        lambda: spooling.append([by_person("ghost", EventKind.ACKNOWLEDGED, "a")]),
        lambda: list(spooling.frames("south")),
        lambda: spooling.last_frame_s("south"),
        lambda: spooling.checkpoint("south"),
        lambda: list(spooling.journaled("south")),
        lambda: spooling.corridors(),
    ):
        with pytest.raises(MachineError, match=r"does not answer|server is gone"):
            ask()


def test_frames_before_those_remembered_are_not_passed_over(
    spooling: SpoolingStore, inner: CutStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.store.store_memory.FRAMES_KEPT", 3)
    for number in range(1, 6):
        spooling.commit_frame("north", frame(30.0 * number), [])
    cut(inner)
    spooling.commit_frame("north", frame(180.0), [])
    assert [each.time_s for each in spooling.frames("north", 90.0, 150.0)] == [120.0, 150.0]
    with pytest.raises(MachineError, match="frames of north up to 90 s are in the database"):
        spooling.frames("north", 60.0)


def test_pushed_batches_are_safe_without_the_database(spooling: SpoolingStore, inner: CutStore) -> None:
    given = [ReadingBatch("north", (Reading("a", 0, 30.0 * number, 1.0, 2.0, 0.1),)) for number in (1, 2, 3)]
    spooling.journal(given[0])
    inner.database.cut_after_commit = True
    for batch in given[1:]:
        spooling.journal(batch)
    back(inner, spooling)
    assert list(spooling.journaled("north")) == given
