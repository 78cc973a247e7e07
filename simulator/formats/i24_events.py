"""Events of the I-24 operators as incidents: `;`-separated, one event in several rows, newest first.

Columns: event_update_time (with offset), milemarker, event_update_type (new, update, closed), event_id, classification, status.

- The onset is the first row's time, minutes after what happened; the clearance is that of the last row `closed`.
- Lanes and direction are not in the files. An abandoned vehicle stands on the shoulder: left out.
- A marker may move: that of the first row is taken.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.source_files import first_lines, lines_of
from simulator.recording.csv_header import shown

_COLUMNS = ("event_update_time", "milemarker", "event_update_type", "event_id", "classification")
_NAME = re.compile(r"(events.*|\d{4}-\d\d-\d\d)\.csv")
_SHOULDER = "abandonedVehicle"


@dataclass(slots=True)
class I24Event:
    """One event: times in s since 1970, a clearance of NaN while it is not closed."""

    onset_s: float
    clearance_s: float
    mile: float
    classification: str


def is_events(path: Path) -> bool:
    """Return whether the file's name or header is that of events."""
    return bool(_NAME.fullmatch(path.name)) or any(
        line.startswith("event_update_time") for line in first_lines(path, 1)
    )


def read_events(paths: Sequence[Path], left_out: Counter[str]) -> list[I24Event]:
    """Return the events in order of onset. Raises UserError naming file, line and likely slip."""
    events: dict[str, I24Event] = {}
    for path in paths:
        places: list[int] = []
        width = 0
        for line, text in lines_of(path):
            fields = [field.strip() for field in text.split(";")]
            if not places:
                places, width = _header(fields, path), len(fields)
                continue
            if len(fields) != width:
                raise UserError(f"{path}, line {line}: wanted {width} fields, got {shown(text)} (is it cut off?)")
            stamp, mile, kind, number, classification = (fields[place] for place in places)
            if not mile:
                left_out["rows of events without a marker"] += 1
                continue
            try:
                when = datetime.fromisoformat(stamp)
                if when.tzinfo is None:
                    raise ValueError
                time_s, place = when.timestamp(), float(mile)
            except ValueError:
                got = shown(f"{stamp};{mile}")
                raise UserError(
                    f"{path}, line {line}: wanted a time with its offset and a marker, like "
                    f"2023-12-08 07:09:50-06:00;59.2, got {got}"
                ) from None
            closed_s = time_s if kind == "closed" else float("nan")
            event = events.setdefault(number, I24Event(time_s, closed_s, place, classification))
            if time_s < event.onset_s or (time_s == event.onset_s and kind == "new"):
                event.onset_s, event.mile, event.classification = time_s, place, classification
            if kind == "closed" and not event.clearance_s >= time_s:
                event.clearance_s = time_s
        if not places:
            raise UserError(f"{path} is empty: wanted a header with {', '.join(_COLUMNS)}")
    kept = [event for event in events.values() if event.classification != _SHOULDER]
    left_out["abandoned vehicles (on the shoulder)"] += len(events) - len(kept)
    return sorted(kept, key=lambda event: (event.onset_s, event.mile))


def _header(fields: list[str], path: Path) -> list[int]:
    missing = [name for name in _COLUMNS if name not in fields]
    if missing:
        slip = " (are the fields separated by something other than semicolons?)" if len(fields) == 1 else ""
        raise UserError(f"{path}, line 1: wanted the columns {', '.join(_COLUMNS)}; missing {', '.join(missing)}{slip}")
    return [fields.index(name) for name in _COLUMNS]
