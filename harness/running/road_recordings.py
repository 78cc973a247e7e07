"""Recordings of real roads, road by road: recordings of equal stations are one road, in the order of their folders' names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from harness.records.history_folders import history_recordings, natural_key
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.recording.corridor_file import read_corridor

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Road:
    """A road by its `name`, and the folders of its recordings, in order of time: that of their names."""

    name: str
    corridor: Corridor
    folders: tuple[Path, ...]


def by_road(items: Iterable[tuple[Corridor, Item]]) -> list[tuple[Corridor, list[Item]]]:
    """Return items with the corridors that they are of, road by road: equal stations and period are one road.

    A road has the corridor of its first item, and is where that was.
    """
    found: dict[tuple[object, ...], tuple[Corridor, list[Item]]] = {}
    for corridor, item in items:
        found.setdefault((corridor.stations, corridor.period_s), (corridor, []))[1].append(item)
    return list(found.values())


def roads_of(folders: Sequence[Path]) -> tuple[Road, ...]:
    """Return the roads of recordings, in the order in which they are given; a folder is a recording, or holds some.

    Raises UserError and MissingFileError for a folder that is neither, and UserError for two recordings of one name.
    """
    roads: list[Road] = []
    for corridor, own in by_road(
        (read_corridor(folder), folder) for folder in history_recordings(folders, "RECORDINGS")
    ):
        own.sort(key=lambda folder: natural_key(folder.resolve().name))
        names = [folder.resolve().name for folder in own]
        for name in names:
            if names.count(name) > 1:
                raise UserError(
                    f"two recordings of {corridor.name!r} are called {name!r}: their names order them in time"
                )
        taken = [road.name for road in roads]
        name = corridor.name if corridor.name not in taken else f"{corridor.name} ({len(taken) + 1})"
        roads.append(Road(name, corridor, tuple(own)))
    return tuple(roads)
