"""Lane changes around incidents, read from SUMO's `--lanechange-output` after the run."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import iterparse

from scenarios.corridor import Corridor
from scenarios.corridor_edge import CorridorEdge
from simulator.sumo.road import Road
from simulator.truth import AUXILIARY_LANE, LaneChanges, ObservedIncident


def read_lane_changes(
    path: Path, road: Road, corridor: Corridor, incidents: Sequence[ObservedIncident]
) -> tuple[LaneChanges, ...]:
    """Return changes in each incident's section while it lasted: one row per frame, side ("up", "down") and pair of lanes."""
    found: Counter[tuple[float, int, str, int, int]] = Counter()
    for time_s, position_m, from_lane, to_lane in _changes(path, road):
        frame_s = (math.floor(time_s / corridor.period_s) + 1) * corridor.period_s  # SUMO labels a step by its start
        for index, incident in enumerate(incidents):
            start_m = corridor.stations[incident.section].position_m
            end_m = corridor.stations[incident.section + 1].position_m
            if start_m <= position_m <= end_m and _frame_touches(frame_s, corridor.period_s, incident):
                side = "up" if position_m <= incident.position_m else "down"
                found[frame_s, index, side, from_lane, to_lane] += 1
    return tuple(LaneChanges(*key, vehicles) for key, vehicles in sorted(found.items()))


def _frame_touches(frame_s: float, period_s: float, incident: ObservedIncident) -> bool:
    return frame_s > incident.onset_s and not frame_s - period_s >= incident.clearance_s  # NaN: never cleared


def _changes(path: Path, road: Road) -> Iterator[tuple[float, float, int, int]]:
    """Time [s], position [m along the corridor], from and to through lane of every change on the mainline."""
    pieces = {piece.edge: piece for piece in road.pieces}
    for _, element in iterparse(path):
        if element.tag != "change":
            continue
        edge, start_lane = element.attrib["from"].rsplit("_", 1)
        piece = pieces.get(edge)
        if piece is not None:
            position_m = piece.start_m + float(element.attrib["pos"])
            to_lane = int(element.attrib["to"].rsplit("_", 1)[1])
            yield (
                float(element.attrib["time"]),
                position_m,
                _through(piece, int(start_lane)),
                _through(piece, to_lane),
            )
        element.clear()


def _through(piece: CorridorEdge, sumo_lane: int) -> int:
    return piece.through.index(sumo_lane) if sumo_lane in piece.through else AUXILIARY_LANE
