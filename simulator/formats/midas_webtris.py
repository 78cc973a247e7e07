"""WebTRIS reports: a site's totals over all its lanes in a quarter of an hour, as JSON."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from scenarios.errors import UserError
from simulator.formats.field_units import MPS_PER_MPH
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.source_files import SourceFile
from simulator.formats.source_json import read_json
from simulator.recording.csv_header import shown

QUARTER_S = 900.0
_ADDRESS = re.compile(r"[A-Z]+\d+(?:\([A-Z]\))?/\d+[A-Z]")


def is_report(head: bytes) -> bool:
    """Return whether a JSON file begins as a report does."""
    return b'"Site Name"' in head or (b'"Rows"' in head and b'"Header"' in head)


def is_site_list(head: bytes) -> bool:
    """Return whether a JSON file begins as WebTRIS's list of sites does."""
    return b'"sites"' in head and b"MIDAS site" in head


def add_report(file: SourceFile, loops: GatheredLoops, lanes: dict[str, int]) -> None:
    """Add a report's readings to `loops`, its site to `lanes`. Raises UserError naming the row for what does not fit."""
    report = read_json(file)
    rows = report.get("Rows") if isinstance(report, dict) else None
    if not isinstance(rows, list):
        raise UserError(f"{file.place}: wanted an object with a list Rows, got {shown(rows)}")
    for number, row in enumerate(rows):
        _add_row(row, f"{file.place}, Rows[{number}]", loops, lanes)


def _add_row(row: Any, place: str, loops: GatheredLoops, lanes: dict[str, int]) -> None:
    wanted = ("Site Name", "Report Date", "Time Period Ending", "Avg mph", "Total Volume")
    missing = [name for name in wanted if not isinstance(row, dict) or name not in row]
    if missing:
        raise UserError(f"{place}: {missing[0]!r} is missing")
    address = _ADDRESS.search(str(row["Site Name"]))
    site = address[0] if address else str(row["Site Name"])
    lanes[site] = 1
    count, speed_mps = _value(row, "Total Volume", place), _value(row, "Avg mph", place) * MPS_PER_MPH
    loops.add((site, 1), _end_s(row, place), count, math.nan, speed_mps)


def _end_s(row: dict[str, Any], place: str) -> float:
    # "07:14:00" names the last minute of the quarter that ends at 07:15.
    texts = str(row["Report Date"])[:10], str(row["Time Period Ending"])
    try:
        day = datetime.fromisoformat(texts[0]).replace(tzinfo=UTC)
        hour, minute = (int(part) for part in texts[1].split(":")[:2])
    except ValueError:
        raise UserError(f"{place}: wanted a day and a time HH:MM:SS, got {shown(' '.join(texts))}") from None
    return (day + timedelta(hours=hour, minutes=minute + 1)).timestamp()


def _value(row: dict[str, Any], name: str, place: str) -> float:
    text = str(row[name] if row[name] is not None else "").strip()
    try:
        value = float(text) if text else -1.0
    except ValueError:
        value = math.nan
    if not -1 <= value < 1e6:
        raise UserError(f"{place}: {name}: wanted a number or nothing, got {shown(row[name])}")
    return math.nan if value < 0 else value
