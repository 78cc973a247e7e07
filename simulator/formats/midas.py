"""Recordings from National Highways' MIDAS loops: a day's CSV per carriageway (made of `.tcd`), and WebTRIS reports (JSON).

What the files say: counts per minute and lane, km/h, per cent; -1 is not known; times are GMT all year. Lane 1 is the nearside
lane, which is lane 0 here: traffic keeps left. A site's address holds its place in units of 10 m; it rises
downstream on carriageway A and fall on B. Other letters are slip roads, and are left out.

Assumed, because the files do not say it: `Time` is the start of its minute, and speeds are km/h. WebTRIS counts all lanes of a site
together, so its recording has one lane; its clock is taken as the files have it.

Source: RAC Foundation, oneminutetrafficdata (R/mainscript.R); WebTRIS API, reports/daily.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.gathered_loops import GatheredLoops, Place
from simulator.formats.gathered_roads import Road, recordings_of, told
from simulator.formats.kept_reading import each_kept
from simulator.formats.midas_rows import HEADER_START, PERIOD_S, add_rows
from simulator.formats.midas_webtris import QUARTER_S, add_report, is_report, is_site_list
from simulator.formats.source_files import SourceFile, named, some_files, source_files

POST_M = 10.0
"""Metres of one in an address: M42/6000B stands at post 600.0, which is kilometre 60.00."""
_ADDRESS = re.compile(r"(?P<road>[A-Z]+\d+(?:\([A-Z]\))?)/(?P<post>\d+)(?P<way>[A-Z])")
_ENDINGS = (".csv", ".json")
_SIDES = {"A": 1, "B": -1}


def describe(source: Path) -> str | None:
    """Return what `source` holds, where it holds MIDAS files; None otherwise."""
    files = some_files(source, *_ENDINGS)
    rows, reports = _sorted_files(files)
    kinds = ["MIDAS tables"] * bool(rows) + ["WebTRIS reports"] * bool(reports)
    if not kinds and any(is_site_list(file.head()) for file in files):
        return "WebTRIS sites"  # comes beside the reports, which name their sites themselves
    return " and ".join(kinds) or None


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return a recording for each road, carriageway and kind of file.

    Raises MissingFileError where `source` is not there, UserError naming file and line for what does not fit.
    """
    return read_files((source,), keep)


def read_files(sources: Sequence[Path], keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of several files or folders, read together. Raises as `read` does."""
    files = source_files(sources, *_ENDINGS)
    rows, reports = _sorted_files(files)
    if not rows and not reports:
        raise UserError(
            f"{named(sources)}: wanted MIDAS tables (.csv from '{HEADER_START}' on) or WebTRIS reports (.json), got neither"
        )
    minutes, quarters = GatheredLoops(PERIOD_S), GatheredLoops(QUARTER_S)
    lanes: dict[str, int] = {}
    sites: dict[str, int] = {}
    stores, tables = {PERIOD_S: minutes, QUARTER_S: quarters}, set(rows)
    for file in each_kept([*rows, *reports], [stores], [lanes, sites]):
        if file in tables:
            add_rows(file, minutes, lanes)
        else:
            add_report(file, quarters, sites)
    left_out: dict[str, int] = defaultdict(int)
    others = [file for file in files if file not in rows and file not in reports and not is_site_list(file.head())]
    left_out["files that are neither MIDAS tables nor WebTRIS reports"] = len(others)
    roads = _roads(minutes, lanes, "", left_out) + _roads(quarters, sites, " WebTRIS", left_out)
    said = ["lane 1 is the nearside lane, Time the start of its minute in GMT, speeds km/h (assumed)"] if rows else []
    said += ["WebTRIS: all lanes as one, clock as in the files (assumed)"] if reports else []
    return recordings_of(sources, roads, said + told(left_out), keep)


def _sorted_files(files: Sequence[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
    rows, reports = [], []
    for file in files:
        head = file.head()
        if HEADER_START.encode() in head:
            rows.append(file)
        elif file.name.lower().endswith(".json") and is_report(head):
            reports.append(file)
    return rows, reports


def _roads(loops: GatheredLoops, lanes: Mapping[str, int], kind: str, left_out: dict[str, int]) -> list[Road]:
    places: dict[str, list[Place]] = defaultdict(list)
    for address, number in sorted(lanes.items()):
        parts = _ADDRESS.fullmatch(address)
        if parts is None:
            left_out["sites without an address (a road and a marker post)"] += 1
        elif parts["way"] not in _SIDES:
            left_out["sites on slip roads"] += 1
        else:
            position_m = _SIDES[parts["way"]] * POST_M * int(parts["post"])
            own = tuple((address, lane) for lane in range(1, number + 1))
            places[f"{parts['road']} {parts['way']}{kind}"].append(Place(address, position_m, own))
    return [Road(name, at, loops, keeps_left=True) for name, at in sorted(places.items())]
