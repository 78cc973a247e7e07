"""Leases: which worker works on what, decided by the database and its clock; and the fence that stops one that lost its lease.

A lease has an epoch that grows whenever it changes hands. A worker gives its `Lease` with every frame it commits; the epoch is
checked in the same transaction, under a lock that keeps others from taking the lease meanwhile. So a worker that slept through
the end of its lease cannot write after its successor has begun.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, text, update

from harness.service.store.database import Database
from harness.service.store.frame_rows import insert_into
from harness.service.store.lease import Lease, LeaseLostError
from harness.service.store.storable import check_text
from harness.service.store.tables import leases

LOCK_PATIENCE_MS = 500
"""Time to wait for a lease whose owner is just committing, ms. Chosen: who renews many leases must not miss the others' ends."""

PAUSE_MS = 3_000
"""Time that a transaction with a lease may do nothing, ms. Chosen: shorter than any lease, so that others need not wait longer
for it; longer than a busy machine pauses."""
_LIMITS = text(
    "SELECT set_config('lock_timeout', :patience, true), set_config('idle_in_transaction_session_timeout', :pause, true)"
)


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease as it stands: `left_s` until its end by the database's clock, negative after it; `owner` is "" once released."""

    name: str
    owner: str
    epoch: int
    left_s: float


class LeaseTable:
    """The leases in a database. Any thread and process may call it; MachineError is raised as by the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, owner: str, duration_s: float) -> Lease | None:
        """Return a lease of `name` for `duration_s` where it is free, has ended, or is the owner's; None where it is another's.

        Owners need names that differ, also between two runs of a worker on one machine at the same time.
        """
        check_text("name of a lease", name)
        check_text("owner of a lease", owner)
        now_s = self._database.now_s
        with self._writing() as connection:
            row = insert_into(connection, leases).values(name=name, owner=owner, epoch=1, expires_s=now_s + duration_s)
            taken = row.on_conflict_do_update(
                index_elements=[leases.c.name],
                set_={"owner": owner, "epoch": leases.c.epoch + 1, "expires_s": now_s + duration_s},
                where=(leases.c.expires_s <= now_s) | (leases.c.owner == owner),
            )
            epoch = connection.execute(taken.returning(leases.c.epoch)).scalar_one_or_none()
        return None if epoch is None else Lease(name, owner, epoch)

    def renew(self, lease: Lease, duration_s: float) -> bool:
        """Let a lease end `duration_s` from now; return whether it is still the owner's, also after its end if nobody took it."""
        return self._change(lease, expires_s=self._database.now_s + duration_s)

    def release(self, lease: Lease) -> bool:
        """Give a lease back, so that others need not wait for its end; return whether it was the owner's."""
        return self._change(lease, expires_s=0.0, owner="")

    def forget(self, prefix: str, ended_s: float) -> None:
        """Drop leases whose names begin with `prefix` and that ended more than `ended_s` ago: of names that do not come again.

        Their epochs begin anew, so what they were for must not be fenced by them any more.
        """
        gone = leases.c.name.startswith(prefix, autoescape=True) & (leases.c.expires_s < self._database.now_s - ended_s)
        with self._database.writing() as connection:
            connection.execute(delete(leases).where(gone))

    def rows(self) -> list[LeaseRow]:
        """Return all leases by name."""
        wanted = select(leases, (leases.c.expires_s - self._database.now_s).label("left_s")).order_by(leases.c.name)
        with self._database.reading() as connection:
            return [LeaseRow(row.name, row.owner, row.epoch, row.left_s) for row in connection.execute(wanted)]

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                connection.execute(_LIMITS, {"patience": str(LOCK_PATIENCE_MS), "pause": str(PAUSE_MS)})
            yield connection

    def _change(self, lease: Lease, **values: object) -> bool:
        statement = update(leases).where(
            leases.c.name == lease.name, leases.c.owner == lease.owner, leases.c.epoch == lease.epoch
        )
        with self._writing() as connection:
            return bool(connection.execute(statement.values(**values)).rowcount)


def check_lease(connection: Connection, lease: Lease) -> None:
    """Raise LeaseLostError unless the lease is still its owner's; until the transaction ends nobody else takes it.

    PostgreSQL ends the transaction where its process is paused in it: others wait for the locks that it holds.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {PAUSE_MS}"))
    row = connection.execute(
        select(leases.c.owner, leases.c.epoch).where(leases.c.name == lease.name).with_for_update(read=True)
    ).one_or_none()
    if row is None or (row.owner, row.epoch) != (lease.owner, lease.epoch):
        raise LeaseLostError(lease)
