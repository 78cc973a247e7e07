"""Which corridors a worker takes, and which it gives back: all workers see the same leases and come to the same shares.

Each worker's share is the number of corridors divided by that of workers; what is left over goes to those that hold most, so that
as few corridors as possible change hands.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.service.store.lease_table import LeaseRow

WORKER, CORRIDOR = "worker/", "corridor/"
"""What the names of leases begin with: a worker's says that it is there, a corridor's who watches it."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What one worker is to do: `take` as many as `room` of these free corridors, in this order; `give` these back."""

    take: tuple[str, ...]
    room: int
    give: tuple[str, ...]


def shares(me: str, leases: Iterable[LeaseRow], corridors: Sequence[str]) -> Shares:
    """Return what a worker is to do, from all leases as they stand.

    >>> rows = [LeaseRow("worker/a", "a", 1, 5.0), LeaseRow("corridor/north", "a", 1, 5.0), LeaseRow("corridor/south", "a", 1, 5.0)]
    >>> shares("b", rows, ["north", "south"])
    Shares(take=(), room=1, give=())
    >>> shares("a", [*rows, LeaseRow("worker/b", "b", 1, 5.0)], ["north", "south"]).give
    ('south',)
    """
    valid = [row for row in leases if row.left_s > 0 and row.owner]
    workers = {me, *(row.owner for row in valid if row.name.startswith(WORKER))}
    holders = {row.name.removeprefix(CORRIDOR): row.owner for row in valid if row.name.startswith(CORRIDOR)}
    held = {worker: [name for name in corridors if holders.get(name) == worker] for worker in workers}
    ranked = sorted(workers, key=lambda worker: (-len(held[worker]), worker))
    share, left_over = divmod(len(corridors), len(workers))
    mine = share + (ranked.index(me) < left_over)
    free = sorted((name for name in corridors if name not in holders), key=lambda name: _order(me, name))
    return Shares(tuple(free), max(0, mine - len(held[me])), tuple(held[me][mine:]))


def _order(worker: str, corridor: str) -> bytes:
    """Return an order of corridors that differs between workers, so that they do not all try the same first."""
    return hashlib.sha256(f"{worker}\n{corridor}".encode()).digest()
