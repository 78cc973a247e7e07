"""Readings of Taiwan's vehicle detectors: a VDLive file (2.0) and a table of five minutes (1.1)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from functools import partial

from scenarios.errors import UserError
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.gathered_roads import WITHOUT_READINGS
from simulator.formats.source_files import SourceFile
from simulator.formats.time_stamps import stamp_of
from simulator.formats.xml_elements import children, elements
from simulator.formats.xml_events import Begin, Text, read_events
from simulator.recording.csv_header import shown

LIVE_PERIOD_S = 60.0
CLOCK_H = 8
"""Hours by which Taiwan's clock is ahead of UTC, all year."""
OLD_PERIOD_S = 300.0
"""Period of a 1.1 file that does not say it."""
_ZONE = timezone(timedelta(hours=CLOCK_H))
_MOST = {"volume": 2000.0, "speed": 300.0, "occupancy": 100.0}
"""Largest values [veh per period, km/h, per cent]. Chosen: no lane has more; a larger one is no reading."""
_MOST_LANES = 20
_FAULTY = "readings of detectors whose status is not 0"


@dataclass(slots=True)
class Detectors:
    """Readings by period, and the lanes that each detector delivered; lanes count from 0, the innermost."""

    loops: dict[float, GatheredLoops]
    lanes: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, lane: int, period_s: float, end_s: float, values: tuple[float, float, float]) -> None:
        """Add a lane's count [veh per period], occupancy [per cent] and speed [km/h]."""
        count, occupancy, speed_kmh = values
        self.lanes[name] = max(self.lanes.get(name, 0), lane + 1)
        loops = self.loops.setdefault(period_s, GatheredLoops(period_s))
        loops.add((name, lane), end_s, count, occupancy / 100, speed_kmh / KMH_PER_MPS)


def add_live(file: SourceFile, detectors: Detectors, left_out: dict[str, int]) -> None:
    """Add a VDLive file. Raises UserError naming file and detector for what does not fit."""
    live = _Live(file.place, detectors, left_out)
    begins: dict[str, Begin] = {"VDLive": live.begin_detector, "Lane": live.begin_lane, "Vehicles": live.begin_vehicles}
    begins["Vehicle"] = live.begin_vehicle
    texts: dict[str, Text] = {
        name: partial(live.add_text, name) for name in ("VDID", "Status", "DataCollectTime", "LaneID")
    }
    texts |= {name: partial(live.add_lane_text, name) for name in ("Occupancy", "Speed")}
    texts["Volume"] = live.add_volume
    for _ in read_events(file, begins, texts):
        pass
    live.end_detector()
    left_out[WITHOUT_READINGS] += not live.detectors


@dataclass(slots=True)
class _Lane:
    """A lane's texts, and the volumes of its types of vehicles."""

    number: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    volumes: list[str] = field(default_factory=list)
    in_vehicles: bool = False


