"""Incidents of a SUMO run from its `--stop-output`: vehicles that stood on the road, not beside it and not at a stop for buses."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.xml_elements import elements
from simulator.recording.incident_log import RecordedIncident

_PLANNED = ("busStop", "containerStop", "chargingStation", "parkingArea", "overheadWireSegment")


@dataclass(frozen=True, slots=True)
class SumoStop:
    """A vehicle that stood on lane `index` of `edge` at `pos_m` from `started_s` to `ended_s` (NaN: until the run's end)."""

    edge: str
    index: int
    pos_m: float
    started_s: float
    ended_s: float


def read_stops(paths: Sequence[Path]) -> list[SumoStop] | None:
    """Return the stops on the road in every stop file among `paths`, None where there is no such file. Raises UserError."""
    found: list[SumoStop] | None = None
    for path in paths:
        file = SourceFile(path)
        if b"<stops" not in file.head():
            continue
        found = found or []
        for each in elements(file, "stopinfo"):
            if each.get("parking", "0") not in ("0", "false") or any(key in each.attrib for key in _PLANNED):
                continue
            edge, _, index = each.get("lane", "").rpartition("_")
            try:
                ended_s = float(each.get("ended", "-1"))
                pos_m, started_s = float(each.get("pos", "")), float(each.get("started", ""))
                found.append(SumoStop(edge, int(index), pos_m, started_s, ended_s if ended_s >= 0 else math.nan))
            except ValueError:
                raise UserError(
                    f"{path}: wanted lane, pos, started and ended of a stop, got {dict(each.attrib)}"
                ) from None
    return found


def incidents_of(
    stops: Sequence[SumoStop], edges_m: Mapping[str, float], road_m: tuple[float, float], span_s: tuple[float, float]
) -> tuple[RecordedIncident, ...]:
    """Return the stops on a road as incidents, by onset: `edges_m` are where its edges start, `road_m` and `span_s` bounds."""
    found = []
    for stop in stops:
        position_m = round(edges_m.get(stop.edge, math.nan) + stop.pos_m, 1)
        begins = span_s[0] <= stop.started_s < span_s[1]
        if road_m[0] <= position_m <= road_m[1] and begins:
            found.append(RecordedIncident(stop.started_s, stop.ended_s, position_m, (stop.index,)))
    return tuple(sorted(found, key=lambda each: each.onset_s))
