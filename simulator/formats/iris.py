"""Recordings from the archives of IRIS, MnDOT's traffic management software: one per corridor and day.

A folder with `YYYYMMDD.traffic` archives, or one of them, and `metro_config.xml(.gz)` beside; or, without an archive, mayfly's JSON
arrays (`ID.counts.json` and so on, of one day) in the folder or in `mayfly/` within. What detectors and stations
are: `iris_archive`, `iris_stations`. Detectors move: of several configurations, a day takes the latest of its day or before.

Times are half minutes since the local midnight. An archive has 2880 of them on days of 23 and 25 h, too: those of the clock on the
wall (TimeSteward.secondOfDayInt in IRIS), so that what comes twice is written over.
Incidents are not in these files. Single loops have no speed; it is unknown here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import MissingFileError, UserError
from simulator.formats.day_readings import MOST_HELD, DayReadings, account
from simulator.formats.field_recordings import FieldDay, FieldRecordings, joined_recordings
from simulator.formats.field_units import DAY_S
from simulator.formats.iris_archive import MayflyFolder, TrafficArchive
from simulator.formats.iris_stations import IrisConfiguration, IrisRoad, read_configuration
from simulator.formats.iris_vlog import SLOTS
from simulator.formats.local_day import LocalDay
from simulator.formats.source_files import one_folder
from simulator.recording.recording_folder import Recording

CENTRAL = ZoneInfo("America/Chicago")
"""Minnesota's clock."""
_SLOT_S = DAY_S // SLOTS
_OVERWRITTEN = "where clocks were put back, the archive has the second of the two hours"
_NO_CLOCK = "readings in the hour that the clocks skip"


@dataclass(frozen=True, slots=True)
class IrisDay:
    """One road's day: the readings are read from `source` when they are wanted."""

    name: str
    day: date | None
    road: IrisRoad
    source: TrafficArchive | MayflyFolder

    def readings(self) -> DayReadings:
        """Return the day's readings. Raises UserError naming archive and member."""
        found = DayReadings(self.road.corridor())
        period = _periods(self.day)
        kept = period > 0
        skipped = 0
        for k, station in enumerate(self.road.stations):
            for lane, detector in station.detectors.items():
                if self.source.has(detector):
                    values = self.source.day(detector)
                    skipped += int((~np.isnan(values[~kept])).any(axis=1).sum())
                    where = np.full(kept.sum(), k), np.full(kept.sum(), lane)
                    found.add(period[kept], *where, values[kept])
        if skipped:
            found.left_out[_NO_CLOCK] += skipped
        return found


