"""The files of the PeMS clearinghouse in a folder, told by their names."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scenarios.errors import MissingFileError
from simulator.formats.pems_rows import FIVE_MINUTES, RAW, RowKind
from simulator.formats.pems_stations import day_in_name
from simulator.formats.source_files import first_lines

_ROWS = {RAW: re.compile(r"station_raw"), FIVE_MINUTES: re.compile(r"station_5min")}
_FIRST_ROWS = {
    RAW: re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d,\d+,[\d.]*,[\d.]*,[\d.]*,"),
    FIVE_MINUTES: re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d,\d+,\d+,\d+,[NSEW],"),
}
_META, _DETAILS, _LOG = (re.compile(part) for part in ("text_meta", "chp_incidents?_det", "chp_incidents?_(day|month)"))


@dataclass(frozen=True, slots=True)
class PemsFiles:
    """The files of a folder by what they hold."""

    rows: tuple[tuple[RowKind, Path], ...]
    meta: tuple[Path, ...]
    log: tuple[Path, ...]
    details: tuple[Path, ...]


def files_of(source: Path) -> PemsFiles:
    """Return the files of a folder, or a station file with what stands beside it."""
    folder = source if source.is_dir() else source.parent
    beside = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    own = beside if source.is_dir() else [source]
    rows = tuple((kind, path) for kind, name in _ROWS.items() for path in own if name.search(path.name.lower()))
    if not rows and source.is_file():  # renamed: its first row tells
        rows = tuple((kind, source) for kind, row in _FIRST_ROWS.items() if any(map(row.match, first_lines(source, 1))))
    meta, log, details = (tuple(p for p in beside if name.search(p.name.lower())) for name in (_META, _LOG, _DETAILS))
    return PemsFiles(rows, meta, log, details)


def checked_files(source: Path) -> PemsFiles:
    """Return the files. Raises MissingFileError without station files or metadata."""
    if not source.exists():
        raise MissingFileError(f"{source}: no such file or folder")
    files = files_of(source)
    if not files.rows:
        raise MissingFileError(
            f"{source}: holds no station file of PeMS (wanted dNN_text_station_raw_*.txt.gz or _5min_; was it renamed?)"
        )
    if not files.meta:
        raise MissingFileError(f"{source}: wanted dNN_text_meta_YYYY_MM_DD.txt beside the station files, found none")
    return files


def metadata_of(files: PemsFiles) -> dict[str, Path]:
    """Return the metadata of each district as they stood on the first day of the rows."""
    days = [day for _, path in files.rows if (day := day_in_name(path))]
    chosen: dict[str, Path] = {}
    for path in sorted(files.meta, key=lambda each: day_in_name(each) or date.min):
        district, valid = path.name[:3].lower(), day_in_name(path)
        if district not in chosen or (days and valid is not None and valid <= min(days)):
            chosen[district] = path
    return chosen
