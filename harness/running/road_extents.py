"""What a road's recordings hold: its logged incidents with their extents, and which of its sections lie between sound loops."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from detectors.needs import Needs
from harness.running.road_recordings import Road
from harness.scoring.incident_extent import Extent, find_extent, slow_stations
from harness.scoring.judged_sections import judged_sections
from harness.scoring.loop_speeds import LoopSpeeds, free_speeds, loop_speeds, usual_speeds
from harness.scoring.sound_loops import sound_sections, sound_stations
from simulator.frame import Array, Flags
from simulator.recording.recording_folder import read_recording


@dataclass(frozen=True, slots=True, eq=False)
class WatchedRecording:
    """One recording: its name, its hours, mean speeds of stations (T, S), and its incidents' extents; None: incidents not known."""

    name: str
    times_s: Array
    station_mps: Array
    extents: tuple[Extent, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class WatchedRoad:
    """A road with all its recordings; `sound` (N,) are the sections between sound loops.

    `unjudged`: by what a detector needs, the share of its decisions that are made without it.
    """

    road: Road
    recordings: tuple[WatchedRecording, ...]
    sound: Flags
    unjudged: Mapping[Needs, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The road's name."""
        return self.road.name

    @property
    def hours(self) -> float:
        """Hours of all recordings."""
        return sum(len(one.times_s) for one in self.recordings) * self.road.corridor.period_s / 3600.0


def watched_road(road: Road, needs: Iterable[Needs] = ()) -> WatchedRoad:
    """Return a road with the extents of its logged incidents, and how much of each of `needs` is missing.

    Raises UserError for a recording that cannot be read.

    What a place and hour has without incident comes from the road's other recordings where enough of them hold it, else from the
    free speed of all.
    """
    counts, speeds, logs = [], [], []
    judged: dict[Needs, list[Flags]] = {each: [] for each in needs if each}
    for folder in road.folders:
        recording = read_recording(folder)
        counts.append(np.array([frame.count for frame in recording.frames]))
        speeds.append(loop_speeds(recording.frames, road.corridor.period_s))
        logs.append(recording.incidents)
        if judged:
            speed, occupancy = (
                np.array([getattr(frame, name) for frame in recording.frames]) for name in ("speed", "occupancy")
            )
            for each, found in judged.items():
                found.append(judged_sections(each, counts[-1], speed, occupancy))
    free = free_speeds([one.station for one in speeds])
    free_lane = free_speeds([one.lane for one in speeds])
    recordings = []
    for number, (folder, count, own, log) in enumerate(zip(road.folders, counts, speeds, logs, strict=True)):
        extents: tuple[Extent, ...] | None = None
        if log is not None:
            others = [other for k, other in enumerate(speeds) if k != number]
            slow = (
                slow_stations(own, _normal(own, others, free), free_lane) if log else np.zeros(own.station.shape, bool)
            )
            extents = tuple(find_extent(incident, road.corridor, count, own, slow) for incident in log)
        if extents:  # a lane that an incident empties is not a faulty loop
            carried = np.logical_or.reduce([extent.cells for extent in extents])
            counts[number] = np.where(carried[:, :, None], np.nan, count)
        recordings.append(WatchedRecording(folder.resolve().name, own.times_s, own.station, extents))
    sound = sound_sections(sound_stations(np.concatenate(counts), road.corridor))
    unjudged = {each: 1.0 - float(np.concatenate(found).mean()) for each, found in judged.items()}
    return WatchedRoad(road, tuple(recordings), sound, unjudged)


def _normal(own: LoopSpeeds, others: list[LoopSpeeds], free: Array) -> Array:
    """(T, S) what each place and hour has without incident."""
    everywhere = np.broadcast_to(free, own.station.shape)
    if not others:
        return np.array(everywhere)
    usual = usual_speeds(own.times_s, others)
    return np.where(np.isnan(usual) if usual.size else True, everywhere, usual)
