"""Recordings from any provider's DATEX II MeasuredDataPublication, version 3 or 2, with its site table.

From the files: lane, quantity and period of each index, the meaning of a stamp; units are veh/h, km/h, per cent. Not known: what
is replaced by a fault, in error or absent; a speed of 0 by no vehicle. Seconds elapse from the midnight before the first stamp on,
which is of the stamp's own offset, or of the other one where Europe's summer time began or ended in between (assumed, and told).
Shoulders, bus lanes and classes of vehicles are left out.

Assumed where the files do not say it: a stamp is the end of its period; lane 1 is the slow lane unless its usage is that of the
fast one. Road, kilometre and direction are taken from names as "A9 km 14.3 ascending"; a folder whose sites have other names
needs a `corridor.toml` beside the files, as a recording has it, its stations named as sites.

Source: DATEX II, version 3 schemas: RoadTrafficData, Common, LocationReferencing.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from simulator.formats.datex_readings import Profile
from simulator.formats.datex_roads import read_datex
from simulator.formats.datex_sites import Site
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.ndw import DATA, TABLE, datex_files
from simulator.formats.ndw import describe as describe_ndw
from simulator.formats.source_files import some_files

_NAME = re.compile(r"(?P<road>[A-Z]{1,3} ?\d+[A-Za-z]?)\b.*?\bkm\s*(?P<km>\d+(?:[.,]\d+)?)\s*(?P<way>.*)")
_FALLING = re.compile(r"\b(descending|decreasing|falling|absteigend|décroissant|left|negative)\b", re.I)
_FAST = ("overtakingLane", "leftLane", "fastLane")


def describe(source: Path) -> str | None:
    """Return what `source` holds, where it holds measured data of DATEX II by another provider than NDW; None otherwise."""
    heads = [file.head() for file in some_files(source, ".xml")]
    if describe_ndw(source) or not any(TABLE in head or DATA in head for head in heads):
        return None
    return "measured data, DATEX II"


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return a recording for each road and direction.

    Raises MissingFileError where `source` is not there, UserError naming file and site for what does not fit.
    """
    return read_files((source,), keep)


def read_files(sources: Sequence[Path], keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of several files or folders, read together. Raises as `read` does."""
    tables, data = datex_files(sources)
    said = "assumed where files do not say it: stamps are ends of periods, lane 1 is the slow lane, kilometres rise downstream"
    return read_datex(sources, tables, data, Profile(_place, _from_fast, "endTime", False, said), keep)


def _place(site: Site) -> tuple[str, float] | None:
    named = _NAME.search(site.name)
    if named is None:
        return None
    sign = -1 if _FALLING.search(named["way"]) else 1
    return f"{named['road']} {named['way']}".strip(), sign * round(float(named["km"].replace(",", ".")) * 1000)


def _from_fast(site: Site) -> bool:
    usages = {value.lane: value.usage for value in site.values.values() if value.usage}
    return len(usages) > 1 and usages[min(usages)] in _FAST
