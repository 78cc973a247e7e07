"""The queues of incidents that a log alone knows, as truth: what the loops carry of each (`harness.scoring.incident_extent`).

Without them every alarm in an incident's queue would be false, and a road with fewer stations would seem to have fewer of them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from harness.running.logged_extents import logged_incidents, states_tolerances
from harness.running.road_extents import watched_road
from harness.running.road_recordings import Road
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags
from simulator.truth import Carrying


def logged_queues(places: Sequence[Path], corridor: Corridor) -> dict[Path, tuple[Carrying, ...]]:
    """Return when each station carries a logged incident, by recording.

    Recordings with a `truth.json` or without an incident are left out. All are read together: what a place and hour has without
    incident comes from the others.
    """
    logged = [place for place in places if logged_incidents(place)]
    if not logged:
        return {}
    road = watched_road(Road(corridor.name, corridor, tuple(places)))
    found = {}
    for place, recording in zip(places, road.recordings, strict=True):
        if place in logged and recording.extents:
            cells = np.logical_or.reduce([extent.cells for extent in recording.extents])
            found[place] = tuple(carrying_of(cells, recording.times_s, corridor.period_s))
    return found


def rough(places: Sequence[Path]) -> list[str]:
    """Return the names of recordings whose log states that an incident may have been at another time or place."""
    return [place.resolve().name for place in places if any(map(states_tolerances, logged_incidents(place)))]


def carrying_of(cells: Flags, times_s: Array, period_s: float) -> Iterator[Carrying]:
    """Yield the spans of time in which a station's `cells` (T, S) are true; `times_s` (T,) are ends of frames."""
    for station, column in enumerate(cells.T):
        edges = np.diff(np.concatenate([[0], column.astype(int), [0]]))
        for first, last in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1, strict=True):
            yield Carrying(station, float(times_s[first]) - period_s, float(times_s[last]))
