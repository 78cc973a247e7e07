"""The outbox: notifications in the database, from the event that causes them until they are delivered.

    waiting -> sent | failed (refused for good, or too old) | dropped (its incident was over before quiet hours were)
            -> held (over the cap) -> digested

Conventions: a row is claimed by moving its `due_s` on, in a transaction: a sender that dies leaves it due again. So a message goes
out at least once, each time with the same `key`, by which a receiver knows it again. All times are wall time.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, select, update

from harness.service.response.channel_rule import ChannelRule
from harness.service.response.notice import TO_TEAM
from harness.service.response.outdated import is_outdated
from harness.service.response.outgoing import Digest, Outgoing, message_key
from harness.service.store.frame_rows import insert_into
from harness.service.store.tables import outbox

WAITING, SENT, FAILED, HELD, DIGESTED, DROPPED = "waiting", "sent", "failed", "held", "digested", "dropped"
HOUR_S = 3600.0
READ_OUT_BY = "read out by "
DIGEST_EVERY_S = 600.0
"""Time between two digests to one address, s. Chosen: as long as a critical incident may wait for its escalation."""
CLAIM_S = 120.0
"""Time after which a message whose sender died is sent again, s. Chosen: longer than any channel's timeout."""
FIRST_RETRY_S, LONGEST_RETRY_S = 5.0, 600.0
"""Time until the second try, and at most between two, s; doubled each time. Chosen."""
GIVE_UP_S = 86400.0
"""Age after which a message is not tried any more, s. Chosen: who reads it then acts upon the past."""


def add_message(connection: Connection, message: Outgoing, due_s: float) -> None:
    """Let a message wait until `due_s`; one whose key is there is left as it is."""
    connection.execute(
        insert_into(connection, outbox).values(**_values(message), due_s=due_s, state=WAITING).on_conflict_do_nothing()
    )


def told_before(connection: Connection, incident: str) -> list[tuple[str, str, str]]:
    """Return channel, recipient and address of all who were told of an incident, but for teams, which are told for themselves."""
    columns = (outbox.c.channel, outbox.c.recipient, outbox.c.address)
    of = (outbox.c.incident == incident) & outbox.c.reason.not_in(TO_TEAM)
    rows = connection.execute(select(*columns).distinct().where(of).order_by(*columns))
    return [(row.channel, row.recipient, row.address) for row in rows]


