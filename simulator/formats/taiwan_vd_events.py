"""The texts of a detector in Taiwan's VDLive minutes (2.0), as a parser finds them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from simulator.formats.xml_events import Begin, Text


class LiveLane(NamedTuple):
    """A lane's number, occupancy and speed, and the volume of each type of vehicles."""

    number: str
    occupancy: str
    speed: str
    volumes: list[str]


class LiveDetector(NamedTuple):
    """A detector's name, time and status, and its lanes."""

    name: str
    time: str
    status: str
    lanes: list[LiveLane]


@dataclass(slots=True)
class _Lane:
    """A lane's texts, and the volumes of its types of vehicles."""

    number: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    volumes: list[str] = field(default_factory=list)
    in_vehicles: bool = False


class LiveEvents:
    """The events of a VDLive file: `found` is called with each detector."""

    def __init__(self, found: Callable[[LiveDetector], object]) -> None:
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
            LiveLane(lane.number, lane.texts.get("Occupancy", ""), lane.texts.get("Speed", ""), lane.volumes)
            for lane in own
        ]
        name, time = texts.get("VDID", ""), texts.get("DataCollectTime", "")
        self._found(LiveDetector(name, time, texts.get("Status", ""), lanes))
