"""What a worker tells of itself with every beat, in Redis: its corridors, each as the status of a service of its own."""

import json
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import getpid
from typing import Any, cast
from uuid import uuid4

from harness.service.workers.redis_link import RedisLink
from harness.service.workers.worker_timing import REPORT_KEPT_S


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """A worker's report; `began_s`, `wall_s`: when it began and when it told this, s since 1970 UTC by its own clock."""

    worker: str
    began_s: float
    corridors: Mapping[str, Mapping[str, Any]]
    wall_s: float = 0.0


def worker_name(given: str = "") -> str:
    """Return a name that no other worker has: the machine's, or the one given, the process's number, and something random."""
    return f"{given or socket.gethostname()}-{getpid()}-{uuid4().hex[:6]}"


def tell_report(link: RedisLink, report: WorkerReport) -> None:
    """Put a report where `read_reports` finds it. Raises MachineError."""
    content = {"began_s": report.began_s, "wall_s": time.time(), "corridors": report.corridors}
    with link.answering() as redis:
        redis.set(link.key("worker", report.worker), json.dumps(content), ex=round(REPORT_KEPT_S))


def read_reports(link: RedisLink, workers: Iterable[str]) -> dict[str, WorkerReport]:
    """Return the reports of workers by name; those that told none are left out. Raises MachineError."""
    names = list(workers)
    if not names:
        return {}
    with link.answering() as redis:
        found = cast(list[bytes | None], redis.mget([link.key("worker", name) for name in names]))
    reports = {}
    for name, text in zip(names, found, strict=True):
        if text is not None:
            told = json.loads(text)
            reports[name] = WorkerReport(name, told["began_s"], told["corridors"], told["wall_s"])
    return reports
