"""Recordings from Finland's traffic measurement stations (TMS, LAM): raw files, a vehicle a row, and tms_stations.geojson.

Vehicles are counted over 30 s by station, lane and direction; the speed is their mean; occupancy is not known. Faulty records and
rows that come twice are left out. Times are Finland's clock. Direction 1 is that of the rising road address.

Assumed, because the files do not say it: within a direction, the lane of the lowest number is the rightmost; a period without a
vehicle between the first and the last row of a day's file counts 0, unless the whole station is silent for `SILENCE_S`.
A position is the distance in its road section; between sections it is the distance of the coordinates, as the crow flies.

Source: Digitraffic, "LAM raw data" (fields, clock, rules of faulty records); tms/v1/stations (road address).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.gathered_loops import GatheredLoops, Place
from simulator.formats.gathered_roads import Road, recordings_of, told
from simulator.formats.kept_reading import each_kept
from simulator.formats.lam_stations import LamStation, read_stations
from simulator.formats.lam_vehicles import FIRST_ROW, HELSINKI, PERIOD_S, SILENCE_S, LamDay, read_day
from simulator.formats.source_files import SourceFile, named, some_files, source_files

_EARTH_M = 6_371_000.0
"""Mean radius of the Earth."""


def describe(source: Path) -> str | None:
    """Return what `source` holds, where it holds raw LAM files; None otherwise."""
    heads = [file.head() for file in some_files(source, ".csv", ".geojson")]
    found = any(FIRST_ROW.match(head) or (b'"FeatureCollection"' in head and b'"tmsNumber"' in head) for head in heads)
    return "raw LAM data of Finland" if found else None


def read(source: Path) -> FieldRecordings:
    """Return a recording for each road and direction.

    Raises MissingFileError where `source` is not there, UserError naming file and row for what does not fit.
    """
    return read_files((source,))


def read_files(sources: Sequence[Path]) -> FieldRecordings:
    """Return the recordings of several files or folders, read together. Raises as `read` does."""
    days = source_files(sources, ".csv")
    if not days:
        raise UserError(
            f"{named(sources)}: wanted files lamraw_STATION_YEAR_DAY.csv and the stations (.geojson), got none"
        )
    stations = _stations(sources)
    loops, left_out = GatheredLoops(PERIOD_S), defaultdict[str, int](int)
    lanes: dict[tuple[int, int], set[int]] = defaultdict(set)
    tables = source_files(sources, ".geojson", ".json")
    for file in each_kept(days, [{PERIOD_S: loops}], [left_out, lanes], tables):
        day = read_day(file, left_out)
        if day is not None:
            _gather(day, loops, lanes)
    unknown = {number for number, _ in lanes} - set(stations)
    left_out["stations that the table does not hold"] = len(unknown)
    said = (
        "assumed: in each direction the lane of the lowest number is the rightmost; no row between a file's first and last is a "
        f"count of 0, up to {SILENCE_S / 60:g} min of silence"
    )
    return recordings_of(sources, _roads(stations, lanes, loops), [said, *told(left_out)])


def _stations(sources: Sequence[Path]) -> dict[int, LamStation]:
    tables: list[SourceFile] = source_files(sources, ".geojson", ".json")
    if not tables:
        raise UserError(
            f"{named(sources)}: wanted tms_stations.geojson, the places of the stations, beside the files, got none"
        )
    return {station.number: station for table in tables for station in read_stations(table)}


def _gather(day: LamDay, loops: GatheredLoops, lanes: dict[tuple[int, int], set[int]]) -> None:
    for (lane, direction), (count, speed_mps) in day.lanes.items():
        lanes[day.station, direction].add(lane)
        loops.add_columns(((day.station, direction), lane), day.end_s, count, speed_mps)


def _roads(
    stations: Mapping[int, LamStation], lanes: Mapping[tuple[int, int], set[int]], loops: GatheredLoops
) -> list[Road]:
    along: dict[tuple[int, int], list[LamStation]] = defaultdict(list)
    for number, direction in sorted(lanes):
        if number in stations:
            along[stations[number].road, direction].append(stations[number])
    roads = []
    for (road, direction), found in sorted(along.items()):
        ordered = sorted(found, key=lambda at: (at.section, at.distance_m))
        places = []
        for station, position_m in zip(ordered, _positions_m(ordered), strict=True):
            own = lanes[station.number, direction]
            numbers = range(min(own), max(own) + 1)
            position_m = position_m if direction == 1 else -position_m
            loop = tuple(((station.number, direction), lane) for lane in numbers)
            places.append(Place(f"TMS {station.number}", position_m, loop))
        name = f"Highway {road}" + ("" if direction == 1 else f" direction {direction}")
        roads.append(Road(name, places, loops, HELSINKI))
    return roads


def _positions_m(stations: Sequence[LamStation]) -> list[float]:
    position_m, positions_m = 0.0, [0.0]
    for before, after in pairwise(stations):
        same = before.section == after.section
        position_m += after.distance_m - before.distance_m if same else _straight_m(before, after)
        positions_m.append(position_m)
    return positions_m[: len(stations)]


def _straight_m(a: LamStation, b: LamStation) -> float:
    north = math.radians(b.latitude - a.latitude)
    east = math.radians(b.longitude - a.longitude) * math.cos(math.radians((a.latitude + b.latitude) / 2))
    return _EARTH_M * math.hypot(north, east)
