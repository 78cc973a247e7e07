"""The status of a running service as JSON; its names are those of `harness.service.web.service_view.ServiceView.status`."""

from __future__ import annotations

import time
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.service.corridors.corridor_counts import percentile
from harness.service.corridors.corridor_work import CorridorWork
from harness.service.incidents.incident_event import StoredEvent
from harness.service.store.event_store import EventStore

if TYPE_CHECKING:
    from harness.service.corridors.live_service import LiveService

RECENT = 10
"""Incidents told as recent alerts. Chosen: one page's list."""
HOUR_S = 3600.0


def service_status(service: LiveService) -> dict[str, Any]:
    """Return what is processed, detected, waiting, late and failing, of the service and by corridor, source and detector."""
    now_s, works = time.monotonic(), service.works
    uptime_s = now_s - service.began_s
    steps = list(chain.from_iterable(tuple(work.counts.step_s) for work in works.values()))
    late = list(chain.from_iterable(tuple(work.counts.late_s) for work in works.values()))
    frames = sum(work.counts.frames for work in works.values())
    readings = service.pushes.total + sum(runner.readings for runner in service.runners)
    alerts = sorted(
        chain.from_iterable(tuple(work.counts.alerts) for work in works.values()), key=lambda each: -each.wall_s
    )
    return {
        "uptime_s": uptime_s,
        "started": service.started,
        "readings_total": readings,
        "frames_total": frames,
        "incidents_total": sum(work.counts.opened for work in works.values()),
        "late_readings_total": sum(work.assembler.counts.late for work in works.values()),
        "frames_shed_total": sum(work.counts.shed for work in works.values()),
        "readings_per_s": readings / uptime_s if uptime_s > 0 else None,
        "frames_per_s": frames / uptime_s if uptime_s > 0 else None,
        "buffered_readings": sum(work.buffered_readings for work in works.values()),
        "waiting_frames": service.backlog.waiting,
        "mean_processing_s": sum(steps) / len(steps) if steps else None,
        "processing_s": {"p50": percentile(steps, 0.5), "p99": percentile(steps, 0.99)},
        "reading_to_event_s": {"p50": percentile(late, 0.5), "p99": percentile(late, 0.99)},
        "incidents_last_hour": sum(time.time() - each.wall_s <= HOUR_S for each in alerts),
        "recent_alerts": [_alert(each) for each in alerts[:RECENT]],
        "store": _store(service),
        "cache": {"state": "ok", "place": "in process"},
        "sources": {runner.setup.source.name: runner.status for runner in service.runners},
        "corridors": {name: _corridor(service, work, now_s) for name, work in works.items()},
    }


def what_is_missing(service: LiveService) -> list[str]:
    """Return what keeps a service from its work, in words."""
    told = [] if service.started else ["it goes on where it was stopped"]
    store = store_words(service.store)
    told += [f"store: {store}"] if store else []
    for runner in service.runners:
        if runner.state == "failed":
            told.append(f"source {runner.setup.source.name}: {runner.error}")
    for name, work in service.works.items():
        since_s, why = _blindness(service, work)
        if work.error:
            told.append(f"corridor {name}: {work.error}")
        elif since_s is not None:
            told.append(f"corridor {name}: {why}")
    return told


def _corridor(service: LiveService, work: CorridorWork, now_s: float) -> dict[str, Any]:
    waiting, since_s = service.backlog.waiting_of(work.name)
    blind_s, why = _blindness(service, work)
    frame, stations = work.latest, work.setup.corridor.stations
    loops = sum(station.lanes for station in stations)
    return {
        "last_frame_s": None if frame is None else frame.time_s,
        "last_frame_wall_s": work.counts.decided_wall_s,
        "behind_s": 0.0 if since_s is None else now_s - since_s,
        "blind_since_s": blind_s,
        "blind_reason": why,
        "loops": loops,
        "missing_loops": None if frame is None else loops - int(np.isfinite(frame.count).sum()),
        "silent_stations": work.engine.silent_stations,
        "detectors": {str(each["name"]): _detector(each) for each in work.engine.health},
        "exercise": work.setup.exercise,
        "time_zone": work.setup.time_zone,
        "importance": work.setup.importance,
        "error": work.error,
        "waiting_frames": waiting,
        "open_frames": work.assembler.open_frames,
        "frames_total": work.counts.frames,
        "frames_shed_total": work.counts.shed,
        "processing_s": {
            "p50": percentile(tuple(work.counts.step_s), 0.5),
            "p99": percentile(tuple(work.counts.step_s), 0.99),
        },
        "readings": asdict(work.assembler.counts),
    }


def _blindness(service: LiveService, work: CorridorWork) -> tuple[float | None, str]:
    """Return since when a corridor cannot detect, in data time, and why; None and "" where it can, or has not begun."""
    silence = service.silences[work.name].blind_since_s
    if silence is not None:
        return silence, "no readings"
    if service.ended(work.name) and work.latest is not None and not service.backlog.waiting_of(work.name)[0]:
        return work.latest.time_s, "its source has ended"
    blind = [each["blind_since_s"] for each in work.engine.health if not each["deciding"]]
    if blind and len(blind) == len(work.engine.health):
        return max(float(str(each)) for each in blind), "all its detectors failed"
    return None, ""


def _detector(health: dict[str, object]) -> dict[str, object]:
    return {
        "state": "ok" if health["deciding"] else "failed",
        "since_s": health["blind_since_s"],
        "error": health["error"],
        "failures": health["failures"],
    }


def _alert(stored: StoredEvent) -> dict[str, object]:
    event = stored.event
    told = {name: event.data.get(name) for name in ("kind", "severity", "section", "position_m")}
    return {
        "incident": event.incident,
        "corridor": event.corridor,
        "time_s": event.time_s,
        "wall_s": stored.wall_s,
        **told,
    }


def _store(service: LiveService) -> dict[str, Any]:
    return {"state": store_words(service.store) or "ok"}


def store_words(store: EventStore) -> str:
    """Return what is wrong with the store; "" where nothing is."""
    state = store.state()
    return "" if state.ok else state.reason or "not all is in the database"
