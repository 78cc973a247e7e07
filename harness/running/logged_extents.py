"""The extents of incidents in recordings whose logs state tolerances: a replay is scored by them, not by times as written.

Conventions: those of `harness.scoring.incident_extent`. A log states tolerances where one of its incidents has one above 0; what
it leaves out of the three is taken as there. A recording with a `truth.json` is exact, whatever its log says.
"""

from collections.abc import Mapping
from os.path import lexists
from pathlib import Path

from harness.running.road_extents import watched_road
from harness.running.road_recordings import Road, by_road
from harness.scoring.incident_extent import Extent
from simulator.recording.corridor_file import read_corridor
from simulator.recording.incident_log import RecordedIncident, read_incidents
from simulator.recording.truth_files import TRUTH_FILE


def logged_extents(runs: Mapping[str, Path]) -> dict[str, tuple[Extent, ...]]:
    """Return the extents of a log's incidents, in its order, of each of the recordings by name whose log states tolerances.

    All recordings of equal stations are one road: what a place and hour has without incident comes from the others. Those of a road
    with such a log are in memory together: about 100 bytes per frame and lane. Raises UserError for what cannot be read.
    """
    tolerant = {name for name, folder in runs.items() if any(map(states_tolerances, logged_incidents(folder)))}
    found: dict[str, tuple[Extent, ...]] = {}
    for corridor, names in by_road((read_corridor(folder), name) for name, folder in runs.items()):
        if not tolerant.intersection(names):
            continue
        road = watched_road(Road(corridor.name, corridor, tuple(runs[name] for name in names)))
        for name, recording in zip(names, road.recordings, strict=True):
            if name in tolerant and recording.extents is not None:
                found[name] = recording.extents
    return found


def logged_incidents(folder: Path) -> tuple[RecordedIncident, ...]:
    """Return the incidents of a recording that are known from its log alone; none where a `truth.json` says more."""
    if lexists(folder / TRUTH_FILE):
        return ()
    log = read_incidents(folder, read_corridor(folder))
    return () if log is None else log.incidents


def states_tolerances(incident: RecordedIncident) -> bool:
    """Return whether the log says that an incident may have been at another time or place."""
    return any(value > 0 for value in incident.tolerances)  # not stated is NaN
