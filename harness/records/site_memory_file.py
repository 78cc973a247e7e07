"""The file of a site's memory: what detectors have learned of one corridor, an .npz file without pickle.

    words          JSON: format, name of the corridor, its period_s and stations (name, position [m], lanes), and by detector its
                   fingerprint, the frames it has observed, and the end of the last one [s] on that recording's clock
    NAME/KEY       the memory of the detector NAME (`detectors.site_memory`), an array of float64 for each KEY

The format's number changes when an older file cannot be read any more. What a version of a detector learns is not in it: that is
compared when the detector recalls it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from detectors.calibration.stored_text import parse_json
from detectors.faults.array_archive import read_arrays
from detectors.faults.fitted_file_schema import StationRows
from detectors.faults.loop_index import Stations, same_stations, stations_of
from detectors.file_schema import FileSchema, checked
from detectors.site_memory import Memory
from harness.records.atomic_files import atomic_file
from harness.records.recorded_detectors import short
from scenarios.corridor import LATEST_S, LONGEST_PERIOD_S, Corridor
from scenarios.errors import UserError
from simulator.frame import Array

FORMAT = "laneblock site memory 1"
MOST_FRAMES = 1e10
"""Most frames observed. Chosen: three centuries of seconds."""
_WHAT = "memory of a site, the .npz file that --site-memory writes"


class _Kept(FileSchema):
    fingerprint: str
    frames: Annotated[int, Field(ge=0, le=MOST_FRAMES)]
    last_s: Annotated[float, Field(ge=-LATEST_S, le=LATEST_S)]


class _Words(FileSchema):
    format: str
    name: str
    period_s: Annotated[float, Field(gt=0, le=LONGEST_PERIOD_S)]
    stations: StationRows
    detectors: dict[str, _Kept]


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """The memory of one detector, after `frames` frames, the last of which ended at `last_s` on its recording's clock."""

    fingerprint: str
    frames: int
    last_s: float
    memory: Memory


@dataclass(frozen=True, slots=True, eq=False)
class SiteMemory:
    """What detectors have learned of a corridor, by their names."""

    name: str
    period_s: float
    stations: Stations
    detectors: Mapping[str, Remembered]

    @classmethod
    def of(cls, corridor: Corridor) -> "SiteMemory":
        """Return the memory of a corridor of which nothing was learned."""
        return cls(corridor.name, corridor.period_s, stations_of(corridor), {})

    def check(self, corridor: Corridor) -> None:
        """Raise UserError where it is of another corridor."""
        own = SiteMemory.of(corridor)
        if self.period_s == own.period_s and same_stations(self.stations, own.stations):
            return
        mine, here = _described(self), _described(own)
        raise UserError(
            f"wanted a memory of this corridor, {here}; got one of {mine}"
            + (" at other places or with other lanes" if mine == here else "")
        )

    def of_detector(self, detector: str, fingerprint: str) -> Remembered | None:
        """Return a detector's memory, None where there is none. Raises UserError for that of another model or parameters."""
        kept = self.detectors.get(detector)
        if kept is not None and kept.fingerprint != fingerprint:
            raise UserError(
                f"wanted the memory of {detector} {short(fingerprint)}, got that of {short(kept.fingerprint)}: another version, "
                "or other parameters (use another file)"
            )
        return kept

    def with_detector(self, detector: str, remembered: Remembered) -> "SiteMemory":
        """Return it with another memory of one detector."""
        return replace(self, detectors={**self.detectors, detector: remembered})


def _described(memory: SiteMemory) -> str:
    first, last = memory.stations[0][0], memory.stations[-1][0]
    return f"{memory.name!r}, {len(memory.stations)} stations from {first} to {last} every {memory.period_s:g} s"


def read_site_memory(path: Path) -> SiteMemory:
    """Return the memory in a file. Raises MissingFileError, or UserError in one line for a damaged or foreign file."""
    arrays = read_arrays(path, {"words": "U"}, _WHAT, others="f")
    words = arrays.pop("words")
    if words.shape != ():
        raise UserError(f"{path}: no {_WHAT}: words: wanted one text, got {words.size}")
    content = parse_json(str(words), f"{path}: words", "an object")
    if content.get("format") != FORMAT:
        raise UserError(f"{path}: wanted format {FORMAT!r}, got {str(content.get('format'))[:60]!r}")
    found = checked(_Words, content, f"{path}: words")
    memories: dict[str, dict[str, Array]] = {name: {} for name in found.detectors}
    for place, values in arrays.items():
        name, _, key = place.partition("/")
        if name not in memories:
            raise UserError(f"{path}: no {_WHAT}: {place[:60]!r} belongs to no detector in words")
        memories[name][key] = np.asarray(values, dtype=np.float64)
    kept = {
        name: Remembered(one.fingerprint, one.frames, one.last_s, memories[name])
        for name, one in found.detectors.items()
    }
    return SiteMemory(found.name, found.period_s, found.stations, kept)


def write_site_memory(path: Path, site: SiteMemory) -> None:
    """Write the file, complete or not at all; it survives a loss of power."""
    words = {
        "format": FORMAT,
        "name": site.name,
        "period_s": site.period_s,
        "stations": site.stations,
        "detectors": {
            name: {"fingerprint": one.fingerprint, "frames": one.frames, "last_s": one.last_s}
            for name, one in site.detectors.items()
        },
    }
    arrays: dict[str, Any] = {
        f"{name}/{key}": np.asarray(values, dtype=np.float64)
        for name, one in site.detectors.items()
        for key, values in one.memory.items()
    }
    with atomic_file(path, ".npz", lasting=True) as part:
        np.savez(part, words=np.array(json.dumps(words)), **arrays)
