"""The journal of pushed batches in the database: kept until their frames are stored."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, delete, select

from harness.service.sources.reading import ReadingBatch
from harness.service.store.batch_bytes import pack_batch, unpack_batch
from harness.service.store.frame_rows import insert_by_name
from harness.service.store.storable import check_text, check_time
from harness.service.store.tables import journal


def store_batch(connection: Connection, batch: ReadingBatch, key: str | None) -> int:
    """Store a batch and return its number; one whose key is stored is left as it is."""
    check_text("corridor of a batch", batch.corridor)
    last_s = max([reading[2] for reading in batch.readings], default=0.0)
    check_time("time_s of a reading", last_s)
    values = {"key": key, "corridor": batch.corridor, "last_s": float(last_s), "body": pack_batch(batch)}
    number: int | None = connection.execute(_insert_batch(connection.dialect.name), values).scalar_one_or_none()
    if number is None:
        number = connection.execute(select(journal.c.number).where(journal.c.key == key)).scalar_one()
    return number


@cache
def _insert_batch(dialect: str) -> Any:
    """Return the statement, which takes longer to make than to run."""
    return insert_by_name(dialect, journal).on_conflict_do_nothing().returning(journal.c.number)


def read_batches(connection: Connection, corridor: str, after: int, limit: int) -> Sequence[tuple[int, ReadingBatch]]:
    """Return the first `limit` batches of a corridor after a number, each with its own."""
    rows = connection.execute(
        select(journal.c.number, journal.c.body)
        .where(journal.c.corridor == corridor, journal.c.number > after)
        .order_by(journal.c.number)
        .limit(limit)
    )
    return [(row.number, unpack_batch(corridor, row.body)) for row in rows]


def forget_batches(connection: Connection, corridor: str, until_s: float) -> None:
    """Drop the batches of a corridor whose last stamp is `until_s` or earlier."""
    connection.execute(delete(journal).where(journal.c.corridor == corridor, journal.c.last_s <= until_s))
