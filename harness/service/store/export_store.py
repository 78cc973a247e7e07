"""A store as files for other tools: events, incidents, and the frames of each corridor as a recording that can be replayed.

    events.csv       every event: number, wall_s, time_s, corridor, incident, kind, actor, note, data (JSON)
    incidents.csv    every incident as its events have made it; lists are separated by `;`, parts by name are JSON
    frames/NAME/     corridor.toml and loops.csv.gz of a corridor: a recording (`simulator.recording`)

With the format parquet the tables end in .parquet.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from math import inf, nextafter
from pathlib import Path

from harness.records.atomic_files import move_files, staged_folder
from harness.records.folder_lock import lock_folder
from harness.records.output_paths import check_out
from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import StoredEvent
from harness.service.store.check_store import all_events
from harness.service.store.export_table import TableFormat, Value, check_format, write_table
from harness.service.store.incident_json import incident_fields
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.loop_table import write_loops

EVENT_COLUMNS: Mapping[str, type] = {
    "number": int,
    "wall_s": float,
    "time_s": float,
    "corridor": str,
    "incident": str,
    "kind": str,
    "actor": str,
    "note": str,
    "data": str,
}
OWNED = (
    *("events.csv", "events.parquet", "incidents.csv", "incidents.parquet"),
    *("frames/*/corridor.toml", "frames/*/loops.csv.gz", "frames/*/loops.parquet"),
)
"""Files of an export: those of an earlier one are removed."""
_NUMBERS = ("severity_score", "position_m", "opened_s", "changed_s", "onset_s", "cleared_s", "closed_s", "confidence")
INCIDENT_COLUMNS: Mapping[str, type] = {
    field.name: float
    if field.name in (*_NUMBERS, "queue_veh", "tail_m")
    else {"version": int, "section": int, "exercise": bool}.get(field.name, str)
    for field in fields(Incident)
}


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written; `left_out` says in words what was not."""

    events: int
    incidents: int
    frames: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Data time from `since_s` to `until_s`, both included."""

    since_s: float = -inf
    until_s: float = inf

    def holds(self, time_s: float) -> bool:
        """Return whether a time lies in it."""
        return self.since_s <= time_s <= self.until_s


def export_store(store: SqlStore, out: Path, format: TableFormat, span: Span) -> Exported:
    """Write what happened in a span of data time into the folder `out`, in the place of an earlier export there.

    Events and frames by their time; incidents that were opened before its end and changed after its beginning. Raises UserError
    for a folder that cannot be written to, MissingExtraError for parquet without pyarrow, MachineError.
    """
    check_out(out)
    check_format(format)
    ending = format.value
    with lock_folder(out), staged_folder(out, "export") as stage:
        events = (_event_row(each) for each in all_events(store) if span.holds(each.event.time_s))
        event_count = write_table(stage / f"events.{ending}", EVENT_COLUMNS, events, format)
        incidents = (_incident_row(each) for each in _incidents(store, span))
        incident_count = write_table(stage / f"incidents.{ending}", INCIDENT_COLUMNS, incidents, format)
        frames, left_out = _write_frames(store, stage / "frames", format, span)
        move_files(stage, out, owned=[path.relative_to(out).as_posix() for name in OWNED for path in out.glob(name)])
    return Exported(event_count, incident_count, frames, tuple(left_out))


def _incidents(store: SqlStore, span: Span) -> Iterator[Incident]:
    for name in store.incident_ids():
        incident = store.incident(name)
        if incident is not None and incident.opened_s <= span.until_s and incident.changed_s >= span.since_s:
            yield incident


def _event_row(stored: StoredEvent) -> list[Value]:
    event = stored.event
    data = json.dumps(event.data, ensure_ascii=False, allow_nan=False)
    head: list[Value] = [stored.number, stored.wall_s, event.time_s, event.corridor, event.incident]
    return [*head, event.kind.value, event.actor, event.note, data]


def _incident_row(incident: Incident) -> list[Value]:
    return [_value(value) for value in incident_fields(incident).values()]


def _value(value: object) -> Value:
    if isinstance(value, list):
        return ";".join(str(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    assert value is None or isinstance(value, str | int | float)
    return value


def _write_frames(store: SqlStore, folder: Path, format: TableFormat, span: Span) -> tuple[int, list[str]]:
    total, left_out = 0, []
    known = store.corridors()
    for number, name in enumerate(store.corridors_with_frames(), start=1):
        corridor = known.get(name)
        if corridor is None:
            left_out.append(f"frames of {name}: its stations are not stored")
            continue
        place = folder / f"{number:02d}-{re.sub(r'[^A-Za-z0-9_-]+', '-', name)[:80]}"
        place.mkdir(parents=True)
        counts = [0, 0]
        loops = "loops.parquet" if format is TableFormat.PARQUET else "loops.csv.gz"
        write_loops(place / loops, corridor, _fitting(store.frames(name, *_bounds(span)), corridor, counts))
        write_corridor(place, corridor)
        total += counts[0]
        if counts[1]:
            left_out.append(f"{counts[1]} frames of {name}: they are of other stations than it has now")
    return total, left_out


def _bounds(span: Span) -> tuple[float | None, float | None]:
    after_s = None if span.since_s == -inf else nextafter(span.since_s, -inf)
    return after_s, None if span.until_s == inf else span.until_s


def _fitting(frames: Iterable[LoopFrame], corridor: Corridor, counts: list[int]) -> Iterator[LoopFrame]:
    """Yield the frames of the corridor's shape; count these, and the others."""
    shape = (len(corridor.stations), corridor.lanes)
    for frame in frames:
        fits = frame.count.shape == shape
        counts[0 if fits else 1] += 1
        if fits:
            yield frame
