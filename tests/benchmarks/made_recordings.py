"""Recordings of a road of three sections, made for tests: days of noise about a daily wave, half hours with an incident."""

from pathlib import Path

import numpy as np

from harness.records.run_folder import write_record
from scenarios.corridor import Corridor, Station
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording

PERIOD_S = 60.0
ROAD = Corridor("made", PERIOD_S, tuple(Station(f"s{k}", 800.0 * k, 2) for k in range(4)))
ONSET_S, CLEARANCE_S = 600.0, 1200.0
INCIDENT = RecordedIncident(ONSET_S, CLEARANCE_S, 1200.0, (0,))


def made_frames(frames: int, seed: int, level: float | None = None) -> list[LoopFrame]:
    """Counts about `level` a frame and lane, or about a day's wave; speeds and occupancies to match."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(frames):
        mean = 12.0 - 8.0 * np.cos(2 * np.pi * k * PERIOD_S / 86400.0) if level is None else level
        count = rng.poisson(mean, (4, 2)).astype(float)
        speed = rng.normal(28.0, 1.0, (4, 2))
        made.append(LoopFrame((k + 1) * PERIOD_S, count, speed, np.minimum(6.0 * count / speed / PERIOD_S, 1.0)))
    return made


def made_day(seed: int, frames: int = 1440) -> Recording:
    """A day without incident."""
    return Recording(ROAD, tuple(made_frames(frames, seed)), ())


def made_incident(seed: int, level: float = 12.0) -> Recording:
    """Half an hour in which the middle section's upstream station stands still during the incident."""
    frames = made_frames(30, seed, level)
    for k, frame in enumerate(frames):
        if ONSET_S < frame.time_s <= CLEARANCE_S:
            count, speed, occupancy = frame.count.copy(), frame.speed.copy(), frame.occupancy.copy()
            count[1], speed[1], occupancy[1], count[2] = 3.0, 3.0, 0.6, 2.0
            frames[k] = LoopFrame(frame.time_s, count, speed, occupancy)
    return Recording(ROAD, tuple(frames), (INCIDENT,))


def write_results(folder: Path, days: int, incidents: int) -> Path:
    """A battery's results with so many days and incidents."""
    made = {f"day-{k}": made_day(k) for k in range(days)} | {
        f"incident-{k:02d}": made_incident(100 + k) for k in range(incidents)
    }
    for number, (name, recording) in enumerate(made.items()):
        write_recording(folder / "runs" / name, recording)
        happened = (Incident(onset_s=ONSET_S, duration_s=CLEARANCE_S - ONSET_S, position_m=1200.0, lanes=(0,)),)
        scenario = Scenario(
            name=name, seed=number, end_s=recording.frames[-1].time_s, incidents=happened if recording.incidents else ()
        )
        write_record(folder / "runs" / name, {"scenario": scenario.model_dump(mode="json")})
    return folder
