"""Small recordings for sources to play, and what a source gives, collected."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from harness.service.assembling.assembler import Assembler
from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.sources.reading import ReadingBatch
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, write_recording

CORRIDOR = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 500.0, 1)))


def made_recording(folder: Path, frames: int = 5) -> Recording:
    """Write a recording of some frames, with unknown values, into a folder."""
    rng = np.random.default_rng(1)
    made = []
    for k in range(1, frames + 1):
        count, speed, occupancy = np.round(rng.random((3, 2, 2)), 3)
        speed[rng.random((2, 2)) < 0.3] = np.nan
        for values in (count, speed, occupancy):
            values[1, 1] = np.nan
        made.append(LoopFrame(30.0 * k, np.round(10 * count), speed * 30, occupancy))
    recording = Recording(CORRIDOR, tuple(made), None)
    write_recording(folder, recording)
    return recording


def frames_of(batches: Iterable[ReadingBatch], corridor: Corridor = CORRIDOR) -> list[LoopFrame]:
    """Put the readings of batches together again."""
    assembler = Assembler(corridor, AssemblerSettings(allowed_lateness_s=0.0))
    frames = [frame for batch in batches for frame in assembler.add(batch.readings).frames]
    return frames + assembler.finish().frames


def bits(frames: Iterable[LoopFrame]) -> list[tuple[float, bytes]]:
    """Frames as something that can be compared bit for bit."""
    return [(f.time_s, np.array([f.count, f.speed, f.occupancy]).tobytes()) for f in frames]
