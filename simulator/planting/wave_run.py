"""The flow model over all frames: what stations see without and with the blockage, and the queue behind it."""

from dataclasses import dataclass

import numpy as np

from simulator.frame import Array
from simulator.planting.lane_waves import LaneWaves
from simulator.planting.planted_road import PlantedRoad
from simulator.planting.scene import Scene
from simulator.planting.site_constants import SiteConstants


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """Traffic over T frames, first axis undisturbed (0) and with the blockage (1).

    `flow` [veh/s] and `density` [veh/m] (2, T, S, L) at the stations, means of each frame; at each frame's end `queue` (T, L) [veh]
    behind the scene, `tail_m` (T,) its upstream end, `inside` (T, 2, L) vehicles up- and downstream of the scene in its section;
    `left` (T, L) vehicles that left each lane upstream of the scene in its section; `held` (2, T) all vehicles on the road, and
    `passed` (2, T) those that had left it.
    """

    flow: Array
    density: Array
    queue: Array
    tail_m: Array
    inside: Array
    left: Array
    held: Array
    passed: Array


def run_waves(
    road: PlantedRoad, site: SiteConstants, scene: Scene, start_s: float, section_m: tuple[float, float]
) -> Waves:
    """Return the traffic on `road` from `start_s` on; `section_m` are the stations at both ends of the scene's section."""
    model = LaneWaves(road, site, scene)
    frames, lanes, edges = len(road.inflow), road.use.shape[1], list(road.station_edge)
    first, scene_at, last = (road.edge_at(place) for place in (section_m[0], scene.position_m, section_m[1]))
    flow, density = (np.zeros((2, frames, len(edges), lanes)) for _ in range(2))
    queue, left, tail_m = np.zeros((frames, lanes)), np.zeros((frames, lanes)), np.zeros(frames)
    inside, held, passed = np.zeros((frames, 2, lanes)), np.zeros((2, frames)), np.zeros((2, frames))
    for frame in range(frames):
        for number in range(road.steps):
            time_s = start_s + frame * road.steps * road.step_s + number * road.step_s
            density[:, frame] += (model.density[:, [e - 1 for e in edges]] + model.density[:, edges]) / 2
            over, moved = model.step(frame, time_s)
            flow[:, frame] += over[:, edges]
            left[frame] += moved[1, first:scene_at].sum(axis=0) * road.step_s
        queue[frame], tail_m[frame] = model.queue()
        inside[frame, 0] = model.density[1, first:scene_at].sum(axis=0) * road.cell_m
        inside[frame, 1] = model.density[1, scene_at:last].sum(axis=0) * road.cell_m
        held[:, frame], passed[:, frame] = model.held(), model.passed
        if start_s + (frame + 1) * road.steps * road.step_s > scene.clearance_s and model.agree():
            frames = frame + 1
            break
    kept = slice(frames)
    return Waves(
        flow[:, kept] / road.steps,
        density[:, kept] / road.steps,
        queue[kept],
        tail_m[kept],
        inside[kept],
        left[kept],
        held[:, kept],
        passed[:, kept],
    )
