"""One worker of a described service, run until it is told to end."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from harness.service.corridors.failure_log import FailureLog
from harness.service.site.service_description import ServiceDescription
from harness.service.web.web_log import web_log
from harness.service.workers.corridor_shard import ShardTools
from harness.service.workers.corridor_worker import Worker
from harness.service.workers.reading_streams import ReadingStreams
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.shared_database import open_shared
from harness.service.workers.worker_report import worker_name


def run_worker(
    described: ServiceDescription,
    redis: str,
    failures: Path,
    until: threading.Event,
    started: Callable[[str], None],
    name: str = "",
    log: TextIO | None = None,
) -> None:
    """Watch a share of the corridors until `until` is set; `started` is told the worker's name.

    Raises UserError for a store that cannot be shared and what is no URL of Redis, MachineError for a store that does not answer at
    the start; later it is waited for, as Redis is.
    """
    link = RedisLink(redis)
    lines = web_log(log)
    store = open_shared(described.database)
    try:
        for setup in described.corridors:
            store.keep_corridor(setup.corridor)
        tools = ShardTools(store, link, ReadingStreams(link), described.deciding, FailureLog(failures), lines)
        worker = Worker(worker_name(name), described.corridors, tools)
        started(worker.name)
        worker.run(until)
    finally:
        store.close()
        link.close()
