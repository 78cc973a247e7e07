"""Frames and checkpoints in the database."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Double, LargeBinary, String, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from harness.service.store.event_store import Checkpoint
from harness.service.store.frame_bytes import pack_frame, unpack_frame
from harness.service.store.packed_state import pack_state, unpack_state
from harness.service.store.tables import checkpoints, frames
from simulator.frame import LoopFrame


def insert_into(connection: Connection, table: Any) -> Any:
    """Return the INSERT of the connection's database, which knows ON CONFLICT."""
    return insert_by_name(connection.dialect.name, table)


def insert_by_name(dialect: str, table: Any) -> Any:
    """Return the INSERT of a database by the name of its dialect."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def store_frame(connection: Connection, corridor: str, frame: LoopFrame) -> None:
    """Store a frame; one that is stored is left as it is."""
    values = {"of": corridor, "end_s": float(frame.time_s), "packed": pack_frame(frame)}
    connection.execute(_insert_frame(connection.dialect.name), values)


@cache
def _insert_frame(dialect: str) -> Any:
    """Return the statement, which takes longer to make than to run; the last frame is found by the key, not among all."""
    of = bindparam("of", type_=String)
    last = select(frames.c.ordinal).where(frames.c.corridor == of).order_by(frames.c.time_s.desc()).limit(1)
    values = {
        "corridor": of,
        "time_s": bindparam("end_s", type_=Double),
        "body": bindparam("packed", type_=LargeBinary),
    }
    ordinal = func.coalesce(last.scalar_subquery(), 0) + 1
    return insert_by_name(dialect, frames).values(**values, ordinal=ordinal).on_conflict_do_nothing()


def store_checkpoint(connection: Connection, corridor: str, time_s: float, state: bytes, wall_s: float) -> None:
    """Store a checkpoint in the place of the last one; one of an earlier frame is dropped."""
    values = {"time_s": float(time_s), "wall_s": wall_s, "body": pack_state(state)}
    statement = insert_into(connection, checkpoints).values(corridor=corridor, **values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[checkpoints.c.corridor],
            set_=values,
            where=checkpoints.c.time_s <= statement.excluded.time_s,
        )
    )


def read_frames(
    connection: Connection, corridor: str, after_s: float | None, until_s: float | None, limit: int
) -> Sequence[LoopFrame]:
    """Return the first `limit` frames that end later than `after_s` and not later than `until_s`."""
    wanted = select(frames.c.time_s, frames.c.body).where(frames.c.corridor == corridor)
    if after_s is not None:
        wanted = wanted.where(frames.c.time_s > after_s)
    if until_s is not None:
        wanted = wanted.where(frames.c.time_s <= until_s)
    rows = connection.execute(wanted.order_by(frames.c.time_s).limit(limit))
    return [unpack_frame(row.time_s, row.body) for row in rows]


def corridors_with_frames(connection: Connection) -> list[str]:
    """Return the names of the corridors of which there are frames."""
    return list(connection.execute(select(frames.c.corridor).distinct().order_by(frames.c.corridor)).scalars())


def last_frame_s(connection: Connection, corridor: str) -> float | None:
    """Return the end of the last frame of a corridor."""
    found: float | None = connection.execute(
        select(func.max(frames.c.time_s)).where(frames.c.corridor == corridor)
    ).scalar_one()
    return found


def last_frame(connection: Connection, corridor: str) -> LoopFrame | None:
    """Return the last frame of a corridor."""
    wanted = select(frames.c.time_s, frames.c.body).where(frames.c.corridor == corridor)
    row = connection.execute(wanted.order_by(frames.c.time_s.desc()).limit(1)).one_or_none()
    return None if row is None else unpack_frame(row.time_s, row.body)


def frames_decided(connection: Connection, corridor: str) -> int:
    """Return how many frames of a corridor were stored, those that were dropped since included."""
    found: int | None = connection.execute(
        select(func.max(frames.c.ordinal)).where(frames.c.corridor == corridor)
    ).scalar_one()
    return found or 0


def read_checkpoint(connection: Connection, corridor: str) -> Checkpoint | None:
    """Return the last checkpoint of a corridor."""
    row = connection.execute(
        select(checkpoints.c.time_s, checkpoints.c.body).where(checkpoints.c.corridor == corridor)
    ).one_or_none()
    return None if row is None else Checkpoint(row.time_s, unpack_state(corridor, row.body))


def thin_frames(connection: Connection, corridor: str, before_s: float, every: int) -> int:
    """Drop frames that end before `before_s`, but every `every`-th (0: all), and those after the last checkpoint.

    Frames after it are decided on again when the service starts.
    """
    checkpoint_s = connection.execute(
        select(checkpoints.c.time_s).where(checkpoints.c.corridor == corridor)
    ).scalar_one_or_none()
    gone = delete(frames).where(frames.c.corridor == corridor, frames.c.time_s < before_s)
    if checkpoint_s is not None:
        gone = gone.where(frames.c.time_s <= checkpoint_s)
    if every:
        gone = gone.where(frames.c.ordinal % every != 0)
    return connection.execute(gone).rowcount
