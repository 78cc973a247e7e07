"""A described service run until it is told to end: store, corridors, page; begun in the order of need, ended in reverse."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from harness.service.corridors.failure_log import FailureLog
from harness.service.corridors.live_service import LiveService
from harness.service.site.service_description import ServiceDescription
from harness.service.store.open_store import open_store
from harness.service.web.event_broadcast import EventBroadcast
from harness.service.web.page_server import PageServer
from harness.service.web.web_app import create_app
from harness.service.web.web_log import web_log


def run_service(
    described: ServiceDescription,
    failures: Path,
    until: threading.Event,
    started: Callable[[str, LiveService], None],
    log: TextIO | None = None,
) -> None:
    """Run a service until `until` is set; `started` is told the page's address and the service when both are there.

    Tracebacks of what fails go to the folder `failures`, lines of log to `log`, standard error by default. Raises UserError for
    an address that is taken, MachineError for a store that cannot be opened.
    """
    broadcast, lines = EventBroadcast(), web_log(log)
    store = open_store(described.database)
    try:
        for setup in described.corridors:
            store.keep_corridor(setup.corridor)
        service = LiveService(
            described.corridors,
            described.sources,
            store,
            described.deciding,
            broadcast.publish,
            FailureLog(failures),
            lines,
        )
        server = PageServer(create_app(service, described.web, broadcast, log), described.web)
    except BaseException:
        store.close()
        raise
    server.start()
    try:
        service.start()
        started(server.address, service)
        until.wait()
    finally:
        server.stop()
        service.stop()
