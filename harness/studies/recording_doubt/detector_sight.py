"""Which detectors a recording leaves blind: what they need (`detectors.catalogue_entry.Entry.needs`) is not there."""

from collections.abc import Iterable
from functools import reduce

import numpy as np

from detectors.catalogue_entry import Entry
from harness.studies.recording_doubt.readings import Readings
from simulator.frame import Flags

LEAST_SHARE = 0.1
"""Share of a detector's decisions without what it needs, from which it is told. Chosen: so much changes a detection rate."""


def blind_shares(readings: Readings, entries: Iterable[Entry]) -> tuple[tuple[Entry, float], ...]:
    """Return the entries that cannot judge `LEAST_SHARE` of section and frame or more, with that share.

    A section is judged where each of its two stations has a lane with one of the detector's sets of quantities.
    """
    known = {
        "count": np.isfinite(readings.count),
        "speed": np.isfinite(readings.speed) | (readings.count == 0),
        "occupancy": np.isfinite(readings.occupancy),
    }
    found = list[tuple[Entry, float]]()
    for entry in entries:
        if not entry.needs:
            continue
        sets = (reduce(np.logical_and, (known[name] for name in sorted(each))) for each in entry.needs)
        share = 1.0 - float(_sections(reduce(np.logical_or, sets)).mean())
        if share >= LEAST_SHARE:
            found.append((entry, share))
    return tuple(found)


def needs_text(entry: Entry) -> str:
    """Return what a detector needs, in words: `occupancy, or count and speed`."""
    return ", or ".join(" and ".join(sorted(each)) for each in entry.needs)


def _sections(loops: Flags) -> Flags:
    stations = np.asarray(loops.any(axis=2))
    return np.asarray(stations[:, :-1] & stations[:, 1:])
