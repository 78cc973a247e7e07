"""The commands `laneblock store`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from harness.service.store import tables
from harness.service.store.spool_queue import SpoolQueue
from harness.service.store.spool_records import SpooledRecord
from harness.service.store.sql_store import SqlStore
from tests.harness.command_line import Call, calling
from tests.harness.service.store.database_servers import quick_folder
from tests.harness.service.store.made_events import changed, frame, opened


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    return calling(capsys)


@pytest.fixture
def database() -> Iterator[Path]:
    """A SQLite file with an incident."""
    with quick_folder() as folder:
        store = SqlStore(str(folder / "live.db"))
        store.commit_frame("north", frame(30.0), [opened("i"), changed("i", 30.0, queue_veh=2.0)])
        store.close()
        yield folder / "live.db"


def test_a_store_that_is_right_is_told(call: Call, database: Path) -> None:
    assert call("store", "check", database) == (0, "2 events, 1 incidents, 1 frames: nothing is wrong\n", "")


def test_a_store_that_is_wrong_ends_with_1(call: Call, database: Path) -> None:
    store = SqlStore(str(database))
    with store.database.writing() as connection:
        connection.execute(delete(tables.events).where(tables.events.c.number == 1))
    store.close()
    code, out, _ = call("store", "check", f"sqlite:///{database}")
    assert code == 1
    assert out.startswith("event 2 follows event 0\n")
    assert out.endswith("problems\n")


def test_the_file_of_a_service_names_its_store(call: Call, database: Path) -> None:
    site = database.parent / "site.toml"
    site.write_text('[store]\ndatabase = "live.db"\n', encoding="utf-8")
    assert call("store", "check", site)[0] == 0
    site.write_text("[store]\ndatabase = 7\n", encoding="utf-8")
    code, _, told = call("store", "check", site)
    assert code == 2
    assert "database" in told


@pytest.mark.parametrize("spool", ["live.db.spool", "laneblock.spool"])
def test_what_waits_in_a_spool_is_told(call: Call, database: Path, tmp_path: Path, spool: str) -> None:
    folder = database.parent / spool
    queue = SpoolQueue(folder)
    queue.put(SpooledRecord(1.0, (opened("late"),)))
    queue.close()
    site = database.parent / "site.toml"
    site.write_text('[store]\ndatabase = "live.db"\n', encoding="utf-8")
    told = f"1 records with 1 events wait in {folder}: they are not in the database, until"
    for words in (("check",), ("export", "--out", tmp_path)):
        code, out, said = call("store", words[0], site, *words[1:])
        assert (code, "2 events" in out, said.startswith(told)) == (0, True, True)


def test_a_store_that_is_not_there_is_not_made(call: Call, tmp_path: Path) -> None:
    code, _, told = call("store", "check", tmp_path / "none.db")
    assert (code, list(tmp_path.iterdir())) == (2, [])
    assert "none.db: no such database" in told


def test_an_export_says_what_it_wrote(call: Call, database: Path, tmp_path: Path) -> None:
    code, out, told = call("store", "export", database, "--out", tmp_path)
    assert (code, out) == (0, f"2 events, 1 incidents, 0 frames: {tmp_path}\n")
    assert told == "left out: frames of north: its stations are not stored\n"
    assert (tmp_path / "events.csv").is_file()


def test_times_of_an_export_are_seconds_or_dates(call: Call, database: Path, tmp_path: Path) -> None:
    times = ("--since", "1970-01-01T00:00:31Z", "--until", "1e9")
    assert call("store", "export", database, "--out", tmp_path, *times)[1].startswith("0 events")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "xlsx"), "--format: wanted csv or parquet, got 'xlsx'"),
        (("--since", "monday"), "--since: time is seconds since 1970 or ISO 8601"),
        (("--since", "60", "--until", "30"), "--since is later than --until"),
    ],
)
def test_slips_are_told_in_one_line(
    call: Call, database: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    code, _, told = call("store", "export", database, "--out", tmp_path, *options)
    assert code == 2
    assert said in told
    assert told.count("\n") == 1


def test_a_server_that_does_not_answer_is_the_machines_fault(call: Call) -> None:
    code, _, told = call("store", "check", "postgresql://me:secret@127.0.0.1:1/none")
    assert code == 3
    assert "does not answer" in told
    assert "secret" not in told


def test_a_period_is_reported_with_its_lessons(call: Call, database: Path, tmp_path: Path) -> None:
    code, out, _ = call("store", "report", database, "--out", tmp_path)
    assert (code, out) == (0, f"1 incident: {tmp_path / 'report.html'}\n")
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "report.json", "incidents.csv"}


def test_an_incident_is_reported_by_itself(call: Call, database: Path, tmp_path: Path) -> None:
    assert call("store", "report", database, "--out", tmp_path, "--incident", "i")[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"incident.html", "incident.json", "events.csv"}


def test_one_incident_is_of_no_period(call: Call, database: Path, tmp_path: Path) -> None:
    code, _, told = call("store", "report", database, "--out", tmp_path, "--incident", "i", "--since", "0")
    assert (code, "--incident" in told) == (2, True)
