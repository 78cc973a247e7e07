"""SUMO's stop output: which vehicles stood at a stop of theirs, where, and from when to when."""

import math
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError, iterparse

from simulator.sumo.sumo_errors import SumoError


@dataclass(frozen=True, slots=True)
class StandingVehicle:
    """A vehicle that stood at its stop, `pos_m` along `lane`, beside the road where `parking`; `ended_s` NaN: to the run's end."""

    vehicle: str
    lane: str
    pos_m: float
    parking: bool
    started_s: float
    ended_s: float


def read_stops(path: Path, step_s: float) -> tuple[StandingVehicle, ...]:
    """Return what SUMO wrote when it ended, in order of start; times are the ends of steps of `step_s`, as everywhere else.

    Raises SumoError where the file is incomplete.
    """
    try:
        found = [_standing(element.attrib, step_s) for _, element in iterparse(path) if element.tag == "stopinfo"]
    except (ParseError, FileNotFoundError, KeyError, ValueError) as failure:
        raise SumoError(f"SUMO left no complete stop file: {failure}") from failure
    return tuple(sorted(found, key=lambda one: (one.started_s, one.vehicle)))


def _standing(attributes: dict[str, str], step_s: float) -> StandingVehicle:
    ended_s = float(attributes["ended"])
    return StandingVehicle(
        attributes["id"],
        attributes["lane"],
        float(attributes["pos"]),
        attributes["parking"] not in ("0", "false"),
        float(attributes["started"]) + step_s,  # SUMO labels a step by its start
        ended_s + step_s if ended_s >= 0 else math.nan,
    )
