"""Texts of incident logs: rows of a table however it is separated and encoded, JSON, and the clock times that people type."""

import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from scenarios.errors import MissingFileError, UserError
from scenarios.regular_file import check_regular
from simulator.recording.csv_header import shown

MOST_BYTES = 256 << 20
"""Largest log, bytes, unpacked. Chosen: ten years of a busy district's log; all of it is in memory at once."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_WRITTEN = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2}),?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?m?\.?",
    re.IGNORECASE,
)


def log_bytes(path: Path) -> bytes:
    """Return a log's content, unpacked where it is gzip. Raises MissingFileError, UserError for what is no readable file."""
    if not path.is_file():
        raise MissingFileError(f"{path}: no such file; wanted a log of incidents")
    check_regular(path)
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (EOFError, OSError) as error:
        raise UserError(f"{path}: the compressed data are damaged: {error} (was its copying interrupted?)") from None
    if len(content) > MOST_BYTES:
        raise UserError(
            f"{path}: wanted a log of {MOST_BYTES >> 20} MiB at most, got a larger one (is it another file?)"
        )
    return content


def log_text(path: Path) -> str:
    """Return a log as text, UTF-8 or else Windows-1252. Raises UserError for a file that is no text."""
    content = log_bytes(path)
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{path}: wanted a log as text, got binary data (is it a spreadsheet? save it as CSV)")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def log_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table with their line numbers; separated by comma, semicolon, tab or bar, as its first line is.

    Blank rows are left out. Raises UserError for an empty file and for quotation marks that never close.
    """
    text = log_text(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise UserError(f"{path} is empty: wanted a log of incidents")
    reader = csv.reader(text.splitlines(), delimiter=max(",;\t|", key=first.count))
    try:
        for row in reader:
            if any(field.strip() for field in row):
                yield reader.line_num, [field.strip() for field in row]
    except csv.Error as error:
        raise UserError(f"{path}, line {reader.line_num}: {error} (a quotation mark that is never closed?)") from None


def log_json(path: Path, wanted: str) -> Mapping[str, Any]:
    """Return the one object of a JSON file. `wanted` names it in messages. Raises UserError for anything else."""
    try:
        content = json.loads(log_text(path))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: wanted {wanted}, got no valid JSON: {error} (is it cut off?)") from None
    if not isinstance(content, dict):
        raise UserError(f"{path}: wanted {wanted}, got {type(content).__name__}")
    return content


def clock_time(text: str, *, day_first: bool = False) -> datetime:
    """Return a time as people and machines write it: ISO 8601, "6/11/2024 7:24 AM", "11.06.24 13:05".

    Raises ValueError for anything else.

    >>> clock_time("6/11/2024 11:50 PM"), clock_time("11.6.24 13:05", day_first=True)
    (datetime.datetime(2024, 6, 11, 23, 50), datetime.datetime(2024, 6, 11, 13, 5))
    """
    if _ISO.match(text):
        return datetime.fromisoformat(text)
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"wanted a date and a time, got {shown(text)}")
    first, second, year, hour, minute, second_s = (int(group or 0) for group in match.groups()[:6])
    if half := match[7]:
        hour = hour % 12 + (12 if half.lower() == "p" else 0) if 1 <= hour <= 12 else 24
    day, month = (first, second) if day_first else (second, first)
    return datetime(year + 2000 if year < 100 else year, month, day, hour, minute, second_s)


def days_come_first(texts: list[str]) -> bool | None:
    """Return whether dates are written day before month; None where every one of them could be either."""
    pairs = [(int(match[1]), int(match[2])) for text in texts if (match := _WRITTEN.match(text.strip()))]
    if any(first > 12 for first, _ in pairs):
        return True
    return False if any(second > 12 for _, second in pairs) else None
