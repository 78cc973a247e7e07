"""One incident planted in a recording: checks, flow model, readings, truth.

recording + incident --checks--> stretch --lane_waves--> flows with and without --planted_readings--> frames, truth
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Flags, LoopFrame
from simulator.planting.loop_series import LoopSeries, series_of
from simulator.planting.planted_readings import planted_readings
from simulator.planting.planted_road import AHEAD_S, net_ramp_flow, road_around
from simulator.planting.planted_truth import planted_truth
from simulator.planting.planting_checks import (
    CALM_S,
    HISTORY_S,
    check_free,
    check_rows,
    stretch_of,
    weak_reasons,
)
from simulator.planting.scene import Scene
from simulator.planting.site_constants import SiteConstants
from simulator.planting.wave_run import run_waves
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording
from simulator.truth import Truth

AFTER_S = 2400.0
"""Longest time after clearance that the model follows a queue, s. Chosen: a thousand vehicles discharge in it."""

FILL_S = 240.0
"""Time of the model before the onset beyond one passage of its road, s. Chosen: some minutes of settled traffic."""


@dataclass(frozen=True, slots=True, eq=False)
class PlantedRecording:
    """A recording with one incident, its truth, the flow per lane before the onset [veh/h], and why it is weak."""

    recording: Recording
    truth: Truth
    flow_vphpl: float
    next_station_m: float
    free_mps: float
    weak: tuple[str, ...]


def plant(
    recording: Recording,
    scene: Scene,
    site: SiteConstants,
    rng: np.random.Generator,
    series: LoopSeries | None = None,
    history_s: float = HISTORY_S,
) -> PlantedRecording:
    """Return the recording with the incident `scene`; frames that end by its onset are the same objects.

    `series` are the frames as arrays, where they are at hand; `history_s` before the onset must be recorded.
    Raises UserError where planting is not valid (`planting_checks`).
    """
    corridor = recording.corridor
    readings = series_of(recording.frames) if series is None else series
    first, onset = check_rows(readings, corridor, scene.onset_s, scene.clearance_s, history_s)
    stretch = stretch_of(readings.count[first:onset], corridor, scene.position_m)
    lanes = corridor.stations[stretch.start].lanes
    _check_lanes(scene, lanes, corridor.outermost)
    cleared = int(np.searchsorted(readings.times_s, scene.clearance_s)) + 1
    calm = slice(max(first, onset - round(CALM_S / corridor.period_s)), cleared)
    check_free(readings, corridor, stretch, calm)
    free_mps = float(np.nanmedian(readings.speed[first:onset, stretch, :lanes]))
    last = _last_row(readings, corridor.period_s, scene.clearance_s)
    length_m = corridor.stations[stretch.stop - 1].position_m - corridor.stations[stretch.start].position_m
    filling = math.ceil((AHEAD_S + length_m / free_mps + FILL_S) / corridor.period_s)
    rows = slice(max(first, onset - filling), last)
    road = road_around(readings, corridor, stretch, rows, free_mps, lanes)
    section = corridor.section_at(scene.position_m)
    ends_m = corridor.stations[section].position_m, corridor.stations[section + 1].position_m
    waves = run_waves(road, site, scene, float(readings.times_s[rows.start]) - corridor.period_s, ends_m)
    rows = slice(rows.start, rows.start + len(waves.tail_m))
    if waves.tail_m.min() <= road.first_m + road.cell_m:
        beyond_m = corridor.stations[stretch.start].position_m - road.first_m
        raise UserError(
            f"position_m {scene.position_m:g}: the queue would grow to more than {beyond_m:.0f} m upstream of the first sound "
            "station, beyond what the recording says (shorter, fewer lanes, or further downstream?)"
        )
    positions = np.array([station.position_m for station in corridor.stations[stretch]])
    own = LoopSeries(
        readings.times_s, *(a[:, stretch, :lanes] for a in (readings.count, readings.speed, readings.occupancy))
    )
    planted, touched = planted_readings(own, rows, waves, positions, scene, site, free_mps, rng)
    frames = _with_readings(recording.frames, rows, stretch, lanes, planted, np.any(touched, axis=(1, 2)))
    incident = RecordedIncident(scene.onset_s, scene.clearance_s, scene.position_m, scene.lanes)
    truth = planted_truth(frames, recording.frames, corridor, stretch, scene, waves, rows.start, touched)
    total = np.nansum(own.count, axis=2)
    before = slice(max(first, onset - round(300 / corridor.period_s)), onset)
    flow = float(total[before].mean(axis=0).mean()) / lanes / corridor.period_s * 3600
    net = net_ramp_flow(total, np.diff(positions), free_mps, corridor.period_s)[before].mean(axis=0)
    share = net / np.maximum(total[before, :-1].mean(axis=0), 1e-6)
    weak = weak_reasons(len(scene.lanes), flow, float(waves.tail_m.min()), scene.position_m, positions, share)
    return PlantedRecording(
        Recording(corridor, frames, (incident,)), truth, flow, ends_m[1] - scene.position_m, free_mps, weak
    )


def _check_lanes(scene: Scene, lanes: int, outermost: str) -> None:
    if not scene.lanes or max(scene.lanes) >= lanes or min(scene.lanes) < 0 or len(set(scene.lanes)) < len(scene.lanes):
        raise UserError(
            f"lanes: wanted different ones of 0 to {lanes - 1} (0 is the {outermost}), got {list(scene.lanes)}"
        )
    if len(scene.lanes) == lanes:
        raise UserError(f"lanes: all {lanes} lanes are blocked, so no traffic could pass: wanted at least one free")


def _last_row(series: LoopSeries, period_s: float, clearance_s: float) -> int:
    """Return the row after the last frame that the model follows: at most `AFTER_S`, to the next gap or the recording's end."""
    cleared = int(np.searchsorted(series.times_s, clearance_s))
    last = int(np.searchsorted(series.times_s, clearance_s + AFTER_S, side="right"))
    gaps = np.flatnonzero(np.diff(series.times_s[cleared:last]) > 1.5 * period_s)
    return cleared + int(gaps[0]) + 1 if len(gaps) else last


def _with_readings(
    frames: Sequence[LoopFrame], rows: slice, stretch: slice, lanes: int, planted: LoopSeries, changed: Flags
) -> tuple[LoopFrame, ...]:
    found = list(frames)
    for number in np.flatnonzero(changed).tolist():
        row = rows.start + number
        old = frames[row]
        values = []
        for name in ("count", "speed", "occupancy"):
            array = np.array(getattr(old, name))
            array[stretch, :lanes] = getattr(planted, name)[number]
            values.append(array)
        found[row] = LoopFrame(old.time_s, *values)
    return tuple(found)
