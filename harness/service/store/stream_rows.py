"""Positions in the streams of readings in the database, stored in the transaction of the frames that they belong to."""

from sqlalchemy import Connection, select

from harness.service.store.frame_rows import insert_into
from harness.service.store.tables import stream_positions


def store_position(connection: Connection, corridor: str, position: str) -> None:
    """Store a corridor's position in the place of the last one."""
    row = insert_into(connection, stream_positions).values(corridor=corridor, position=position)
    connection.execute(row.on_conflict_do_update(index_elements=["corridor"], set_={"position": position}))


def read_position(connection: Connection, corridor: str) -> str | None:
    """Return the position of a corridor, None where there is none."""
    wanted = select(stream_positions.c.position).where(stream_positions.c.corridor == corridor)
    found: str | None = connection.execute(wanted).scalar_one_or_none()
    return found