class _Live:
    """What the events of a VDLive file say: the detector that is open, and its lanes."""

    def __init__(self, place: str, detectors: Detectors, left_out: dict[str, int]) -> None:
        self._place, self._detectors, self._left_out = place, detectors, left_out
        self.detectors = 0
        self._texts: dict[str, str] | None = None
        self._lanes: list[_Lane] = []

    def begin_detector(self, _: Mapping[str, str]) -> None:
        self.end_detector()
        self.detectors += 1
        self._texts = {}

    def begin_lane(self, _: Mapping[str, str]) -> None:
        self._lanes.append(_Lane())

    def begin_vehicles(self, _: Mapping[str, str]) -> None:
        if self._lanes:
            self._lanes[-1].in_vehicles = True

    def begin_vehicle(self, _: Mapping[str, str]) -> None:
        if self._lanes:
            self._lanes[-1].volumes.append("")

    def add_text(self, name: str, text: str) -> None:
        if name == "LaneID" and self._lanes:
            self._lanes[-1].number = text
        elif self._texts is not None:
            self._texts[name] = text

    def add_lane_text(self, name: str, text: str) -> None:
        if self._lanes and not self._lanes[-1].in_vehicles:
            self._lanes[-1].texts[name] = text

    def add_volume(self, text: str) -> None:
        if self._lanes and self._lanes[-1].volumes:
            self._lanes[-1].volumes[-1] = text

    def end_detector(self) -> None:
        """Add the open detector, if there is one. Raises UserError naming what does not fit."""
        if self._texts is None:
            return
        name = self._texts.get("VDID", "")
        place = f"{self._place}, detector {name or '?'}"
        if not name:
            raise UserError(f"{place}: VDID is missing")
        end_s = _time_s(self._texts.get("DataCollectTime", ""), place)
        faulty = self._texts.get("Status", "") not in ("", "0")
        self._left_out[_FAULTY] += faulty
        for lane in self._lanes:
            number = _lane(lane.number, 0, place)
            own = lane.texts
            where = f"{place}, lane {number}"
            values = _values(lane.volumes, own.get("Occupancy", ""), own.get("Speed", ""), faulty, where)
            self._detectors.add(name, number, LIVE_PERIOD_S, end_s, values)
        self._texts, self._lanes = None, []


def add_old(file: SourceFile, detectors: Detectors, left_out: dict[str, int]) -> None:
    """Add a file of version 1.1: of each detector, the lanes of direction 0. Raises UserError as `add_live` does."""
    period_s = OLD_PERIOD_S
    for element in elements(file, "XML_Head"):
        text = element.get("interval", f"{OLD_PERIOD_S:g}")
        if not text.isdecimal() or not 0 < int(text) <= 3600:
            raise UserError(f"{file.place}: interval: wanted seconds, 1 to 3600, got {shown(text)}")
        period_s = float(text)
        for info in (each for each in element.iter() if each.tag.rsplit("}", 1)[-1] == "Info"):
            name = info.get("vdid", "")
            place = f"{file.place}, detector {name or '?'}"
            if not name:
                raise UserError(f"{place}: vdid is missing")
            end_s = _time_s(info.get("datacollecttime", ""), place)
            faulty = info.get("status", "0") != "0"
            left_out[_FAULTY] += faulty
            for lane in children(info, "lane"):
                if lane.get("vsrdir", "0") != "0":
                    left_out["readings of lanes in a detector's other direction (vsrdir 1)"] += 1
                    continue
                number = _lane(lane.get("vsrid", ""), 1, place)
                volumes = [each.get("volume", "") for each in children(lane, "cars")]
                where = f"{place}, lane {number + 1}"
                values = _values(volumes, lane.get("laneoccupy", ""), lane.get("speed", ""), faulty, where)
                detectors.add(name, number, period_s, end_s, values)


def _values(volumes: list[str], occupancy: str, speed: str, faulty: bool, place: str) -> tuple[float, float, float]:
    if faulty:
        return math.nan, math.nan, math.nan
    known = [_number(text, "volume", place) for text in volumes]
    count = sum(known) if known else math.nan  # NaN where one is not known
    return count, _number(occupancy, "occupancy", place), _number(speed, "speed", place)


def _number(text: str, name: str, place: str) -> float:
    try:
        value = float(text) if text else -1.0
    except ValueError:
        value = math.nan
    if not value <= _MOST[name]:
        raise UserError(f"{place}: {name}: wanted a number up to {_MOST[name]:g}, got {shown(text)}")
    return math.nan if value < 0 else value


def _lane(text: str, first: int, place: str) -> int:
    if not text.isdecimal() or not first <= int(text) < _MOST_LANES:
        raise UserError(f"{place}: wanted a lane's number, {first} to {_MOST_LANES - 1}, got {shown(text)}")
    return int(text) - first


def _time_s(text: str, place: str) -> float:
    return stamp_of(text.replace("/", "-"), _ZONE, place).timestamp()
