"""Messages that quiet hours held back until they are of no use any more."""

from typing import Any

from sqlalchemy import Connection, Row, func, select

from harness.service.incidents.incident import CLOSED, State
from harness.service.response.sight_notice import BEGUN_BY, ENDED_BY, Sight
from harness.service.response.sight_rows import begun_before, is_over
from harness.service.store.event_rows import read_incident
from harness.service.store.tables import outbox

_OVER = frozenset({State.CLEARED, *CLOSED})


def is_outdated(connection: Connection, row: Row[Any]) -> bool:
    """Return whether a row of the outbox tells what is over, or the end of what its receiver was never told."""
    if row.reason == "over":
        return not _was_sent(connection, row, outbox.c.incident == row.incident)
    if row.reason in BEGUN_BY:
        begun = begun_before(connection, row.event, Sight(row.reason))
        return not _was_sent(connection, row, outbox.c.event == begun)
    if row.reason in ENDED_BY:
        return is_over(connection, row.event, Sight(row.reason))
    incident = read_incident(connection, row.incident) if row.incident else None
    return incident is not None and incident.state in _OVER


def _was_sent(connection: Connection, row: Row[Any], of: Any) -> bool:
    told = (outbox.c.channel == row.channel) & (outbox.c.address == row.address) & (outbox.c.state == "sent")
    count: int = connection.execute(select(func.count()).where(of, told)).scalar_one()
    return count > 0
