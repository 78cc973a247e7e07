"""Blindness of corridors in the database: which event another one ends, who was told of it, and whether it is over."""

from sqlalchemy import Connection, select

from harness.service.response.sight_notice import BEGUN_BY, ENDED_BY, SIGHT_EVENTS, Sight
from harness.service.store.tables import events, outbox


def begun_before(connection: Connection, number: int, sight: Sight) -> int | None:
    """Return the number of what the event `number` ends, as `sight` says: the corridor's last one before; None without one."""
    corridor = select(events.c.corridor).where(events.c.number == number).scalar_subquery()
    wanted = (
        select(events.c.number)
        .where(events.c.incident == "", events.c.corridor == corridor, events.c.number < number)
        .where(events.c.kind == BEGUN_BY[sight].value)
        .order_by(events.c.number.desc())
        .limit(1)
    )
    found: int | None = connection.execute(wanted).scalar_one_or_none()
    return found


def told_of_beginning(connection: Connection, number: int, sight: Sight) -> list[tuple[str, str, str]]:
    """Return channel, recipient and address of all who were told of what the event `number` ends."""
    columns = (outbox.c.channel, outbox.c.recipient, outbox.c.address)
    begun = outbox.c.event == begun_before(connection, number, sight)
    of = begun & (outbox.c.reason == SIGHT_EVENTS[BEGUN_BY[sight]].value)
    return [(row.channel, row.recipient, row.address) for row in connection.execute(select(*columns).where(of))]


def is_over(connection: Connection, number: int, sight: Sight) -> bool:
    """Return whether what the event `number` began has ended since."""
    corridor = select(events.c.corridor).where(events.c.number == number).scalar_subquery()
    wanted = (
        select(events.c.number)
        .where(events.c.incident == "", events.c.corridor == corridor, events.c.number > number)
        .where(events.c.kind == ENDED_BY[sight].value)
        .limit(1)
    )
    return connection.execute(wanted).first() is not None
