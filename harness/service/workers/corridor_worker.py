"""One worker: it takes corridors by lease, watches them, gives some back when a worker comes, and takes those of one that dies.

Each beat: leases renewed, shares looked at (`fair_share`), a report told to Redis. Leases are the database's: without it nothing
changes hands, and every corridor waits.
"""

import contextlib
import threading
import time
from collections.abc import Sequence

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.store.lease import Lease
from harness.service.store.lease_table import LeaseTable
from harness.service.workers.corridor_shard import CorridorShard, ShardTools
from harness.service.workers.fair_share import CORRIDOR, WORKER, shares
from harness.service.workers.worker_report import WorkerReport, tell_report
from harness.service.workers.worker_timing import BEAT_S, FORGET_S, LEASE_S, SETTLE_S
from scenarios.errors import MachineError

JUST_AFTER_S = 0.02
"""Time after the end of a lease at which it is looked at, s. Chosen: an answer of the database takes less."""
END_S = 30.0
"""Time for corridors to be given back at the end, s. Chosen: a frame that waits for the database is left to others."""


class Worker:
    """Watches its share of the corridors until it is told to end. `name` is one that no other worker has, now or before."""

    def __init__(self, name: str, corridors: Sequence[CorridorSetup], tools: ShardTools) -> None:
        self.name, self._tools, self._log = name, tools, tools.log.bind(worker=name)
        self._setups = {setup.corridor.name: setup for setup in corridors}
        self._leases: LeaseTable = tools.store.leases
        self._presence: Lease | None = None
        self.shards: dict[str, CorridorShard] = {}
        self._began_s, self._take_after_s = time.time(), 0.0
        self._next_beat_s = BEAT_S
        self._database_error = ""

    def run(self, until: threading.Event) -> None:
        """Work until `until` is set; then give all corridors back."""
        self._log.info("a worker began", corridors=len(self._setups))
        try:
            while not until.is_set():
                began_s = time.monotonic()
                self.beat()
                until.wait(max(0.0, began_s + self._next_beat_s - time.monotonic()))
        finally:
            self._end()

    def beat(self) -> None:
        """Renew leases, take and give back corridors, tell the report. What does not answer is tried again with the next."""
        try:
            self._renew()
            self._share()
            if self._database_error:
                self._log.info("the database answers again")
            self._database_error = ""
        except MachineError as error:
            if not self._database_error:
                self._log.warning("leases cannot be renewed", error=str(error))
            self._database_error = str(error)
            self._take_after_s = time.monotonic() + SETTLE_S
        self._tell()

    def _renew(self) -> None:
        if self._presence is None or not self._leases.renew(self._presence, LEASE_S):
            self._presence = self._leases.take(f"{WORKER}{self.name}", self.name, LEASE_S)
            self._leases.forget(WORKER, FORGET_S)
        for name, shard in list(self.shards.items()):
            if shard.ended:
                del self.shards[name]
                if not shard.lost:
                    self._leases.release(shard.lease)
                    self._log.info("a corridor is given back", corridor=name)
            elif not shard.lost and not self._is_renewed(shard):
                self._log.warning("a corridor is another worker's", corridor=name)
                shard.lose()

    def _is_renewed(self, shard: CorridorShard) -> bool:
        try:
            return self._leases.renew(shard.lease, LEASE_S)
        except MachineError as error:  # its row is locked by a commit, which is a sign of life; or the database is gone
            self._log.warning("a lease is not renewed", corridor=shard.name, error=str(error))
            return True

    def _share(self) -> None:
        rows = self._leases.rows()
        # A lease that is not renewed is taken as soon as it ends.
        ends_s = [row.left_s + JUST_AFTER_S for row in rows if row.left_s > 0 and row.owner != self.name]
        self._next_beat_s = min([BEAT_S, *ends_s])
        todo = shares(self.name, rows, tuple(self._setups))
        for name in todo.give:
            if name in self.shards:
                self.shards[name].end()
        if time.monotonic() < self._take_after_s:
            return
        room = todo.room
        for name in todo.take:
            if room == 0:
                return
            if name in self.shards:
                continue
            lease = self._taken(name)
            if lease is not None:
                self._log.info("a corridor is taken", corridor=name, epoch=lease.epoch)
                self.shards[name] = CorridorShard(self._setups[name], lease, self._tools)
                self.shards[name].start()
                room -= 1

    def _taken(self, corridor: str) -> Lease | None:
        try:
            return self._leases.take(f"{CORRIDOR}{corridor}", self.name, LEASE_S)
        except MachineError as error:  # a paused worker holds its row, for PAUSE_MS at most
            self._log.warning("a lease is not taken", corridor=corridor, error=str(error))
            return None

    def _tell(self) -> None:
        report = WorkerReport(self.name, self._began_s, {name: shard.report() for name, shard in self.shards.items()})
        try:
            tell_report(self._tools.link, report)
        except MachineError as error:
            self._log.debug("no report", error=str(error))

    def _end(self) -> None:
        for shard in self.shards.values():
            shard.end()
        until_s = time.monotonic() + END_S
        while self.shards and time.monotonic() < until_s:
            try:
                self._renew()
            except MachineError as error:
                self._log.warning("corridors are left to end by themselves", error=str(error))
                break
            for shard in self.shards.values():
                shard.join(LEASE_S / 10 / max(1, len(self.shards)))
        if self._presence is not None:
            with contextlib.suppress(MachineError):  # it ends by itself
                self._leases.release(self._presence)
        self._log.info("a worker ended", left=len(self.shards))
