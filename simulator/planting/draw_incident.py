"""Incidents with what a plan leaves open drawn at random: recording, onset, length, place; drawn again where traffic is not free.

The draws come from the incident's own seed, so one incident more changes no other. Recordings are drawn by their length.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.planting import FREE_BEFORE_S, PlantedIncident
from simulator.planting.loop_series import LoopSeries
from simulator.planting.plant_incident import PlantedRecording, plant
from simulator.planting.scene import Scene
from simulator.planting.site_constants import SiteConstants
from simulator.recording.recording_folder import Recording

MOST_DRAWS = 400
"""Draws for one incident. Chosen: where one in a hundred would do, all fail once in fifty incidents."""
_DRAW_STREAM, _READING_STREAM = 11, 12
"""Keys of the random streams of draws and of readings, apart from every other use of a seed."""
_AFTER_S = 60.0
"""Recording after clearance of a drawn incident at least, s: the grace of a detection."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A recording that incidents may be planted in: its folder's `name`, and its frames as arrays too."""

    name: str
    recording: Recording
    series: LoopSeries

    @property
    def span_s(self) -> tuple[float, float]:
        """Start and end of the recording."""
        times = self.series.times_s
        return float(times[0]) - self.recording.corridor.period_s, float(times[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """An incident as planted: its source, scene and result, and the number of draws it took."""

    incident: PlantedIncident
    source: Source
    scene: Scene
    result: PlantedRecording
    draws: int


def plant_drawn(incident: PlantedIncident, sources: Sequence[Source], site: SiteConstants) -> Planted:
    """Return `incident` planted in one of `sources`.

    Raises UserError naming the incident: where it leaves nothing open, why it is refused; else, that no draw was accepted, with the
    last reason.
    """
    rng = np.random.default_rng([incident.seed, _DRAW_STREAM])
    fixed = incident.onset_s is not None and (incident.position_m is not None or incident.place is not None)
    reason = "no recording is long enough"
    for number in range(1, 2 if fixed and len(_named(incident, sources)) == 1 else MOST_DRAWS + 1):
        try:
            source, scene = _draw(incident, sources, rng)
            readings = np.random.default_rng([incident.seed, _READING_STREAM])
            return Planted(
                incident, source, scene, plant(source.recording, scene, site, readings, source.series), number
            )
        except UserError as error:
            reason = str(error)
    if number == 1:
        raise UserError(f"{incident.name}: {reason}")
    raise UserError(f"{incident.name}: none of {number} draws could be planted; the last: {reason}")


def _named(incident: PlantedIncident, sources: Sequence[Source]) -> list[Source]:
    found = [source for source in sources if incident.recording in (None, source.name)]
    if not found:
        names = ", ".join(source.name for source in sources[:5])
        raise UserError(f"{incident.name}: no recording {incident.recording!r}, wanted one of {names}")
    return found


def _draw(incident: PlantedIncident, sources: Sequence[Source], rng: np.random.Generator) -> tuple[Source, Scene]:
    least_s, most_s = incident.durations_s
    duration_s = float(round(rng.uniform(least_s, most_s)))
    found = _named(incident, sources)
    if incident.onset_s is None:
        room = np.array([s.span_s[1] - s.span_s[0] - FREE_BEFORE_S - duration_s - _AFTER_S for s in found])
    else:
        room = np.array([float(s.span_s[0] <= incident.onset_s < s.span_s[1]) for s in found])
    if not (room > 0).any():
        raise UserError(f"no recording has room for {duration_s:g} s from {FREE_BEFORE_S / 60:.0f} min after its start")
    room = np.maximum(room, 0)
    source = found[int(rng.choice(len(found), p=room / room.sum()))]
    onset_s = incident.onset_s
    if onset_s is None:
        start_s, end_s = source.span_s
        onset_s = float(round(rng.uniform(start_s + FREE_BEFORE_S, end_s - duration_s - _AFTER_S)))
    try:
        position_m = _position(incident, source.recording.corridor, rng)
    except UserError as error:
        raise at(source.name, error) from None
    lanes = tuple(sorted(incident.lanes))
    return source, Scene(onset_s, onset_s + duration_s, position_m, lanes, incident.open_factor)


def _position(incident: PlantedIncident, corridor: Corridor, rng: np.random.Generator) -> float:
    if incident.position_m is not None:
        corridor.section_at(incident.position_m)
        return incident.position_m
    section = incident.section
    if section is not None and section >= corridor.sections:
        raise UserError(f"section: wanted 0 to {corridor.sections - 1}, got {section}")
    if section is not None and incident.place is not None:
        return corridor.stations[section].position_m + incident.place * corridor.section_length_m(section)
    first, last = (0, corridor.sections) if section is None else (section, section + 1)
    least, most = incident.next_station_m
    ends = [station.position_m for station in corridor.stations]
    pieces = [(max(ends[k], ends[k + 1] - most), min(ends[k + 1], ends[k + 1] - least)) for k in range(first, last)]
    lengths = np.maximum([end - start for start, end in pieces], 0)
    if not lengths.sum() > 0:
        raise UserError(f"next_station_m: no place is {least:g} to {most:g} m upstream of a station")
    start, end = pieces[int(rng.choice(len(pieces), p=lengths / lengths.sum()))]
    return float(round(rng.uniform(start, end)))