def _periods(day: date | None) -> NDArray[np.int64]:
    """Return (2880,), the number of each slot's period since midnight, from 1; 0 for a slot that the clock skipped."""
    if day is None or (clock := LocalDay(day, CENTRAL)).plain:
        return np.arange(1, SLOTS + 1)
    starts_s = [clock.last_s(k * _SLOT_S) for k in range(SLOTS)]
    return np.array([0 if start_s is None else start_s // _SLOT_S + 1 for start_s in starts_s], dtype=np.int64)


def describe(source: Path) -> str | None:
    """Return a phrase where the source is, or holds, archives or arrays of IRIS with a configuration; None otherwise."""
    if not source.exists():
        return None
    archives, arrays, configurations = _files(source)
    if not configurations or not (archives or arrays):
        return None
    return f"MnDOT IRIS, {len(archives)} archives" if archives else "MnDOT IRIS, arrays of mayfly"


def _files(source: Path) -> tuple[list[Path], Path | None, list[Path]]:
    folder = source if source.is_dir() else source.parent
    archives = sorted(folder.glob("*.traffic")) if source.is_dir() else [source] if source.suffix == ".traffic" else []
    arrays = next((each for each in (folder, folder / "mayfly") if any(each.glob("*.counts.json"))), None)
    return archives, arrays, sorted(folder.glob("*config*.xml*"))


def read(source: Path) -> FieldRecordings:
    """Return the recordings of a folder, or of one archive; all is read and checked first, `MOST_HELD` roads' days in memory.

    Raises MissingFileError without archives or configuration, UserError naming file, member and likely slip.
    """
    if not source.exists():
        raise MissingFileError(f"{source}: no such file or folder")
    archives, arrays, configurations = _files(source)
    if not archives and arrays is None:
        raise MissingFileError(
            f"{source}: holds no YYYYMMDD.traffic and no ID.counts.json of mayfly (was one renamed?)"
        )
    if not configurations:
        raise MissingFileError(f"{source}: wanted metro_config.xml or .xml.gz beside the archives, found none")
    known = [read_configuration(path) for path in configurations]
    left_out: Counter[str] = Counter()
    days = []
    for path in archives:
        days += _days(_day_in_name(path), TrafficArchive(path), known, left_out)
    assumed = []
    if not archives and arrays is not None:
        days = _days(known[-1].day, MayflyFolder(arrays), known, left_out)
        assumed.append("the arrays of mayfly are of the configuration's day")
    elif arrays is not None:
        left_out["folder of mayfly's arrays (the archives have the day)"] += 1
    if any(_periods(day.day)[-1] > SLOTS for day in days):
        assumed.append(_OVERWRITTEN)
    kept: list[IrisDay | DayReadings] = []
    names = []
    for day in days:
        readings = day.readings()
        readings.check(source)
        left_out.update(readings.left_out)
        if len(readings.frames()) > 1:
            names.append(day.name)
            kept.append(readings if len(kept) < MOST_HELD else day)
    if not kept:
        raise UserError(
            f"{source}: no corridor has two stations with readings (is the configuration of another place?)"
        )
    return FieldRecordings(_recordings(names, kept), account(left_out, assumed))


def read_files(sources: Sequence[Path]) -> FieldRecordings:
    """Return the recordings of archives of one folder; other files among `sources` stand beside them. Raises as `read` does."""
    folder = one_folder(sources)
    archives = [source for source in sources if source.suffix == ".traffic"]
    return joined_recordings([read(source) for source in archives or [folder]])


def days(source: Path) -> tuple[FieldDay, ...]:
    """Return the days of a folder's archives, each with the configuration that it takes. Raises as `read` does."""
    archives, _, configurations = _files(source)
    known = {path: read_configuration(path).day for path in configurations}
    found = []
    for path in archives:
        day = _day_in_name(path)
        before = [each for each, of in known.items() if of and of <= day]
        taken = max(before, key=lambda each: (known[each], each.name)) if before else None
        found.append(FieldDay(f"{day}", (path, *([taken] if taken else configurations)), partial(read, path)))
    return tuple(found)


def _day_in_name(path: Path) -> date:
    try:
        return datetime.strptime(path.stem, "%Y%m%d").date()
    except ValueError:
        raise UserError(f"{path}: the name of an archive is its day, like 20240312.traffic") from None


def _days(
    day: date | None, source: TrafficArchive | MayflyFolder, known: list[IrisConfiguration], left_out: Counter[str]
) -> list[IrisDay]:
    dated = sorted((c for c in known if c.day), key=lambda each: each.day or date.min)
    before = [each for each in dated if day is not None and each.day is not None and each.day <= day]
    configuration = before[-1] if before else dated[0] if dated else known[0]
    left_out.update(configuration.left_out)
    left_out["detectors with binary logs alone"] += source.binary_logs
    days = []
    for road in configuration.roads:
        reporting = [s for s in road.stations if any(map(source.has, s.detectors.values()))]
        left_out["stations without a file"] += len(road.stations) - len(reporting)
        if len(reporting) < 2:
            left_out["stations alone on their corridor"] += len(reporting)
            continue
        name = "-".join((*road.name.split(), str(day or "undated")))
        days.append(IrisDay(name, day, IrisRoad(road.name, reporting), source))
    return days


def _recordings(names: list[str], days: list[IrisDay | DayReadings]) -> Iterator[tuple[str, Recording]]:
    for name, day in zip(names, days, strict=True):
        readings = day.readings() if isinstance(day, IrisDay) else day
        yield name, Recording(readings.corridor, readings.frames(), None)
