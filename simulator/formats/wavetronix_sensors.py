"""Where Wavetronix radars stand: `sensors.csv` beside their files, made by the user, because the files do not say it.

Columns: unit, road, direction, milepost; optional: name (the unit's name in an archive), lanes (which lane numbers are this
carriageway's, the outermost first, like 1;2). Mileposts are in miles; they rise to the north and east.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.corridor import Corridor, Station
from scenarios.errors import MissingFileError, UserError
from scenarios.run_labels import MILE_M
from simulator.recording.csv_columns import numbers, read_columns
from simulator.recording.csv_header import shown

SENSORS_FILE = "sensors.csv"
_FALLING = ("S", "W")
_DIRECTIONS = ("N", "E", *_FALLING)


@dataclass(frozen=True, slots=True)
class Sensor:
    """One unit; `lanes` are its carriageway's, the outermost first, none where not said."""

    unit: str
    road: str
    direction: str
    mile: float
    name: str
    lanes: tuple[int, ...]


def read_sensors(folder: Path) -> dict[str, Sensor]:
    """Return the sensors by unit. Raises MissingFileError with what to write, UserError naming file and line."""
    path = folder / SENSORS_FILE
    if not path.is_file():
        raise MissingFileError(
            f"{path}: no such file; wanted unit,road,direction,milepost of each sensor, which no export says"
        )
    rows = read_columns(path, ("unit", "road", "direction", "milepost"), optional=("name", "lanes"))
    miles = numbers(rows.columns[3], rows.lines, "milepost", path, known=True).tolist()
    found: dict[str, Sensor] = {}
    units, roads, directions, _, names, lanes = rows.columns
    for line, unit, road, way, mile, name, kept in zip(
        rows.lines, units, roads, directions, miles, names, lanes, strict=True
    ):
        if unit in found:
            raise UserError(f"{path}, line {line}: the unit {shown(unit)} is there twice")
        if way[:1].upper() not in _DIRECTIONS:
            raise UserError(f"{path}, line {line}: direction begins with N, S, E or W, got {shown(way)}")
        if not re.fullmatch(r"(\d{1,2}(;\d{1,2})*)?", kept):
            raise UserError(f"{path}, line {line}: lanes are numbers separated by ';', got {shown(kept)}")
        found[unit] = Sensor(unit, road, way, mile, name, tuple(int(lane) for lane in kept.split(";") if lane))
    if not found:
        raise UserError(f"{path}: wanted a row for each sensor, got none")
    return found


def unit_of_file(path: Path, sensors: Mapping[str, Sensor]) -> str | None:
    """Return the unit whose name ends the file's, like `20240709-i70-unit1.csv`; the longest where several do."""
    stem = path.name.split(".csv")[0].lower()
    fitting = [unit for unit in sensors if re.search(rf"(^|[-_ ]){re.escape(unit.lower())}$", stem)]
    return max(fitting, key=len, default=None)


def unit_of_detector(detector: str, sensors: Mapping[str, Sensor], titles: Mapping[str, str]) -> str | None:
    """Return the unit of an archive's detector: by the name that sensors.csv or its own file says, by the unit, by its number."""
    bare = _bare(detector)
    for said in ({u: s.name for u, s in sensors.items()}, titles, {u: u for u in sensors}):
        fitting = [unit for unit, name in said.items() if _bare(name) and bare.endswith(_bare(name))]
        if len(fitting) == 1:
            return fitting[0]
    number = re.search(r"\d+$", detector.strip())
    fitting = [unit for unit in sensors if number and re.search(r"\d+$", unit) and unit.endswith(number.group())]
    return fitting[0] if len(fitting) == 1 else None


def _bare(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def corridors(
    sensors: Iterable[Sensor], lanes: Mapping[str, int], period_s: float
) -> list[tuple[Corridor, dict[str, int]]]:
    """Return each road's corridor, for two sensors or more, and the units' stations; `lanes` are those of each unit.

    Raises UserError for two sensors at one place.
    """
    roads: dict[tuple[str, str], list[Sensor]] = {}
    for sensor in sensors:
        roads.setdefault((sensor.road, sensor.direction), []).append(sensor)
    found = []
    for (road, direction), own in roads.items():
        if len(own) < 2:
            continue
        sign = -1 if direction[:1].upper() in _FALLING else 1
        own.sort(key=lambda each: sign * each.mile)
        made = tuple(
            Station(each.unit, round(sign * (each.mile - own[0].mile) * MILE_M + 0.0, 1), lanes[each.unit])
            for each in own
        )
        found.append((Corridor(f"{road} {direction}", period_s, made), {each.unit: k for k, each in enumerate(own)}))
    return found
