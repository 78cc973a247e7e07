"""Taiwan's VDLive minutes (2.0), read from file to file: the detectors of a road differ in their values, in little else."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TypeVar

from scenarios.errors import UserError
from simulator.formats.gathered_roads import WITHOUT_READINGS
from simulator.formats.record_shapes import Place, RecordShapes
from simulator.formats.source_files import SourceFile
from simulator.formats.taiwan_vd_readings import FAULTY, Detectors, lane_number, lane_values, number_of, time_of
from simulator.formats.xml_events import Begin, Text, event_parser
from simulator.formats.xml_records import read_records

LIVE_PERIOD_S = 60.0
_MOST_TEXTS = 1 << 12
"""Texts of numbers that are kept. Chosen: volumes, speeds and per cent are some hundred."""
_Value = TypeVar("_Value", str, int)
_Detector = tuple[_Value, _Value, _Value, list[tuple[_Value, _Value, _Value, list[_Value]]]]
"""Name, time and status, and each lane's number, occupancy, speed and volumes: texts, or the places of texts."""


class LiveFiles:
    """Reads VDLive files, one after the other; what was learned of one serves the next."""

    def __init__(self, detectors: Detectors, left_out: dict[str, int]) -> None:
        self._detectors, self._left_out = detectors, left_out
        self._shapes = RecordShapes(_places)
        self._file, self._read = "", 0
        known = lru_cache(_MOST_TEXTS)
        self._number = known(partial(lane_number, first=0, place=""))
        self._values = [known(partial(number_of, name=name, place="")) for name in ("volume", "occupancy", "speed")]

    def add(self, file: SourceFile) -> None:
        """Add a file. Raises UserError naming file and detector for what does not fit."""
        self._file, self._read = file.place, 0
        live = _Live(self._add)
        for _ in read_records(file, "VDLive", live.begins, live.texts, self._take, live.end_detector):
            pass
        live.end_detector()
        self._left_out[WITHOUT_READINGS] += not self._read

    def _take(self, record: bytes) -> bool:
        read = self._shapes.read(record)
        if read is None:
            return False
        (name, time, status, lanes), texts = read
        if not texts[name] or texts[status] not in ("", "0"):
            self._add(_texts(*read))
            return True
        volume, occupancy, speed = self._values
        try:
            end_s = time_of(texts[time], "")
            readings = [
                (
                    self._number(texts[number]),
                    sum([volume(texts[k]) for k in volumes]) if volumes else math.nan,
                    occupancy(texts[share]),
                    speed(texts[kmh]),
                )
                for number, share, kmh, volumes in lanes
            ]
        except UserError:
            self._add(_texts(*read))  # which says where it is
            return True
        self._read += 1
        self._detectors.add(texts[name], LIVE_PERIOD_S, end_s, readings)
        return True

    def _add(self, detector: _Detector[str]) -> None:
        name, time, status, lanes = detector
        self._read += 1
        place = f"{self._file}, detector {name or '?'}"
        if not name:
            raise UserError(f"{place}: VDID is missing")
        end_s = time_of(time, place)
        faulty = status not in ("", "0")
        self._left_out[FAULTY] += faulty
        for number, occupancy, speed, volumes in lanes:
            lane = lane_number(number, 0, place)
            values = lane_values(volumes, occupancy, speed, faulty, f"{place}, lane {lane}")
            self._detectors.add(name, LIVE_PERIOD_S, end_s, [(lane, *values)])


def _texts(places: _Detector[int], texts: Sequence[str]) -> _Detector[str]:
    name, time, status, lanes = places
    own = [
        (texts[number], texts[occupancy], texts[speed], [texts[k] for k in volumes])
        for number, occupancy, speed, volumes in lanes
    ]
    return texts[name], texts[time], texts[status], own


def _places(record: bytes, place: Place) -> _Detector[int] | None:
    """Where the values of a detector's record are."""
    found: list[_Detector[str]] = []
    live = _Live(found.append)
    event_parser(live.begins, live.texts).Parse(record, True)
    live.end_detector()
    if len(found) != 1:
        return None
    ((name, time, status, lanes),) = found
    own = [
        (place(number), place(o), place(speed), [place(each) for each in volumes])
        for number, o, speed, volumes in lanes
    ]
    return place(name), place(time), place(status), own


@dataclass(slots=True)
class _Lane:
    """A lane's texts, and the volumes of its types of vehicles."""

    number: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    volumes: list[str] = field(default_factory=list)
    in_vehicles: bool = False


class _Live:
    """What the events of a VDLive file say: the detector that is open, and its lanes; `found` is called with each detector."""

    def __init__(self, found: Callable[[_Detector[str]], object]) -> None:
        self._found = found
        self._texts: dict[str, str] | None = None
        self._lanes: list[_Lane] = []
        self.begins: dict[str, Begin] = {"VDLive": self._begin_detector, "Lane": self._begin_lane}
        self.begins |= {"Vehicles": self._begin_vehicles, "Vehicle": self._begin_vehicle}
        names = ("VDID", "Status", "DataCollectTime", "LaneID")
        self.texts: dict[str, Text] = {name: partial(self._add_text, name) for name in names}
        self.texts |= {name: partial(self._add_lane_text, name) for name in ("Occupancy", "Speed")}
        self.texts["Volume"] = self._add_volume

    def _begin_detector(self, _: Mapping[str, str]) -> None:
        self.end_detector()
        self._texts = {}

    def _begin_lane(self, _: Mapping[str, str]) -> None:
        self._lanes.append(_Lane())

    def _begin_vehicles(self, _: Mapping[str, str]) -> None:
        if self._lanes:
            self._lanes[-1].in_vehicles = True

    def _begin_vehicle(self, _: Mapping[str, str]) -> None:
        if self._lanes:
            self._lanes[-1].volumes.append("")

    def _add_text(self, name: str, text: str) -> None:
        if name == "LaneID" and self._lanes:
            self._lanes[-1].number = text
        elif self._texts is not None:
            self._texts[name] = text

    def _add_lane_text(self, name: str, text: str) -> None:
        if self._lanes and not self._lanes[-1].in_vehicles:
            self._lanes[-1].texts[name] = text

    def _add_volume(self, text: str) -> None:
        if self._lanes and self._lanes[-1].volumes:
            self._lanes[-1].volumes[-1] = text

    def end_detector(self) -> None:
        """Hand over the open detector, if there is one."""
        if self._texts is None:
            return
        texts, own = self._texts, self._lanes
        self._texts, self._lanes = None, []
        lanes = [
            (lane.number, lane.texts.get("Occupancy", ""), lane.texts.get("Speed", ""), lane.volumes) for lane in own
        ]
        self._found((texts.get("VDID", ""), texts.get("DataCollectTime", ""), texts.get("Status", ""), lanes))