def claim(connection: Connection, channel: ChannelRule, now_s: float, digest: Digest) -> Outgoing | None:
    """Return the next message that is due on a channel, None where there is none; it is this sender's for CLAIM_S."""
    due = (
        select(outbox)
        .where(_due(channel, now_s))
        .order_by(outbox.c.due_s, outbox.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (row := connection.execute(due).one_or_none()) is not None:
        if row.due_s > row.created_s and row.tries == 0 and row.state == WAITING and is_outdated(connection, row):
            _set(connection, row.number, state=DROPPED, done_s=now_s, error="it was over before the quiet hours were")
        elif row.state == HELD:
            _put_together(connection, channel, row.address, now_s, digest)
        elif row.tries == 0 and row.reason != "digest" and _over_cap(connection, channel, row.address, now_s):
            _set(connection, row.number, state=HELD, due_s=_digest_due(connection, channel, row.address, now_s))
        else:
            _set(connection, row.number, due_s=now_s + CLAIM_S, tries=row.tries + 1)
            return _outgoing(row)
    return None


def any_due(connection: Connection, channel: ChannelRule, now_s: float) -> bool:
    """Return whether a message is due on a channel."""
    return connection.execute(select(outbox.c.number).where(_due(channel, now_s)).limit(1)).first() is not None


def _due(channel: ChannelRule, now_s: float) -> ColumnElement[bool]:
    due = and_(outbox.c.channel == channel.name, outbox.c.state.in_((WAITING, HELD)), outbox.c.due_s <= now_s)
    if not channel.in_order:
        return due
    earlier = outbox.alias()
    waits = (
        (earlier.c.incident == outbox.c.incident) & (earlier.c.state == WAITING) & (earlier.c.number < outbox.c.number)
    )
    return due & ~exists().where(earlier.c.channel == channel.name, waits)


def delivered(connection: Connection, message: Outgoing, now_s: float) -> None:
    """Note that a receiver has a message."""
    _set(connection, message.number, state=SENT, done_s=now_s, error="")


def not_delivered(connection: Connection, message: Outgoing, now_s: float, error: str, for_good: bool) -> None:
    """Note that a try failed; the next one is later each time, and there is none where the receiver refuses it `for_good`."""
    if for_good or now_s - message.created_s > GIVE_UP_S:
        _set(connection, message.number, state=FAILED, done_s=now_s, error=error)
    else:
        _set(connection, message.number, due_s=now_s + retry_s(message.tries), error=error)


def retry_s(tries: int) -> float:
    """Return the time until the next try after some, s.

    >>> [retry_s(tries) for tries in (0, 1, 2, 20)]
    [5.0, 10.0, 20.0, 600.0]
    """
    return min(FIRST_RETRY_S * 2.0 ** min(tries, 30), LONGEST_RETRY_S)


def counts_by_state(connection: Connection) -> dict[str, dict[str, int]]:
    """Return how many messages stand where, by channel."""
    found: dict[str, dict[str, int]] = {}
    columns = (outbox.c.channel, outbox.c.state)
    for row in connection.execute(select(*columns, func.count().label("messages")).group_by(*columns)):
        found.setdefault(row.channel, {})[row.state] = row.messages
    return found


def waiting_messages(connection: Connection, channel: str, limit: int = 200) -> list[Outgoing]:
    """Return messages of a channel that wait, the oldest first."""
    wanted = select(outbox).where(outbox.c.channel == channel, outbox.c.state == WAITING).order_by(outbox.c.number)
    return [_outgoing(row) for row in connection.execute(wanted.limit(limit))]


def read_messages(connection: Connection, channel: str, limit: int) -> list[tuple[Outgoing, str, float]]:
    """Return messages of the dispatcher's list that were read out, the last first, each with by whom and when (wall time, s)."""
    of = (outbox.c.channel == channel) & (outbox.c.state == SENT)
    rows = connection.execute(select(outbox).where(of).order_by(outbox.c.done_s.desc()).limit(limit))
    return [(_outgoing(row), row.error.removeprefix(READ_OUT_BY), row.done_s) for row in rows]


def read_out(connection: Connection, channel: str, number: int, now_s: float, who: str) -> bool:
    """Note that a person has read out a message of the dispatcher's list; return whether it waited."""
    of = (outbox.c.number == number) & (outbox.c.channel == channel) & (outbox.c.state == WAITING)
    done = update(outbox).where(of).values(state=SENT, done_s=now_s, error=f"{READ_OUT_BY}{who}", tries=1)
    return connection.execute(done).rowcount == 1


def _over_cap(connection: Connection, channel: ChannelRule, address: str, now_s: float) -> bool:
    of = (outbox.c.channel == channel.name) & (outbox.c.address == address)
    gone = of & (outbox.c.state == SENT) & (outbox.c.done_s > now_s - HOUR_S)
    count: int = connection.execute(select(func.count()).where(gone)).scalar_one()
    return count >= channel.cap_per_hour


def _digest_due(connection: Connection, channel: ChannelRule, address: str, now_s: float) -> float:
    """Return when those held for an address go out together: with those that are held already, else in DIGEST_EVERY_S."""
    of = (outbox.c.channel == channel.name) & (outbox.c.address == address) & (outbox.c.state == HELD)
    first: float | None = connection.execute(select(func.min(outbox.c.due_s)).where(of)).scalar_one()
    return now_s + DIGEST_EVERY_S if first is None else max(first, now_s + 1e-3)


def _put_together(connection: Connection, channel: ChannelRule, address: str, now_s: float, digest: Digest) -> None:
    of = (outbox.c.channel == channel.name) & (outbox.c.address == address) & (outbox.c.state == HELD)
    held = [_outgoing(row) for row in connection.execute(select(outbox).where(of).order_by(outbox.c.number))]
    key = message_key("digest " + " ".join(each.key for each in held), channel.name, address)
    connection.execute(update(outbox).where(of).values(state=DIGESTED, done_s=now_s, error=f"in {key}"))
    first = held[0]
    together = {
        **_values(first),
        **digest(channel, held),
        "key": key,
        "incident": "",
        "event": held[-1].event,
        "reason": "digest",
        "exercise": all(each.exercise for each in held),
        "created_s": now_s,
    }
    connection.execute(insert(outbox).values(**together, due_s=now_s, state=WAITING))


def _set(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(update(outbox).where(outbox.c.number == number).values(**values))


_COLUMNS = (
    "key channel recipient address incident event reason severity exercise subject text payload created_s".split()  # noqa: SIM905
)


def _values(message: Outgoing) -> dict[str, Any]:
    return {**{name: getattr(message, name) for name in _COLUMNS}, "tries": 0, "error": ""}


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(**{name: getattr(row, name) for name in (*_COLUMNS, "number", "tries")})
