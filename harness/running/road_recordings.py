"""Recordings of real roads, road by road: recordings of equal stations are one road, in the order of their folders' names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.records.history_folders import history_recordings, natural_key
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.recording.corridor_file import read_corridor


@dataclass(frozen=True, slots=True)
class Road:
    """A road by its `name`, and the folders of its recordings, in order of time: that of their names."""

    name: str
    corridor: Corridor
    folders: tuple[Path, ...]


def roads_of(folders: Sequence[Path]) -> tuple[Road, ...]:
    """Return the roads of recordings, in the order in which they are given; a folder is a recording, or holds some.

    Raises UserError and MissingFileError for a folder that is neither, and UserError for two recordings of one name.
    """
    found: list[tuple[Corridor, list[Path]]] = []
    for folder in history_recordings(folders, "RECORDINGS"):
        corridor = read_corridor(folder)
        same = [
            own for known, own in found if (known.stations, known.period_s) == (corridor.stations, corridor.period_s)
        ]
        if same:
            same[0].append(folder)
        else:
            found.append((corridor, [folder]))
    roads: list[Road] = []
    for corridor, own in found:
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
