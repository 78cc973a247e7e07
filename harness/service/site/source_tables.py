"""The sources of a service's file, each kind a table and what it is built to. To add a kind: its table, and a line in `KINDS`."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field

from harness.service.corridors.source_runner import SourceSetup
from harness.service.site.placed_error import reading
from harness.service.sources.folder_source import FolderSource
from harness.service.sources.mqtt_source import MqttSource
from harness.service.sources.recording_source import RecordingSource
from harness.service.sources.stamps import StampReader
from harness.service.sources.sumo_source import SumoSource
from scenarios.corridor import LATEST_S, Corridor
from scenarios.errors import UserError
from scenarios.files.scenario_loading import load_scenario
from scenarios.files.toml_file import is_file
from scenarios.strict_model import StrictModel

FASTEST = 1e6
"""Largest pace. Chosen: no detector decides on a million times real time; leave `pace` at it for as fast as possible."""


class SourceTable(StrictModel, ABC):
    """What every source has: its kind, and its name in the status."""

    kind: str
    name: str = Field(default="", max_length=200)
    exercise: ClassVar[bool] = False

    @abstractmethod
    def build(self, folder: Path, roads: Mapping[str, Corridor], zones: Mapping[str, ZoneInfo]) -> SourceSetup:
        """Return the source; paths are taken from `folder`, `roads` and `zones` are those of the file. Raises UserError."""


class SumoTable(SourceTable):
    """A scenario played by SUMO."""

    scenario: str
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)
    pace: float = Field(default=1.0, gt=0, le=FASTEST)
    corridor: str = ""
    offset_s: float = Field(default=0.0, ge=-LATEST_S, le=LATEST_S)
    exercise: ClassVar[bool] = True

    def build(self, folder: Path, roads: Mapping[str, Corridor], zones: Mapping[str, ZoneInfo]) -> SourceSetup:
        """Return the source, which brings its corridor."""
        own = folder / self.scenario
        with reading("scenario"):
            placed = load_scenario(str(own) if is_file(own) else self.scenario)
        placed = placed if self.seed is None else placed.with_seed(self.seed)
        source = SumoSource(placed, self.pace, self.corridor, self.offset_s, self.name)
        return SourceSetup(source, tuple(corridor.name for corridor in source.corridors), can_wait=True)


class RecordingTable(SourceTable):
    """A recording played as if it were live."""

    folder: str
    pace: float = Field(default=1.0, gt=0, le=FASTEST)
    corridor: str = ""
    offset_s: float = Field(default=0.0, ge=-LATEST_S, le=LATEST_S)
    exercise: ClassVar[bool] = True

    def build(self, folder: Path, roads: Mapping[str, Corridor], zones: Mapping[str, ZoneInfo]) -> SourceSetup:
        """Return the source, which brings its corridor."""
        with reading("folder"):
            source = RecordingSource(folder / self.folder, self.pace, self.corridor, self.offset_s, self.name)
        return SourceSetup(source, tuple(corridor.name for corridor in source.corridors), can_wait=True)


class FolderTable(SourceTable):
    """A folder in which files appear; `corridor` is left out where the folder has a corridor.toml of its own."""

    folder: str
    corridor: str | None = None

    def build(self, folder: Path, roads: Mapping[str, Corridor], zones: Mapping[str, ZoneInfo]) -> SourceSetup:
        """Return the source."""
        with reading("corridor"):
            road = None if self.corridor is None else wanted_road(self.corridor, roads)
        with reading("folder"):
            source = FolderSource(folder / self.folder, road, self.name)
        names = tuple(each.name for each in source.corridors) if road is None else (road.name,)
        return SourceSetup(source, names, can_wait=True)


class MqttTable(SourceTable):
    """A subscription at an MQTT broker, for some of the corridors of the file, or all."""

    address: str
    corridors: tuple[str, ...] | None = Field(default=None, min_length=1)
    client_id: str = ""

    def build(self, folder: Path, roads: Mapping[str, Corridor], zones: Mapping[str, ZoneInfo]) -> SourceSetup:
        """Return the source."""
        with reading("corridors"):
            names = tuple(wanted_road(name, roads).name for name in self.corridors or roads)
            if not names:
                raise UserError("wanted a [[corridor]] with a folder, got none: messages do not describe the road")
        clocks = {name: StampReader(zone) for name, zone in zones.items()}
        with reading("address"):
            source = MqttSource(self.address, clocks, self.client_id, self.name)
        return SourceSetup(source, names, can_wait=False)


KINDS: Mapping[str, type[SourceTable]] = {
    "sumo": SumoTable,
    "recording": RecordingTable,
    "folder": FolderTable,
    "mqtt": MqttTable,
}
"""The kinds of source."""


def wanted_road(name: str, roads: Mapping[str, Corridor]) -> Corridor:
    """Return a corridor of the file by its name. Raises UserError with those that there are."""
    if name not in roads:
        known = ", ".join(roads) or "of which there is none"
        raise UserError(f"wanted the name of a [[corridor]] with a folder, {known}; got {name!r}")
    return roads[name]
