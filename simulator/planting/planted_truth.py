"""Truth of a planted incident, in the form of a simulated run's: the undisturbed recording is the twin."""

import math
from collections.abc import Sequence

import numpy as np

from scenarios.corridor import Corridor
from simulator.emptied_lane import emptied_stations
from simulator.evidence_and_impact import carrying, earliest_evidence_s, has_impact
from simulator.frame import Flags, LoopFrame
from simulator.planting.scene import Scene
from simulator.planting.wave_run import Waves
from simulator.truth import Carrying, LaneTruth, ObservedIncident, SeenBlockage, Truth

SCORED_S = 60.0
"""After clearance planted frames are scored for so long, s, the grace of a detection. Later counts fall up to 100 vehicles short
at a station, in validation: all stations of the stretch are taken as carrying the incident's wave until the roads agree again."""


def planted_truth(
    frames: Sequence[LoopFrame],
    originals: Sequence[LoopFrame],
    corridor: Corridor,
    stretch: slice,
    scene: Scene,
    waves: Waves,
    first_row: int,
    touched: Flags,
) -> Truth:
    """Return the truth; `waves` and `touched` (T, S, L) begin at frame `first_row` of the recording."""
    times = np.array([frame.time_s for frame in frames])
    section = corridor.section_at(scene.position_m)
    rows = slice(first_row, first_row + len(waves.tail_m))
    queued = np.zeros((len(frames), len(corridor.stations)), dtype=np.bool_)
    for index, station in enumerate(corridor.stations):
        queued[rows, index] = (waves.tail_m <= station.position_m) & (station.position_m < scene.position_m)
    blockage = SeenBlockage(scene.onset_s, scene.clearance_s, scene.position_m, scene.lanes)
    queued |= emptied_stations(frames, originals, blockage, corridor)
    spans = carrying(frames, originals, scene.onset_s, scene.clearance_s, queued)
    changed = np.flatnonzero(touched.any(axis=(1, 2)))
    until_s = float(times[first_row + changed[-1]]) if len(changed) else scene.clearance_s
    if until_s > scene.clearance_s + SCORED_S:
        unscored = [Carrying(s, scene.clearance_s + SCORED_S, until_s) for s in range(stretch.start, stretch.stop)]
        spans = (*spans, *unscored)
    delay_veh_h = float((waves.held[1] - waves.held[0]).sum()) * corridor.period_s / 3600
    incident = ObservedIncident(
        onset_s=scene.onset_s,
        clearance_s=scene.clearance_s,
        position_m=scene.position_m,
        lanes=scene.lanes,
        section=section,
        earliest_evidence_s=earliest_evidence_s(frames, originals, scene.onset_s, section),
        impact=has_impact(frames, originals, scene.onset_s, scene.clearance_s, section),
        delay_veh_h=max(delay_veh_h, 0.0),
        queue_max_veh=float(waves.queue.max()),
    )
    lanes = _lanes(frames, waves, scene, rows, section)
    return Truth((incident,), spans, lanes, (), 0, 0)


def _lanes(frames: Sequence[LoopFrame], waves: Waves, scene: Scene, rows: slice, section: int) -> tuple[LaneTruth, ...]:
    found = []
    for frame in range(1, len(waves.queue)):
        at = frames[rows.start + frame]
        if at.time_s <= scene.onset_s or at.time_s > scene.clearance_s + SCORED_S:
            continue
        for lane in range(waves.queue.shape[1]):
            arrived = float(at.count[section, lane])
            left = float(waves.left[frame, lane])
            there = arrived + float(waves.inside[frame - 1, 0, lane])
            found.append(
                LaneTruth(
                    time_s=at.time_s,
                    incident=0,
                    lane=lane,
                    queue=float(waves.queue[frame, lane]),
                    upstream=float(waves.inside[frame, 0, lane]),
                    downstream=float(waves.inside[frame, 1, lane]),
                    arrived=arrived,
                    left=left,
                    lane_changing=min(1.0, left / there) if there > 0 else math.nan,
                )
            )
    return tuple(found)
