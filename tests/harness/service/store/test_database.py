"""Transactions and errors of the databases."""

import sqlite3
import threading
from contextlib import closing

import numpy as np
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from harness.service.store.database import Database
from harness.service.store.database_errors import DiskFullError
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import corridors
from scenarios.corridor import Corridor, Station
from scenarios.errors import MachineError
from tests.harness.service.store.database_servers import postgresql_url, quick_folder
from tests.harness.service.store.made_events import frame


def test_what_fails_in_a_transaction_leaves_nothing(store: SqlStore) -> None:
    def slip() -> None:
        with store.database.writing() as connection:
            connection.execute(insert(corridors).values(name="north", definition="{}"))
            raise ValueError("slip")

    with pytest.raises(ValueError, match="slip"):
        slip()
    assert store.corridors() == {}


def test_a_bug_in_a_statement_stays_a_bug(store: SqlStore) -> None:
    def insert_twice() -> None:
        with store.database.writing() as connection:
            for _ in range(2):
                connection.execute(insert(corridors).values(name="north", definition="{}"))

    with pytest.raises(IntegrityError):
        insert_twice()


def test_a_committed_transaction_is_on_the_disk() -> None:
    with (
        quick_folder() as folder,
        closing(Database(str(folder / "live.db"))) as database,
        database.reading() as connection,
    ):
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2


def test_readers_do_not_wait_for_a_writer(store: SqlStore) -> None:
    found: list[int] = []
    with store.database.writing() as connection:
        connection.execute(insert(corridors).values(name="north", definition="{}"))
        reader = threading.Thread(target=lambda: found.append(len(store.corridors())))
        reader.start()
        reader.join(timeout=5)
    assert found == [0]


def test_a_server_that_is_not_there_is_the_machines_fault() -> None:
    with pytest.raises(MachineError, match=r"postgresql\+psycopg://me:\*\*\*@127.0.0.1:1/none does not answer"):
        Database("postgresql://me:secret@127.0.0.1:1/none")


def test_a_folder_that_does_not_exist_is_the_machines_fault() -> None:
    with quick_folder() as folder, pytest.raises(MachineError, match=r"live.db does not answer: .*unable to open"):
        Database(str(folder / "nowhere" / "live.db"))


def test_a_file_that_is_no_database_is_told() -> None:
    with quick_folder() as folder:
        (folder / "live.db").write_bytes(b"a text, not a database" * 100)
        with pytest.raises(MachineError, match=r"live.db does not answer: .*not a database"):
            Database(str(folder / "live.db"))


def test_a_full_disk_is_told_as_such() -> None:
    with quick_folder() as folder, closing(SqlStore(str(folder / "live.db"))) as store:
        with (
            store.database.reading() as connection
        ):  # the page limit holds for this connection, which the pool gives again
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            connection.execute(text(f"PRAGMA max_page_count = {pages + 1}"))
        state = np.random.default_rng(1).bytes(100_000)
        with pytest.raises(DiskFullError, match="full"):
            store.commit_frame("north", frame(30.0), [], checkpoint=state)
        assert (store.last_frame_s("north"), store.checkpoint("north")) == (None, None)


def test_a_lock_that_another_process_holds_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.service.store.database.LOCK_PATIENCE_S", 0.05)
    with quick_folder() as folder, closing(SqlStore(str(folder / "live.db"))) as store:
        with closing(sqlite3.connect(folder / "live.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(MachineError, match=r"does not answer: .*database is locked"):
                store.commit_frame("north", frame(30.0), [])
        store.commit_frame("north", frame(30.0), [])
        assert store.last_frame_s("north") == 30.0


@pytest.mark.postgres
def test_a_connection_that_the_server_cut_is_replaced(postgresql: str) -> None:
    with postgresql_url(postgresql) as url, closing(SqlStore(url)) as store:
        with store.database.writing() as connection:
            cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'laneblock'"
            mine = "datname = current_database() AND pid <> pg_backend_pid()"
            assert store.last_number() == 0
            assert connection.execute(text(f"{cut} AND {mine}")).scalar_one() > 0
        assert store.last_number() == 0


@pytest.mark.postgres
def test_a_process_paused_in_a_transaction_does_not_hold_up_others_for_long(
    postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.store.database.PAUSE_MS", 1000)
    with postgresql_url(postgresql) as url, closing(SqlStore(url)) as paused, closing(SqlStore(url)) as other:

        def pause() -> None:
            with paused.database.writing() as connection:
                connection.execute(insert(corridors).values(name="road", definition="{}"))
                other.keep_corridor(Corridor("road", 30.0, (Station("a", 0.0, 2), Station("b", 500.0, 2))))

        with pytest.raises(MachineError, match="does not answer"):
            pause()
        assert list(other.corridors()) == ["road"]
