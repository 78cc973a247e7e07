"""Recordings of the roads whose loops were gathered: checked before the first is made, then made one at a time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from scenarios.corridor import SHORTEST_SECTION_M
from scenarios.errors import UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.gathered_loops import GatheredLoops, Place
from simulator.formats.local_day import midnight_s
from simulator.formats.repeated_readings import Repeats
from simulator.formats.source_files import named
from simulator.recording.recording_folder import Recording

WITHOUT_READINGS = "files without any reading (are they others, or error pages?)"


@dataclass(frozen=True, slots=True)
class Road:
    """A carriageway: its name, its places, the loops gathered there, and its clock."""

    name: str
    places: Sequence[Place]
    loops: GatheredLoops
    clock: tzinfo = UTC
    keeps_left: bool = False

    @property
    def folder(self) -> str:
        """The name of its recording's folder."""
        return re.sub("[^A-Za-z0-9._]+", "-", self.name).strip("-._") or "road"


def recordings_of(
    sources: Sequence[Path], roads: Sequence[Road], said: Sequence[str], keep: Keep = Keep.FIRST
) -> FieldRecordings:
    """Return a recording for each road of two stations or more that have readings; `said` is part of what is left out.

    Seconds elapse from the midnight before a road's first period on, also on a day of 23 or 25 hours. Of stations at one place, the
    first by name is taken. Raises UserError where no road is left, and for readings that came twice where `keep` refuses them.
    """
    left_out = {"carriageways of fewer than two stations with readings": 0, "stations at another station's place": 0}
    kept, zeros_s = [], []
    for road in roads:
        places = _apart([place for place in road.places if any(loop in road.loops for loop in place.loops)])
        left_out["stations at another station's place"] += _read(road) - len(places)
        if len(places) < 2:
            left_out["carriageways of fewer than two stations with readings"] += 1
            continue
        kept.append(Road(road.name, places, road.loops, road.clock, road.keeps_left))
        zeros_s.append(_zero_s(kept[-1]))
    if not kept:
        got = ", ".join(f"{road.name} with {_read(road)}" for road in roads[:3]) or "none"
        raise UserError(f"{named(sources)}: wanted a carriageway of two stations or more with readings, got {got}")
    repeats = Repeats(keep)
    for loops in {id(road.loops): road.loops for road in roads}.values():
        loops.settle(repeats)
    repeats.check(named(sources))
    return FieldRecordings(_recordings(kept, zeros_s), "; ".join(filter(None, [*said, *told(left_out), repeats.text])))


def told(counts: Mapping[str, int]) -> list[str]:
    """Return the phrases of what was counted, those that occurred.

    >>> told({"points of the shoulder": 2, "stale points": 0})
    ['2 points of the shoulder']
    """
    return [f"{number} {phrase}" for phrase, number in counts.items() if number]


def _read(road: Road) -> int:
    return sum(any(loop in road.loops for loop in place.loops) for place in road.places)


def _apart(places: Sequence[Place]) -> list[Place]:
    kept: list[Place] = []
    for place in sorted(places, key=lambda each: (each.position_m, each.name)):
        if not kept or place.position_m - kept[-1].position_m >= SHORTEST_SECTION_M:
            kept.append(place)
    return kept


def _zero_s(road: Road) -> float:
    first_s = road.loops.first_s(loop for place in road.places for loop in place.loops)
    return midnight_s(first_s, road.clock)


def _recordings(roads: Sequence[Road], zeros_s: Sequence[float]) -> Iterator[tuple[str, Recording]]:
    taken: set[str] = set()
    for road, zero_s in zip(roads, zeros_s, strict=True):
        folder = road.folder
        while folder in taken:
            folder += "-2"
        taken.add(folder)
        yield folder, road.loops.recording(road.name, road.places, zero_s, road.keeps_left)
