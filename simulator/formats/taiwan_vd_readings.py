"""Readings of Taiwan's vehicle detectors, gathered and checked, and a table of five minutes (1.1)."""

import math
from dataclasses import dataclass, field
from datetime import timedelta, timezone

from scenarios.errors import UserError
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.source_files import SourceFile
from simulator.formats.time_stamps import stamp_of
from simulator.formats.xml_elements import children, elements
from simulator.recording.csv_header import shown

CLOCK_H = 8
"""Hours by which Taiwan's clock is ahead of UTC, all year."""
OLD_PERIOD_S = 300.0
"""Period of a 1.1 file that does not say it."""
_ZONE = timezone(timedelta(hours=CLOCK_H))
MOST = {"volume": 2000.0, "speed": 300.0, "occupancy": 100.0}
"""Largest values [veh per period, km/h, per cent]. Chosen: no lane has more; a larger one is no reading."""
_MOST_LANES = 20
FAULTY = "readings of detectors whose status is not 0"


@dataclass(slots=True)
class Detectors:
    """Readings by period, and the lanes that each detector delivered; lanes count from 0, the innermost."""

    loops: dict[float, GatheredLoops]
    lanes: dict[str, int] = field(default_factory=dict)

    def of(self, period_s: float) -> GatheredLoops:
        """Return the loops of a period."""
        loops = self.loops.get(period_s)
        if loops is None:
            loops = self.loops[period_s] = GatheredLoops(period_s)
        return loops

    def note(self, name: str, lane: int) -> None:
        """Note that a detector delivered a lane."""
        if lane >= self.lanes.get(name, 0):
            self.lanes[name] = lane + 1

    def add(self, name: str, lane: int, period_s: float, end_s: float, values: tuple[float, float, float]) -> None:
        """Add a lane's count [veh per period], occupancy [per cent] and speed [km/h]."""
        count, occupancy, speed_kmh = values
        self.note(name, lane)
        self.of(period_s).add((name, lane), end_s, count, occupancy / 100, speed_kmh / KMH_PER_MPS)


def add_old(file: SourceFile, detectors: Detectors, left_out: dict[str, int]) -> None:
    """Add a file of version 1.1: of each detector, the lanes of direction 0. Raises UserError naming file and detector."""
    period_s = OLD_PERIOD_S
    for element in elements(file, "XML_Head"):
        text = element.get("interval", f"{OLD_PERIOD_S:g}")
        if not text.isdecimal() or len(text) > 9 or not 0 < int(text) <= 3600:
            raise UserError(f"{file.place}: interval: wanted seconds, 1 to 3600, got {shown(text)}")
        period_s = float(text)
        for info in (each for each in element.iter() if each.tag.rsplit("}", 1)[-1] == "Info"):
            name = info.get("vdid", "")
            place = f"{file.place}, detector {name or '?'}"
            if not name:
                raise UserError(f"{place}: vdid is missing")
            end_s = time_of(info.get("datacollecttime", ""), place)
            faulty = info.get("status", "0") != "0"
            left_out[FAULTY] += faulty
            for lane in children(info, "lane"):
                if lane.get("vsrdir", "0") != "0":
                    left_out["readings of lanes in a detector's other direction (vsrdir 1)"] += 1
                    continue
                number = lane_number(lane.get("vsrid", ""), 1, place)
                volumes = [each.get("volume", "") for each in children(lane, "cars")]
                where = f"{place}, lane {number + 1}"
                values = lane_values(volumes, lane.get("laneoccupy", ""), lane.get("speed", ""), faulty, where)
                detectors.add(name, number, period_s, end_s, values)


def status_is_faulty(text: str) -> bool:
    """Return whether a detector's status says that it is faulty."""
    return text not in ("", "0")


def lane_values(volumes: list[str], occupancy: str, speed: str, faulty: bool, place: str) -> tuple[float, float, float]:
    """Return a lane's count, occupancy [per cent] and speed [km/h]. Raises UserError at `place` for what is no reading."""
    if faulty:
        return math.nan, math.nan, math.nan
    known = [number_of(text, "volume", place) for text in volumes]
    count = sum(known) if known else math.nan  # NaN where one is not known
    return count, number_of(occupancy, "occupancy", place), number_of(speed, "speed", place)


def number_of(text: str, name: str, place: str) -> float:
    """Return a volume, speed or occupancy, NaN where it is not known. Raises UserError at `place` for what is none."""
    try:
        value = float(text) if text else -1.0
    except ValueError:
        value = math.nan
    if not value <= MOST[name]:
        raise UserError(f"{place}: {name}: wanted a number up to {MOST[name]:g}, got {shown(text)}")
    return math.nan if value < 0 else value


def lane_number(text: str, first: int, place: str) -> int:
    """Return a lane's number, counted from 0, in a file that counts from `first`. Raises UserError at `place`."""
    if not text.isdecimal() or len(text) > 9 or not first <= int(text) < _MOST_LANES:
        raise UserError(f"{place}: wanted a lane's number, {first} to {_MOST_LANES - 1}, got {shown(text)}")
    return int(text) - first


def time_of(text: str, place: str) -> float:
    """Return a time in seconds since 1970. Raises UserError at `place` for what is none."""
    return stamp_of(text.replace("/", "-"), _ZONE, place).timestamp()
