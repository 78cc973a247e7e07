"""Events followed once each, in the transaction that stores them or later, by whoever comes first: a counter holds the last one."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Connection, select, update

from harness.service.incidents.incident_event import StoredEvent
from harness.service.store.event_rows import last_number, stored_events
from harness.service.store.frame_rows import insert_into
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import counters, events

AT_ONCE = 500
"""Events followed in one go. Chosen: half a megabyte."""


def follow_events(
    connection: Connection,
    counter: str,
    first: Callable[[Connection], int],
    follow: Callable[[Sequence[StoredEvent]], None],
) -> None:
    """Pass the events after `counter` to `follow`, `AT_ONCE` at most at a time, and move the counter.

    The caller holds the counter of events. A counter that is new begins after the event whose number `first` returns.
    """
    of = counters.c.name == counter
    number: int | None = connection.execute(select(counters.c.value).where(of).with_for_update()).scalar_one_or_none()
    if number is None:
        number = first(connection)
        connection.execute(insert_into(connection, counters).values(name=counter, value=number))
    wanted = select(events).order_by(events.c.number).limit(AT_ONCE)
    while found := stored_events(connection.execute(wanted.where(events.c.number > number))):
        follow(found)
        number = found[-1].number
    connection.execute(update(counters).where(of).values(value=number))


def catch_up(store: SqlStore, names: Collection[str], follow: Callable[[Connection], None]) -> None:
    """Call `follow` in a transaction where one of the counters is behind the events. Raises MachineError without the database."""
    with store.database.reading() as connection:
        reached = {row.name: row.value for row in connection.execute(select(counters.c.name, counters.c.value))}
    if any(reached.get(name, -1) < reached["events"] for name in names):
        with store.database.writing() as connection:
            last_number(connection, lock=True)
            follow(connection)
