"""Recordings from NDW, the Netherlands: DATEX II version 2.3 and version 3, a minute of all sites a file, and the site table.

A stamp is the start of its minute, in UTC; flows are veh/h, speeds km/h, occupancy is not published. Lane 1 is the
leftmost. Values are joined with the table by site and version. A value with `dataError` is unknown, as is a
speed of -1, or of 0 where no vehicle passed. The clock of a recording counts from midnight UTC.

A site's name says road, hectometre and side ("A27 hmp 53.4 Re"): hectometres rise downstream on the right carriageway (Re) and
fall on the left one (Li). Where a name says less, a MONIBAS id is taken. Other sites are left out. The whole country for more than
hours takes much memory: a `corridor.toml` beside the files, as a recording has it, names the sites that are wanted.

Source: docs.ndw.nu, DATEX II v2.3 and v3, siteMeasurements and measurementSiteTable.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.datex_readings import Profile
from simulator.formats.datex_roads import read_datex
from simulator.formats.datex_sites import Site
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.source_files import SourceFile, named, some_files, source_files

TABLE, DATA = b"MeasurementSiteTablePublication", b"MeasuredDataPublication"
_NAME = re.compile(r"(?P<road>[AN]\d+)\s+hmp\s+(?P<km>\d+(?:[.,]\d+)?)\s+(?P<side>Re|Li)\b")
_ID = re.compile(r"MONIBAS_(?P<road>\d{3})\dhr(?P<side>[rl])(?P<hectometre>\d{4})")
_SIDES = {"Re": ("right", 1), "r": ("right", 1), "Li": ("left", -1), "l": ("left", -1)}


def describe(source: Path) -> str | None:
    """Return what `source` holds, where it holds files of NDW; None otherwise."""
    heads = [file.head() for file in some_files(source, ".xml")]
    found = any(_of_ndw(head) and (TABLE in head or DATA in head) for head in heads)
    return "NDW's measured data, DATEX II" if found else None


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return a recording for each carriageway of a road.

    Raises MissingFileError where `source` is not there, UserError naming file and site for what does not fit.
    """
    return read_files((source,), keep)


def read_files(sources: Sequence[Path], keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of several files or folders, read together. Raises as `read` does."""
    tables, data = datex_files(sources)
    said = "stamps are starts of minutes in UTC, lane 1 is the leftmost (as NDW documents)"
    return read_datex(sources, tables, data, Profile(_place, lambda site: True, "beginTime", True, said), keep)


def datex_files(sources: Sequence[Path]) -> tuple[list[SourceFile], list[SourceFile]]:
    """Return the files with a site table, and all. Raises UserError where there is no XML file."""
    files = source_files(sources, ".xml")
    if not files:
        raise UserError(f"{named(sources)}: wanted .xml or .xml.gz files of values and a site table, got none")
    return [file for file in files if TABLE in file.head()] or files, files


def _of_ndw(head: bytes) -> bool:
    return b"NLNDW" in head or b"NDW0" in head or b"RWS01_" in head


def _place(site: Site) -> tuple[str, float] | None:
    named = _NAME.search(site.name)
    if named:
        side, sign = _SIDES[named["side"]]
        return f"{named['road']} {side}", sign * round(float(named["km"].replace(",", ".")) * 1000)
    known = _ID.search(site.site)
    if known:
        side, sign = _SIDES[known["side"]]
        return f"A{int(known['road'])} {side}", sign * int(known["hectometre"]) * 100
    return None
