"""SUMO's E1 output: readings of the loops of a corridor from an XML file, packed or not.

A loop is found by its id: from a table `e1_loops.csv` (`id,station,lane`) beside the files, or else as STATION_LANE, as laneblock
names its own. Loops of other roads in the same file are left out, and a last interval that the end of the run cut short.
`time_s` is the end of an interval; occupancy is a percentage there, and a speed of -1 means that no vehicle passed.
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element

from harness.service.sources.reading import Reading
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.files.xml_file import xml_tags
from scenarios.files.xml_values import xml_number
from simulator.recording.csv_header import shown

LOOPS_TABLE = "e1_loops.csv"
Loops = Mapping[str, tuple[str, int]]
"""Station and lane of each loop, by its id."""
_SAME_S = 1e-6
"""Lengths of time that differ by less are the same, s. Chosen: SUMO writes hundredths."""


def loops_by_id(corridor: Corridor) -> dict[str, tuple[str, int]]:
    """Return the loops of a corridor by the ids that laneblock gives them."""
    return {f"{s.name}_{lane}": (s.name, lane) for s in corridor.stations for lane in s.lane_numbers}


def read_loops_table(path: Path, corridor: Corridor) -> dict[str, tuple[str, int]]:
    """Return the loops of a corridor by their ids, from a table. Raises UserError naming file and line."""
    lanes = {station.name: station.lane_numbers for station in corridor.stations}
    found: dict[str, tuple[str, int]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames is None or not {"id", "station", "lane"} <= set(rows.fieldnames):
            raise UserError(f"{path}, line 1: wanted the columns id,station,lane, got {shown(rows.fieldnames)}")
        for row in rows:
            station, lane = row["station"] or "", row["lane"] or ""
            if station not in lanes or not re.fullmatch(r"[0-9]{1,3}", lane) or int(lane) not in lanes[station]:
                place = f"{path}, line {rows.line_num}"
                raise UserError(
                    f"{place}: wanted a station and lane of the corridor, got {shown(station)}, {shown(lane)}"
                )
            found[row["id"]] = (station, int(lane))
    return found


def read_e1(path: Path, corridor: Corridor, loops: Loops) -> list[Reading]:
    """Return the readings in a file. Raises UserError for what is no E1 output of this corridor with its period."""
    readings: list[Reading] = []
    lengths_s: set[float] = set()
    others: set[str] = set()
    for tag, attributes, _ in xml_tags(path):
        if tag == "interval":
            found = loops.get(attributes.get("id", ""))
            if found is None:
                others.add(attributes.get("id", ""))
            else:
                row = Element(tag, attributes)
                length_s = xml_number(row, "end", path) - xml_number(row, "begin", path)
                lengths_s.add(length_s)
                if abs(length_s - corridor.period_s) < _SAME_S:
                    readings.append(_reading(row, *found, path))
        elif tag != "detector":
            raise UserError(f"{path}: wanted SUMO's E1 output (<detector> with <interval>s), got <{tag[:40]}>")
    if lengths_s and (not readings or max(lengths_s) > corridor.period_s + _SAME_S):
        got_s = f"{max(lengths_s):g} s"
        raise UserError(f"{path}: wanted intervals of the corridor's period_s, {corridor.period_s:g} s, got {got_s}")
    if others and not readings:
        wanted, got = shown(", ".join(loops)), shown(", ".join(sorted(others)))
        raise UserError(f"{path}: wanted loops {wanted}, got {got} (a table {LOOPS_TABLE} says which is which)")
    return readings


def _reading(row: Element, station: str, lane: int, path: Path) -> Reading:
    speed_mps = xml_number(row, "speed", path)
    return Reading(
        station=station,
        lane=lane,
        time_s=xml_number(row, "end", path),
        count_veh=xml_number(row, "nVehContrib", path),
        speed_mps=speed_mps if speed_mps >= 0 else float("nan"),
        occupancy=min(xml_number(row, "occupancy", path) / 100, 1.0),
    )
