"""Entries of a log that are one incident: rows that amend one another, ends typed with the date of their start."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from simulator.formats.log_entry import Blocked, LogEntry


def merged(entries: Sequence[LogEntry]) -> tuple[LogEntry, ...]:
    """Return one entry per name: the earliest start, and for all else the last word of the log.

    Lanes and an end that the last row leaves open are taken from the one before.
    """
    found: dict[str, LogEntry] = {}
    for entry in entries:
        before = found.get(entry.name)
        if before is not None and entry.name:
            lanes = before.lanes if entry.lanes.blocked is Blocked.UNKNOWN else entry.lanes
            entry = replace(entry, starts=min(before.starts, entry.starts), ends=entry.ends or before.ends, lanes=lanes)
        found[entry.name or entry.where] = entry
    return tuple(found.values())


def after_midnight(starts: datetime, ends: datetime | None) -> datetime | None:
    """Return an end that was written with its start's date, a day later where it would come before the start by the clock."""
    if ends is not None and ends < starts and starts - ends < timedelta(days=1):
        return ends + timedelta(days=1)
    return ends
