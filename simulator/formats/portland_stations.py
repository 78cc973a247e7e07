"""Places of the Portland I-205 detectors, from freeway_detectors.csv, freeway_stations.csv and highways.csv.

- Ramp detectors (not of class 1, or not listed) are left out, and so are stations without data.
- Lanes are numbered from the median (lane 1 is the fastest, and nearly empty at night), so the highest is the rightmost.
  A lane that `numberlanes` counts is a through lane, whether it continues to the next station or not.
- Mileposts, in miles, rise to the north; each station's `downstream` says which way its highway runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError, at
from scenarios.folder_name import check_name
from scenarios.run_labels import MILE_M
from simulator.recording.corridor_file import check_one_line
from simulator.recording.csv_columns import numbers, read_columns
from simulator.recording.csv_header import shown

PERIOD_S = 20
_MOST_LANES = 12
"""Chosen: a larger number is an error in the file."""


@dataclass(frozen=True, slots=True)
class LaneDetector:
    """The detector of a station's lane, with the lane's number in the files."""

    detector: str
    station: str
    lane_number: int


def read_lane_detectors(path: Path) -> list[LaneDetector]:
    """Return the lanes' detectors. Raises UserError as `read_columns` does."""
    wanted = ("detectorid", "detectorclass", "lanenumber", "stationid")
    table = read_columns(path, wanted)
    lanes = numbers(table.columns[2], table.lines, "lanenumber", path, known=True)
    rows = zip(*table.columns, lanes.tolist(), strict=True)
    return [LaneDetector(detector, station, int(lane)) for detector, kind, _, station, lane in rows if kind == "1"]


def read_highways(
    path: Path, highway_path: Path, loops: Sequence[LaneDetector]
) -> list[tuple[str, Corridor, list[str]]]:
    """Return direction, corridor and station ids in order of each highway that has data of two stations or more."""
    table = read_columns(path, ("stationid", "highwayid", "locationtext", "downstream", "milepost", "numberlanes"))
    ids, highway_of, places, below = table.columns[:4]
    miles, lanes = (
        dict(zip(ids, numbers(table.columns[k], table.lines, name, path, known=True).tolist(), strict=True))
        for k, name in ((4, "milepost"), (5, "numberlanes"))
    )
    for each, number in lanes.items():
        if number not in range(1, _MOST_LANES + 1):
            raise UserError(f"{path}: numberlanes of station {each} is 1 to {_MOST_LANES}, got {number:g}")
    place_of = dict(zip(ids, places, strict=True))
    used = {loop.station for loop in loops}
    highways = read_columns(highway_path, ("highwayid", "direction", "highwayname"))
    found = []
    for highway, direction, name in zip(*highways.columns, strict=True):
        own = [(each, after) for each, of, after in zip(ids, highway_of, below, strict=True) if of == highway]
        signs = {np.sign(miles[after] - miles[each]) for each, after in own if after in miles}
        stations = [each for each, _ in own if each in used]
        if len(stations) < 2:
            continue
        _check_highway(highway, direction, name, highway_path)
        if len(signs) != 1 or 0 in signs:
            raise UserError(f"{path}: mileposts of highway {highway} do not go one way from upstream to downstream")
        stations.sort(key=lambda each: miles[each], reverse=signs == {-1})
        first = miles[stations[0]]
        position_m = [round(abs(miles[each] - first) * MILE_M, 1) for each in stations]
        try:
            made = [Station(place_of[e].strip(), m, int(lanes[e])) for e, m in zip(stations, position_m, strict=True)]
            corridor = Corridor(f"{name} {direction.lower()}", float(PERIOD_S), tuple(made))
        except UserError as error:
            raise at(f"{path}, highway {highway}", error) from None
        found.append((direction.lower(), corridor, stations))
    return found


def _check_highway(highway: str, direction: str, name: str, path: Path) -> None:
    """Refuse a direction that no folder can be named after, and a name that is no line of text. Raises UserError."""
    try:
        check_name(direction)
    except UserError as error:
        raise at(f"{path}, direction of highway {shown(highway)}", error) from None
    check_one_line(name, f"{path}, highway {shown(highway)}")
