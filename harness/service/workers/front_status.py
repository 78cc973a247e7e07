"""The status of a front end: its own sources, Redis, and what the workers told of their corridors."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.service_status import RECENT, store_words
from harness.service.corridors.source_runner import SourceRunner
from harness.service.store.event_store import EventStore
from harness.service.store.lease_table import LeaseRow, LeaseTable
from harness.service.workers.fair_share import CORRIDOR, WORKER
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.redis_weakness import redis_weakness
from harness.service.workers.stream_feed import StreamFeed
from harness.service.workers.worker_report import WorkerReport, read_reports
from scenarios.errors import MachineError

SUMMED = (
    *("frames_total", "incidents_total", "late_readings_total", "frames_shed_total", "buffered_readings"),
    *("waiting_frames", "incidents_last_hour"),
)
"""What is summed over corridors; totals begin anew where a corridor changes hands."""


class FrontStatus:
    """Tells how a service with workers is. Any thread may ask."""

    def __init__(
        self,
        setups: Mapping[str, CorridorSetup],
        runners: Sequence[SourceRunner],
        store: EventStore,
        leases: LeaseTable,
        link: RedisLink,
        feed: StreamFeed,
    ) -> None:
        self._setups, self._runners, self._store = setups, runners, store
        self._leases, self._link, self._feed = leases, link, feed
        self._began_s, self._pushed = time.monotonic(), 0

    def pushed(self, readings: int) -> None:
        """Note pushed readings."""
        self._pushed += readings

    def as_json(self, started: bool) -> dict[str, Any]:
        """Return the status; its names are those that pages read."""
        rows, leases_error = self._rows()
        reports, weakness, redis_error = self._reports(rows)
        watched = _by_corridor(rows, reports)
        uptime_s = time.monotonic() - self._began_s
        readings = self._pushed + sum(runner.readings for runner in self._runners)
        totals = {name: sum(told.get(name) or 0 for _, told in watched.values()) for name in SUMMED}
        alerts = [each for _, told in watched.values() for each in told.get("recent_alerts") or ()]
        store = store_words(self._store) or leases_error
        return {
            **totals,
            "uptime_s": uptime_s,
            "started": started,
            "readings_total": readings,
            "readings_per_s": readings / uptime_s if uptime_s > 0 else None,
            "frames_per_s": sum(told.get("frames_per_s") or 0.0 for _, told in watched.values()),
            "mean_processing_s": _mean(told.get("mean_processing_s") for _, told in watched.values()),
            "processing_s": _worst(told.get("processing_s") for _, told in watched.values()),
            "reading_to_event_s": _worst(told.get("reading_to_event_s") for _, told in watched.values()),
            "recent_alerts": sorted(alerts, key=lambda each: -float(each["wall_s"]))[:RECENT],
            "store": {"state": store or "ok"},
            "cache": {"state": redis_error or "ok", "place": self._link.name, "weakness": weakness},
            "workers": _workers(rows, reports),
            "sources": {runner.setup.source.name: runner.status for runner in self._runners},
            "corridors": {name: self._corridor(name, rows, watched) for name in self._setups},
        }

    def what_is_missing(self, started: bool) -> list[str]:
        """Return what keeps the service from its work, in words."""
        status = self.as_json(started)
        told = [] if started else ["it begins"]
        for part in ("store", "cache"):
            if status[part]["state"] != "ok":
                told.append(f"{'Redis' if part == 'cache' else part}: {status[part]['state']}")
        told += [
            f"source {name}: {each['error']}" for name, each in status["sources"].items() if each["state"] == "failed"
        ]
        for name, each in status["corridors"].items():
            why = each.get("error") or each.get("blind_reason")
            if why:
                told.append(f"corridor {name}: {why}")
        return told

    def _rows(self) -> tuple[list[LeaseRow], str]:
        try:
            return self._leases.rows(), ""
        except MachineError as error:
            return [], str(error)

    def _reports(self, rows: Iterable[LeaseRow]) -> tuple[dict[str, WorkerReport], str, str]:
        """Return what workers told, how Redis may lose readings, and why it does not answer."""
        names = [row.name.removeprefix(WORKER) for row in rows if row.name.startswith(WORKER)]
        try:
            return read_reports(self._link, names), redis_weakness(self._link), ""
        except MachineError as error:
            return {}, "", str(error)

    def _corridor(
        self, name: str, rows: Iterable[LeaseRow], watched: Mapping[str, tuple[str, Mapping[str, Any]]]
    ) -> dict[str, Any]:
        worker, told = watched.get(name, ("", {}))
        found: dict[str, Any] = dict((told.get("corridors") or {}).get(name) or {})
        setup = self._setups[name]
        if not found:
            found = {"exercise": setup.exercise, "time_zone": setup.time_zone, "importance": setup.importance}
        found.setdefault("blind_since_s", None)
        found.setdefault("blind_reason", "")
        if found.get("last_frame_s") is None:
            found["last_frame_s"] = self._last_frame_s(name)
        found["behind_s"] = max(found.get("behind_s") or 0.0, self._feed.oldest_age_s(name))
        found["error"] = told.get("error") or told.get("waits_for") or found.get("error") or ""
        found["worker"] = worker
        held = any(row.name == f"{CORRIDOR}{name}" and row.owner and row.left_s > 0 for row in rows)
        if not held and found["blind_since_s"] is None:
            found["blind_since_s"], found["blind_reason"] = found["last_frame_s"], "no worker watches it"
        return found

    def _last_frame_s(self, corridor: str) -> float | None:
        try:
            return self._store.last_frame_s(corridor)
        except MachineError:
            return None


def _by_corridor(
    rows: Iterable[LeaseRow], reports: Mapping[str, WorkerReport]
) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return who holds each corridor by the leases, and what that worker told of it."""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for row in rows:
        if row.name.startswith(CORRIDOR) and row.owner and row.left_s > 0:
            name, report = row.name.removeprefix(CORRIDOR), reports.get(row.owner)
            found[name] = (row.owner, {} if report is None else report.corridors.get(name, {}))
    return found


def _workers(rows: Sequence[LeaseRow], reports: Mapping[str, WorkerReport]) -> dict[str, Any]:
    """Return the workers by name: whether each is there, since when, its corridors by the leases, and how old its report is."""
    now_s = time.time()
    told = {}
    for row in rows:
        if not row.name.startswith(WORKER):
            continue
        name = row.name.removeprefix(WORKER)
        report = reports.get(name)
        told[name] = {
            "state": "ok" if row.owner and row.left_s > 0 else "ended" if not row.owner else "dead",
            "lease_left_s": row.left_s if row.owner else None,
            "age_s": None if report is None else now_s - report.began_s,
            "report_age_s": None if report is None else now_s - report.wall_s,
            "corridors": [
                each.name.removeprefix(CORRIDOR)
                for each in rows
                if each.name.startswith(CORRIDOR) and each.owner == name and each.left_s > 0
            ],
        }
    return told


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _worst(values: Iterable[Mapping[str, float | None] | None]) -> dict[str, float | None]:
    """Return the largest of each percentile: that of the slowest corridor."""
    known = [each for each in values if each]
    return {
        name: max((value for each in known if (value := each.get(name)) is not None), default=None)
        for name in ("p50", "p99")
    }
