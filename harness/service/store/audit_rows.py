"""The audit in the database: requests that changed something, who made them and when."""

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from harness.service.store.tables import audit


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A request that changed something; `request` is what the log calls it, `wall_s` in s since 1970 UTC."""

    wall_s: float
    actor: str
    method: str
    path: str
    status: int
    request: str
    number: int = 0


def add_row(connection: Connection, row: AuditRow) -> None:
    """Store a row; its number is given here."""
    values = asdict(row)
    del values["number"]
    connection.execute(insert(audit).values(**values))


def rows_before(connection: Connection, before: int | None, limit: int) -> list[AuditRow]:
    """Return rows with a lower number than `before`, the last first."""
    wanted = select(audit).order_by(audit.c.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(audit.c.number < before)
    return [AuditRow(**row._mapping) for row in connection.execute(wanted)]
