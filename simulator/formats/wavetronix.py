"""Recordings of Wavetronix radars: one per road, direction and day, out of units' exports and out of Iowa's archive.

A folder with exports (`wavetronix_units`), archive files (`wavetronix_archive`) or both, each its own recordings, and
`sensors.csv` (`wavetronix_sensors`), which says where units stand. Of a file, its folder is read: a corridor needs two units.

Which lanes are the carriageway's: those in sensors.csv, the outermost first; else as many as the archive beside has of the unit;
else all, told. Then lane 1 is assumed to be the outermost: it is the one nearest to a sensor that stands on that side.
Times are seconds since midnight on the sensors' own clocks, without days of 23 or 25 h. Of several intervals the commonest is read.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import MissingFileError, UserError
from simulator.formats.day_readings import account
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.kept_reading import each_kept
from simulator.formats.repeated_readings import Repeats
from simulator.formats.source_files import one_folder
from simulator.formats.wavetronix_archive import is_archive, read_archive
from simulator.formats.wavetronix_days import RadarDay, days_of, recordings_of
from simulator.formats.wavetronix_gathered import GatheredRadars
from simulator.formats.wavetronix_rows import LaneRows
from simulator.formats.wavetronix_sensors import (
    SENSORS_FILE,
    Sensor,
    read_sensors,
    unit_of_detector,
    unit_of_file,
)
from simulator.formats.wavetronix_units import is_unit_file, read_unit

_KNOWN = (
    "times are the sensors' own clocks, of days of 24 h also when clocks change",
    "incidents are not in these files",
)
_SUFFIXES = (".csv", ".txt", ".gz", ".zip")


@dataclass(frozen=True, slots=True)
class WavetronixFiles:
    """The exports and the archive files of a folder."""

    exports: list[Path]
    archives: list[Path]


def describe(source: Path) -> str | None:
    """Return a phrase where the file or folder has exports or archive files of these radars; None otherwise."""
    if not source.exists():
        return None
    files = _files(source)
    if source.is_file() and source not in (*files.exports, *files.archives):
        return None
    parts = [f"{len(files.exports)} exports"] * bool(files.exports) + [f"{len(files.archives)} archive files"] * bool(
        files.archives
    )
    return f"Wavetronix radars, {', '.join(parts)}" if parts else None


def _files(source: Path) -> WavetronixFiles:
    folder = source if source.is_dir() else source.parent
    beside = [
        p for p in sorted(folder.iterdir()) if p.is_file() and p.suffix.lower() in _SUFFIXES and p.name != SENSORS_FILE
    ]
    return WavetronixFiles([p for p in beside if is_unit_file(p)], [p for p in beside if is_archive(p)])


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of a folder, or of the folder of a file. All is read and checked before the first.

    Raises MissingFileError without radar files or sensors.csv, UserError naming file, line and likely slip.
    """
    if not source.exists():
        raise MissingFileError(f"{source}: no such file or folder")
    files = _files(source)
    if source.is_file() and source not in (*files.exports, *files.archives):
        raise UserError(
            f"{source}: wanted a header with SENSOR TIME, or archive rows like I-70 WB 1,20240709,150000,150020,operational,2,..."
        )
    if not files.exports and not files.archives:
        raise MissingFileError(
            f"{source}: holds neither exports (a header with SENSOR TIME) nor archive rows (other delimiter?)"
        )
    sensors = read_sensors(source if source.is_dir() else source.parent)
    _refuse_others(source, files, sensors)
    left_out: Counter[str] = Counter()
    units, detectors = GatheredRadars("units"), GatheredRadars("detectors")
    exports = _named_or_recognised(source, files, sensors)
    stores = {each.kind: each.rows for each in (units, detectors)}
    notes = [left_out, *units.notes, *detectors.notes]
    beside = [(source if source.is_dir() else source.parent) / SENSORS_FILE]
    for path in each_kept([*exports, *files.archives], [stores], notes, beside):
        if path in exports:
            rows, unit = read_unit(path), unit_of_file(path, sensors)
            if unit is None:
                left_out["exports whose names end in no unit of sensors.csv"] += 1
            else:
                units.add(unit, rows)
            continue
        found: dict[str, LaneRows] = {}
        read_archive(path, found)
        for detector, rows in found.items():
            detectors.add(detector, rows)
    archived: dict[str, str] = {}
    for detector in detectors.titles:
        unit = unit_of_detector(detector, sensors, units.titles)
        if unit is None or unit in archived:
            left_out["detectors of the archive that are no unit of sensors.csv"] += 1
        else:
            archived[unit] = detector
    assumed, repeats = list[str](), Repeats(keep)
    counted = {unit: detectors.most_lane[detector] for unit, detector in archived.items()}
    days: list[RadarDay] = []
    for gathered, names in ((units, {unit: unit for unit in units.titles}), (detectors, archived)):
        if names:
            days += days_of(gathered, names, sensors, counted, left_out, assumed, repeats, len(days))
    if not days:
        raise UserError(
            f"{source}: no road of sensors.csv has two units with rows (are units named as their files end?)"
        )
    repeats.check(source)
    return FieldRecordings(recordings_of(days, keep), account(left_out, list(dict.fromkeys(assumed)), _KNOWN, repeats))


def _refuse_others(source: Path, files: WavetronixFiles, sensors: Mapping[str, Sensor]) -> None:
    """Refuse a CSV file beside that is neither: a spoiled one must not be left out in silence. Raises UserError that names it."""
    folder = source if source.is_dir() else source.parent
    for path in sorted(folder.glob("*.csv*")):
        known = (
            path.name == SENSORS_FILE or path in files.exports or path in files.archives or unit_of_file(path, sensors)
        )
        if not known:
            raise UserError(
                f"{path}: wanted an export (a header with SENSOR TIME), or archive rows like "
                "I-70 WB 1,20240709,150000,150020,operational,2,... (other delimiter? files of other kinds belong elsewhere)"
            )


def _named_or_recognised(source: Path, files: WavetronixFiles, sensors: Mapping[str, Sensor]) -> list[Path]:
    """The exports, and files named after a unit: what spoils their header must be told."""
    folder = source if source.is_dir() else source.parent
    named = [p for p in sorted(folder.glob("*.csv*")) if p not in files.archives and unit_of_file(p, sensors)]
    return sorted({*files.exports, *named})


def read_files(sources: Sequence[Path], keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of the folder that files stand in. Raises as `read` does, and UserError for several folders."""
    return read(one_folder(sources), keep)
