"""Which detectors a recording leaves blind: what they need (`detectors.catalogue_entry.Entry.needs`) is not there."""

from collections.abc import Iterable

from detectors.catalogue_entry import Entry
from detectors.needs import ANY, needs_text
from harness.scoring.judged_sections import LEAST_UNJUDGED, PartSight, judged_sections
from harness.studies.recording_doubt.readings import Readings


def blind_shares(readings: Readings, entries: Iterable[Entry]) -> tuple[tuple[Entry, float], ...]:
    """Return the entries that cannot judge `LEAST_UNJUDGED` of section and frame or more, with that share."""
    found = list[tuple[Entry, float]]()
    for entry in entries:
        if not (needs := entry.needed()):
            continue
        share = 1.0 - float(judged_sections(needs, readings.count, readings.speed, readings.occupancy).mean())
        if share >= LEAST_UNJUDGED:
            found.append((entry, share))
    return tuple(found)


def part_shares(readings: Readings, entries: Iterable[Entry]) -> tuple[tuple[Entry, PartSight], ...]:
    """Return the parts of entries (`detectors.needs.PartNeeds`) without which they judge that much of section and frame or more."""
    found = list[tuple[Entry, PartSight]]()
    for entry in entries:
        for part in entry.parts:
            judged, seen = (
                judged_sections(needs, readings.count, readings.speed, readings.occupancy)
                for needs in (entry.needed() or ANY, part.needs)
            )
            share = float((judged & ~seen).mean())
            if share >= LEAST_UNJUDGED:
                found.append((entry, PartSight(share, needs_text(part.needs), part.what)))
    return tuple(found)
