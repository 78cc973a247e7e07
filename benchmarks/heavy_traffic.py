"""Heavy traffic on a road of any length, made from the recordings that ship: congestion everywhere, incidents in many sections.

    recordings of stations with four lanes, end to end, each begun at a random frame and repeated --> FREE_FRAMES of them unchanged
    --> then a jam on the whole road, in waves that run upstream, and a blocked lane in INCIDENT_SHARE of the sections at a time

The recordings were simulated with SUMO and hold an incident or a breakdown each. A jam multiplies their speeds, counts and
occupancies; what has become normal before it makes every section deviate for the half hour that a site needs to learn it.
"""

from collections.abc import Iterator

import numpy as np

from harness.studies.baseline.collect_baseline import recordings_in
from harness.studies.baseline.run_identities import SHIPPED
from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame
from simulator.recording.corridor_file import read_corridor
from simulator.recording.loop_table import find_loops, read_loops

LANES, PERIOD_S = 4, 30.0
FREE_FRAMES = 20  # before the jam; chosen: ten minutes in which a detector learns the site
WAVE_M, WAVE_MPS = (
    2000.0,
    5.0,
)  # [m] from wave to wave, [m/s] upstream: stop-and-go waves of German freeways run at 15 to 20 km/h
SLOW, FEWER = (0.2, 0.6), 0.75  # [1] of a speed, within a wave and between two, and of a count; chosen
INCIDENT_SHARE = 0.1  # of the sections at a time; chosen: a hundred times what a bad day brings
INCIDENT_FRAMES = 20  # [frames] ten minutes, as the incident of Sheu (2004)
LEFT, QUEUE_SPEED, QUEUE_OCCUPANCY = (
    0.1,
    0.3,
    0.4,
)  # [1] of a blocked lane's count, of the speed upstream; share upstream


def heavy_traffic(sections: int, frames: int, rng: np.random.Generator) -> tuple[Corridor, Iterator[LoopFrame]]:
    """Return a road of so many sections, and its frames: FREE_FRAMES, then `frames` of the jam."""
    recordings = _recordings()
    stations: list[Station] = []
    tiles = []
    start_m = 0.0
    while len(stations) <= sections:
        corridor, values = recordings[int(rng.integers(len(recordings)))]
        tiles.append((values, int(rng.integers(len(values)))))
        stations += [
            Station(f"S{len(stations) + k}", start_m + s.position_m, LANES) for k, s in enumerate(corridor.stations)
        ]
        start_m = stations[-1].position_m + corridor.section_length_m(0)
    road = Corridor("heavy", PERIOD_S, tuple(stations[: sections + 1]))
    return road, _frames(road, tiles, frames, rng)


def _recordings() -> list[tuple[Corridor, Array]]:
    """Return the recordings with LANES lanes and frames of PERIOD_S: road, and (T, 3, S, L) counts, speeds, occupancies."""
    found = []
    for folder in recordings_in(SHIPPED):
        corridor = read_corridor(folder)
        if corridor.lanes == LANES and corridor.period_s == PERIOD_S:
            frames = read_loops(find_loops(folder), corridor)
            found.append((corridor, np.array([(each.count, each.speed, each.occupancy) for each in frames])))
    return found


def _frames(
    road: Corridor, tiles: list[tuple[Array, int]], frames: int, rng: np.random.Generator
) -> Iterator[LoopFrame]:
    position_m = np.array([station.position_m for station in road.stations])
    for k in range(FREE_FRAMES + frames):
        recorded = np.concatenate([values[(begin + k) % len(values)] for values, begin in tiles], axis=1)
        count, speed, occupancy = recorded[:, : len(road.stations)]
        time_s = (k + 1) * PERIOD_S
        if k >= FREE_FRAMES:
            phase = 2 * np.pi * (position_m + WAVE_MPS * time_s) / WAVE_M
            slow = SLOW[0] + (SLOW[1] - SLOW[0]) * (1 + np.cos(phase[:, None])) / 2
            count, speed, occupancy = np.round(FEWER * count), slow * speed, np.minimum(FEWER / slow * occupancy, 1.0)
            if (k - FREE_FRAMES) % INCIDENT_FRAMES == 0:
                section = np.flatnonzero(rng.random(road.sections) < INCIDENT_SHARE)
                lane = rng.integers(LANES, size=len(section))
            count[section + 1, lane] = np.round(LEFT * count[section + 1, lane])
            speed[section, lane] *= QUEUE_SPEED
            occupancy[section, lane] = np.maximum(occupancy[section, lane], QUEUE_OCCUPANCY)
        yield LoopFrame(time_s, count, speed, occupancy)
