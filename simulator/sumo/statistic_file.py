"""SUMO's statistic output: what happened to the vehicles of a run, from its beginning to its end."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError, iterparse

from simulator.sumo.sumo_errors import SumoError


@dataclass(frozen=True, slots=True)
class Statistic:
    """Vehicles that entered the road, are on it at the end, and wait to enter it; vehicles that collided or were teleported."""

    departed: int
    on_road: int
    waiting: int
    collisions: int
    teleports: int


def read_statistic(path: Path) -> Statistic:
    """Return what SUMO wrote when it ended. Raises SumoError where the file is incomplete."""
    try:
        found = {element.tag: element.attrib for _, element in iterparse(path)}
        return Statistic(
            departed=int(found["vehicles"]["inserted"]),
            on_road=int(found["vehicles"]["running"]),
            waiting=int(found["vehicles"]["waiting"]),
            collisions=int(found["safety"]["collisions"]),
            teleports=int(found["teleports"]["total"]),
        )
    except (ParseError, FileNotFoundError, KeyError, ValueError) as failure:
        raise SumoError(f"SUMO left no complete statistic file: {failure}") from failure
