"""Leases: one worker at a time, by the database's clock, and a fence for those that lost theirs."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Connection, text

from harness.service.store.database import Database
from harness.service.store.lease import Lease, LeaseLostError
from harness.service.store.lease_table import PAUSE_MS, LeaseTable, check_lease
from harness.service.store.sql_store import SqlStore
from scenarios.errors import MachineError
from tests.harness.service.store.made_events import frame, opened


class PausedDatabase(Database):
    """A database whose process is paused before it commits, until `goes_on`."""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            yield connection
            if hasattr(self, "goes_on"):
                self.is_paused.set()
                self.goes_on.wait(60.0)

    def pause(self) -> None:
        self.is_paused, self.goes_on = threading.Event(), threading.Event()


def taken(store: SqlStore, owner: str, duration_s: float = 60.0) -> Lease:
    lease = store.leases.take("north", owner, duration_s)
    assert lease is not None
    return lease


def test_a_lease_is_taken_by_one_worker_only(store: SqlStore) -> None:
    assert taken(store, "one") == Lease("north", "one", 1)
    assert store.leases.take("north", "two", 60.0) is None
    assert store.leases.take("south", "two", 60.0) == Lease("south", "two", 1)


def test_a_lease_that_has_ended_is_taken_by_another_with_a_new_epoch(store: SqlStore) -> None:
    first = taken(store, "one", duration_s=-1.0)
    assert taken(store, "two") == Lease("north", "two", 2)
    assert not store.leases.renew(first, 60.0)


def test_a_worker_that_starts_again_fences_its_former_self(store: SqlStore) -> None:
    assert [taken(store, "one").epoch, taken(store, "one").epoch] == [1, 2]


def test_a_renewed_lease_lasts_longer(store: SqlStore) -> None:
    lease = taken(store, "one", duration_s=-1.0)
    assert store.leases.renew(lease, 60.0)
    assert store.leases.take("north", "two", 60.0) is None
    (row,) = store.leases.rows()
    assert 50.0 < row.left_s <= 60.0


def test_a_released_lease_is_free_and_its_epoch_is_not_used_again(store: SqlStore) -> None:
    assert store.leases.release(taken(store, "one"))
    assert store.leases.rows()[0].owner == ""
    assert taken(store, "two").epoch == 2


def test_a_lease_is_released_by_its_owner_only(store: SqlStore) -> None:
    first = taken(store, "one", duration_s=-1.0)
    taken(store, "two")
    assert not store.leases.release(first)


def test_a_frame_is_committed_by_who_holds_the_lease(store: SqlStore) -> None:
    assert len(store.commit_frame("north", frame(30.0), [opened("i")], b"state", lease=taken(store, "one"))) == 1


@pytest.mark.parametrize("lost_by", ["taken over", "released"])
def test_a_worker_that_lost_its_lease_writes_nothing(store: SqlStore, lost_by: str) -> None:
    lease = taken(store, "one", duration_s=-1.0)
    if lost_by == "released":
        store.leases.release(lease)
    else:
        taken(store, "two")
    with pytest.raises(LeaseLostError, match="one no longer holds the lease of north"):
        store.commit_frame("north", frame(30.0), [opened("i")], b"state", lease=lease)
    with pytest.raises(LeaseLostError):
        store.append([opened("i")], lease=lease)
    assert (store.last_frame_s("north"), store.last_number(), store.checkpoint("north")) == (None, 0, None)


def test_nobody_takes_a_lease_while_its_owner_commits(store: SqlStore) -> None:
    lease = taken(store, "one", duration_s=-1.0)
    took: list[Lease | None] = []
    with store.database.writing() as connection:
        check_lease(connection, lease)
        other = threading.Thread(target=lambda: took.append(store.leases.take("north", "two", 60.0)))
        other.start()
        other.join(timeout=0.2)
        assert took == []
    other.join(timeout=10)
    assert took == [Lease("north", "two", 2)]


def test_leases_that_ended_long_ago_are_forgotten_by_their_prefix(store: SqlStore) -> None:
    store.leases.take("worker/old", "old", -7200.0)
    store.leases.take("worker/new", "new", -10.0)
    store.leases.take("corridor/north", "old", -7200.0)
    store.leases.forget("worker/", 3600.0)
    assert [row.name for row in store.leases.rows()] == ["corridor/north", "worker/new"]


# The processes of a SQLite file are on one machine, and one writes at a time: nobody else is held up by a paused one.
@pytest.mark.parametrize("session_store", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_process_paused_inside_a_fenced_transaction_does_not_hold_up_others_for_long(store: SqlStore) -> None:
    lease = taken(store, "one")
    with store.database.writing() as connection:
        check_lease(connection, lease)
        shown = connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one()
        with pytest.raises(MachineError, match="lock timeout"):
            store.leases.take("north", "two", 60.0)
    assert shown == f"{PAUSE_MS // 1000}s"


@pytest.mark.parametrize("session_store", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_process_paused_while_it_takes_a_lease_does_not_keep_it_from_others(
    url: str, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.store.lease_table.PAUSE_MS", 1000)
    monkeypatch.setattr("harness.service.store.lease_table.LOCK_PATIENCE_MS", 30_000)
    ended: list[str] = []

    def take() -> None:
        try:
            LeaseTable(paused).take("north", "one", 60.0)
        except MachineError as error:
            ended.append(str(error))

    with closing(PausedDatabase(url)) as paused:
        paused.pause()
        thread = threading.Thread(target=take)
        thread.start()
        assert paused.is_paused.wait(60.0)
        assert taken(store, "two") == Lease("north", "two", 1)
        paused.goes_on.set()
        thread.join()
    assert len(ended) == 1
