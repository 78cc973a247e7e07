"""Silences of a corridor in the database: which one an event ends, who was told of it, and whether it is over."""

from sqlalchemy import Connection, select

from harness.service.incidents.incident_event import EventKind
from harness.service.response.sight_notice import Sight
from harness.service.store.tables import events, outbox


def silence_before(connection: Connection, number: int) -> int | None:
    """Return the number of the silence that the event `number` ends: the corridor's last one before; None where there is none."""
    corridor = select(events.c.corridor).where(events.c.number == number).scalar_subquery()
    wanted = (
        select(events.c.number)
        .where(events.c.incident == "", events.c.corridor == corridor, events.c.number < number)
        .where(events.c.kind == EventKind.SOURCE_SILENT.value)
        .order_by(events.c.number.desc())
        .limit(1)
    )
    found: int | None = connection.execute(wanted).scalar_one_or_none()
    return found


def told_of_silence(connection: Connection, number: int) -> list[tuple[str, str, str]]:
    """Return channel, recipient and address of all who were told of the silence that the event `number` ends."""
    columns = (outbox.c.channel, outbox.c.recipient, outbox.c.address)
    of = (outbox.c.event == silence_before(connection, number)) & (outbox.c.reason == Sight.BLIND.value)
    return [(row.channel, row.recipient, row.address) for row in connection.execute(select(*columns).where(of))]


def is_seeing_again(connection: Connection, number: int) -> bool:
    """Return whether readings came again after the silence `number`."""
    corridor = select(events.c.corridor).where(events.c.number == number).scalar_subquery()
    wanted = (
        select(events.c.number)
        .where(events.c.incident == "", events.c.corridor == corridor, events.c.number > number)
        .where(events.c.kind == EventKind.SOURCE_BACK.value)
        .limit(1)
    )
    return connection.execute(wanted).first() is not None
