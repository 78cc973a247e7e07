"""Recordings from Taiwan's vehicle detectors: VDLive minutes with their places (VD.xml), standard 2.0, and the older 1.1.

Volumes are summed over the types of vehicles; speeds are km/h, occupancy per cent; below 0 (-99, -1) is not known, nor anything of
a detector whose status is not 0. Times are Taiwan's, UTC+8 all year. Detectors of ramps (-I-, -O-) are left out.

Assumed, because neither standard says it: a time of collection is the end of its period, and lane 0 (1 in version 1.1) is the
innermost, leftmost one. Kilometres rise to the south and to the east.

Source: Transport Data eXchange, VD 2.0 (VDList, VDLiveList); 1.1: vd_value5.xml. Authorities number lanes differently.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.gathered_loops import GatheredLoops, Place
from simulator.formats.gathered_roads import Road, recordings_of, told
from simulator.formats.kept_reading import each_kept
from simulator.formats.source_files import SourceFile, named, some_files, source_files
from simulator.formats.taiwan_vd_live import LIVE_PERIOD_S, LiveFiles
from simulator.formats.taiwan_vd_readings import CLOCK_H, Detectors, add_old
from simulator.formats.xml_elements import elements, text_of
from simulator.recording.csv_header import shown

_PLACES, _LIVE, _OLD = b"<VDList", b"<VDLiveList", b"<XML_Head"
_RAMP = re.compile("-[IO]-")
_MILE = re.compile(r"(\d{1,9})K\+(\d{1,9})")
_LANES = re.compile(r"1?\d|20")
_ID = re.compile(r"N(?P<road>\d+\w?)-(?P<way>[NSEW])-(?P<km>\d+(?:\.\d+)?)")
_FREEWAY = re.compile(r"國道(\w+)號")
_RISES = {"S": 1, "E": 1, "N": -1, "W": -1}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a detector is: its carriageway, its position [m, downstream], its number of lanes, 0 where it is not said."""

    road: str
    position_m: float
    lanes: int


def describe(source: Path) -> str | None:
    """Return what `source` holds, where it holds files of Taiwan's detectors; None otherwise."""
    heads = [file.head() for file in some_files(source, ".xml")]
    found = any(_PLACES in head or _LIVE in head or (_OLD in head and b"vdid=" in head) for head in heads)
    return "Taiwan's vehicle detectors (VD)" if found else None


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return a recording for each road, direction and version of the standard.

    Raises MissingFileError where `source` is not there, UserError naming file and detector for what does not fit.
    """
    return read_files((source,), keep)


def read_files(sources: Sequence[Path], keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of several files or folders, read together. Raises as `read` does."""
    files = [(file, file.head()) for file in source_files(sources, ".xml")]
    placed: dict[str, _Place] = {}
    live, old = Detectors({LIVE_PERIOD_S: GatheredLoops(LIVE_PERIOD_S)}), Detectors({})
    left_out: dict[str, int] = defaultdict(int)
    for file, head in files:
        if _PLACES in head:
            placed |= _places(file, left_out)
    minutes = LiveFiles(live, left_out)
    places = [file for file, head in files if _PLACES in head]
    stores, notes = [live.loops, old.loops], [left_out, live.lanes, old.lanes]
    for file, head in each_kept(files, stores, notes, places, file_of=lambda each: each[0]):
        if _OLD in head:
            add_old(file, old, left_out)
        elif _PLACES not in head:
            minutes.add(file)
    if live.lanes and not placed:
        raise UserError(f"{named(sources)}: wanted VD.xml, the places of the detectors, beside the minutes, got none")
    roads = _roads(live, placed, "", left_out)
    roads += _roads(old, {name: at for name in old.lanes if (at := _from_id(name))}, " VD 1.1", left_out)
    said = "assumed: times are ends of periods, the lane of the lowest number is the innermost, kilometres rise to south and east"
    return recordings_of(sources, roads, [said, *told(left_out)], keep)


def _places(file: SourceFile, left_out: dict[str, int]) -> dict[str, _Place]:
    placed = {}
    for element in elements(file, "VD"):
        name = text_of(element, "VDID")
        way, mile = text_of(element, "RoadDirection"), text_of(element, "LocationMile")
        found, lanes = _MILE.fullmatch(mile), text_of(element, "LaneNum") or "0"
        if not name or not _LANES.fullmatch(lanes) or (mile and not found):
            wrong = "a VDID" if not name else f"LaneNum {shown(lanes)}" if not _LANES.fullmatch(lanes) else shown(mile)
            raise UserError(
                f"{file.place}, detector {name or '?'}: wanted VDID, LaneNum and a LocationMile 103K+670, got {wrong}"
            )
        if found is None or way not in _RISES:
            left_out["detectors without a kilometre or a direction"] += 1
            continue
        freeway, known = _FREEWAY.search(text_of(element, "RoadName")), _ID.search(name)
        road = f"Freeway {(freeway or known)[1]}" if freeway or known else text_of(element, "RoadID")  # type: ignore[index]
        placed[name] = _Place(f"{road} {way}", _RISES[way] * (int(found[1]) * 1000 + int(found[2])), int(lanes))
    return placed


def _from_id(name: str) -> _Place | None:
    known = _ID.search(name)
    if known is None:
        return None
    return _Place(f"Freeway {known['road']} {known['way']}", _RISES[known["way"]] * round(float(known["km"]) * 1000), 0)


def _roads(detectors: Detectors, placed: Mapping[str, _Place], kind: str, left_out: dict[str, int]) -> list[Road]:
    roads = []
    for period_s, loops in detectors.loops.items():
        label = kind if len(detectors.loops) == 1 else f"{kind} {period_s:g} s"
        places: dict[str, list[Place]] = defaultdict(list)
        for name, delivered in sorted(detectors.lanes.items()):
            if _RAMP.search(name):
                left_out["detectors of ramps"] += 1
            elif name not in placed:
                left_out["detectors whose place is not known"] += 1
            else:
                at = placed[name]
                # From the innermost lane outwards: the last one is lane 0.
                own = tuple((name, lane) for lane in reversed(range(max(at.lanes, delivered))))
                places[at.road].append(Place(name, at.position_m, own))
        roads += [
            Road(road + label, at, loops, timezone(timedelta(hours=CLOCK_H))) for road, at in sorted(places.items())
        ]
    return roads
