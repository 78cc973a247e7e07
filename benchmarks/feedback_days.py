"""Days of recordings in one stream, with planted incidents: what truly happened, and whom an incident that was opened belongs to.

Conventions: recordings are named `WAY-YYYY-MM-DD-HHMMSS`, as `laneblock convert portland` names them; time is in s since 1970 on
the files' clock. In each recording that has room for it at most one incident is planted (`simulator.planting`). An incident opened

    true     in a planted one's section, the one downstream or the two upstream, from its onset to 60 s after its clearance
    queue    there or anywhere upstream, later, until 40 minutes after its clearance: of its clearing queue, and not counted
    logged   within a quarter of an hour and 3 km of one that the road's own log knows, and not counted
    false    all others
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from math import isfinite
from pathlib import Path

import numpy as np

from detectors.calibration.incident_free import KnownIncident
from harness.studies.planting.plant_recordings import constants_of, read_sources
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.planting import FREE_BEFORE_S
from simulator.frame import LoopFrame
from simulator.planting.draw_incident import Source
from simulator.planting.plant_incident import AFTER_S, PlantedRecording, plant
from simulator.planting.scene import Scene
from simulator.planting.site_constants import SiteConstants

GRACE_S, LOGGED_S, LOGGED_M = 60.0, 900.0, 3000.0
LANES = ((0,), (1,), (2,), (0, 1), (1, 2))
"""Blocked lanes of planted incidents, drawn like time and place."""
SHORTEST_S, LONGEST_S, DRAWS = 600.0, 1200.0, 15
"""Lengths of planted incidents, s, and draws for one. Chosen: traffic that 15 draws do not find free is not free."""


@dataclass(frozen=True, slots=True)
class TrueIncident:
    """A planted or logged incident, s on the stream's clock; `shows`: whether it did anything to the loops."""

    onset_s: float
    clearance_s: float
    section: int
    position_m: float
    planted: bool
    shows: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """A day's frames in order, and what happened."""

    name: str
    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    incidents: tuple[TrueIncident, ...]


def read_days(folder: Path, way: str, number: int) -> list[Day]:
    """Return the first days of one way's recordings, incidents planted. Raises UserError where there are fewer."""
    by_day = groupby(sorted(folder.glob(f"{way}-*")), key=lambda path: path.name[:-7])
    folders = [(name, list(of)) for name, of in by_day][:number]
    if len(folders) < number:
        raise UserError(
            f"{folder}: wanted {number} days of recordings {way}-YYYY-MM-DD-HHMMSS, as laneblock convert portland makes them, "
            f"got {len(folders)}"
        )
    sources = [(name, read_sources(of)) for name, of in folders]
    site = constants_of([source for _, of in sources for source in of], {})
    return [_day(name, of, site) for name, of in sources]


def belongs_to(day: Day, opened_s: float, section: int) -> tuple[str, TrueIncident | None]:
    """Return what an incident opened in a section is, and of which one it is."""
    middle_m = day.corridor.stations[section].position_m + day.corridor.section_length_m(section) / 2
    for each in day.incidents:
        near = -2 <= section - each.section <= 1
        if each.planted and near and each.onset_s <= opened_s <= each.clearance_s + GRACE_S:
            return "true", each
    for each in day.incidents:
        if each.planted and section <= each.section + 1 and each.onset_s <= opened_s <= each.clearance_s + AFTER_S:
            return "queue", each
        about = each.onset_s - LOGGED_S <= opened_s <= each.clearance_s + LOGGED_S
        if not each.planted and about and abs(middle_m - each.position_m) <= LOGGED_M:
            return "logged", each
    return "false", None


def _day(name: str, sources: Sequence[Source], site: SiteConstants) -> Day:
    frames: list[LoopFrame] = []
    incidents: list[TrueIncident] = []
    corridor = sources[0].recording.corridor
    for source in sources:
        shift_s = _begin_s(source.name) - source.span_s[0]
        incidents += [_known(each, corridor, shift_s, planted=False) for each in source.recording.incidents or ()]
        planted = _planted(source, site)
        if planted is not None:
            (true,) = planted.truth.incidents
            incidents.append(replace(_known(true, corridor, shift_s, planted=True), shows=bool(true.impact)))
        recording = source.recording if planted is None else planted.recording
        frames += [replace(frame, time_s=frame.time_s + shift_s) for frame in recording.frames]
    return Day(name, corridor, tuple(frames), tuple(incidents))


def _planted(source: Source, site: SiteConstants) -> PlantedRecording | None:
    """Return the recording with an incident drawn by its name; None where it is too short, or DRAWS found no free traffic."""
    rng = np.random.default_rng(zlib.crc32(source.name.encode()))
    corridor = source.recording.corridor
    first_s, last_s = source.span_s[0] + FREE_BEFORE_S, source.span_s[1] - LONGEST_S - GRACE_S
    for _ in range(DRAWS if last_s > first_s else 0):
        onset_s, duration_s = (
            float(round(rng.uniform(*each))) for each in ((first_s, last_s), (SHORTEST_S, LONGEST_S))
        )
        section = int(rng.integers(corridor.sections))
        length_m = corridor.section_length_m(section)
        position_m = corridor.stations[section].position_m + length_m * rng.uniform(0.1, 0.9)
        scene = Scene(onset_s, onset_s + duration_s, float(round(position_m)), LANES[int(rng.integers(len(LANES)))])
        try:
            return plant(source.recording, scene, site, rng, source.series)
        except UserError:  # traffic is not free there, lanes differ, loops are dead
            continue
    return None


def _known(incident: KnownIncident, corridor: Corridor, shift_s: float, planted: bool) -> TrueIncident:
    until_s = incident.clearance_s if isfinite(incident.clearance_s) else incident.onset_s  # a log may leave it open
    section = corridor.section_at(incident.position_m)
    return TrueIncident(incident.onset_s + shift_s, until_s + shift_s, section, incident.position_m, planted)


def _begin_s(name: str) -> float:
    return datetime.strptime(name[-17:], "%Y-%m-%d-%H%M%S").replace(tzinfo=UTC).timestamp()
