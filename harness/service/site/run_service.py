"""A described service run until it is told to end: store, corridors, page; begun in the order of need, ended in reverse."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection

from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.live_service import LiveService
from harness.service.pushing.push_follower import Pushed
from harness.service.pushing.push_service import PushService
from harness.service.response.response_service import ResponseService
from harness.service.site.service_description import ServiceDescription
from harness.service.store.open_store import open_database, open_store
from harness.service.store.sql_store import Follower
from harness.service.teams.team_service import TeamService
from harness.service.web.audit_book import AuditBook
from harness.service.web.event_broadcast import EventBroadcast
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_log import web_log
from harness.service.workers.front_end import FrontEnd
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.shared_database import open_shared

SPOOL = "laneblock.spool"
"""The folder of a front end's spool, beside its site file."""


def run_service(
    described: ServiceDescription,
    failures: Path,
    until: threading.Event,
    started: Callable[[str, LiveService | FrontEnd], None],
    log: TextIO | None = None,
    workers: str | None = None,
) -> None:
    """Run a service until `until` is set; `started` is told the page's address and the service when both are there.

    Tracebacks of what fails go to the folder `failures`, lines of log to `log`, standard error by default. `workers`: the URL of a
    Redis through which workers get the readings; None: this process decides itself. Raises UserError for an address that is taken,
    MachineError for a store that cannot be opened.
    """
    broadcast, lines = EventBroadcast(), web_log(log)
    with ExitStack() as opened:
        shared = None if workers is None else _Shared(described.database, workers, opened)
        spool = None if shared is None else failures.parent / SPOOL
        response = None
        if described.response is not None:
            response = ResponseService(described.response, broadcast.publish, lines)
        follower, teams, pushes = None if response is None else response.follower, None, None
        if described.teams is not None:
            teams = TeamService(described.teams, follower, broadcast.publish, lines)
            follower = teams.follow
        if described.pushes:  # last, so that what follows from events is pushed too
            roads = {setup.corridor.name: setup.corridor for setup in described.corridors}
            pushes = PushService(Pushed(described.pushes, described.web.feeds, roads), lines)
            follower = _both(follower, pushes.follower)
        at_work = [each for each in (response, teams, pushes) if each is not None]
        store = open_store(described.database, spool, shared is None, follower)
        opened.callback(store.close)
        for setup in described.corridors:
            store.keep_corridor(setup.corridor)
        database = open_database(described.database).database
        opened.callback(database.close)
        audit = AuditBook(database)
        parts = (described.corridors, described.sources, store, described.deciding, broadcast.publish)
        service = (
            LiveService(*parts, FailureLog(failures), lines)
            if shared is None
            else FrontEnd(*parts, shared.leases, shared.link, lines)
        )
        server = PageServer(
            create_app(service, described.web, broadcast, log, response, teams, pushes, audit), described.web
        )
        server.start()
        try:
            service.start()
            for each in at_work:
                each.start(described.database, store)
            started(server.address, service)
            until.wait()
        finally:
            server.stop()
            for each in reversed(at_work):
                each.stop()
            service.stop()


def _both(one: Follower | None, other: Follower) -> Follower:
    if one is None:
        return other

    def follow(connection: Connection) -> None:
        one(connection)
        other(connection)

    return follow


class _Shared:
    """What a front end shares with its workers."""

    def __init__(self, database: str, redis: str, opened: ExitStack) -> None:
        self.link = RedisLink(redis)
        opened.callback(self.link.close)
        store = open_shared(database)
        opened.callback(store.close)
        self.leases = store.leases
