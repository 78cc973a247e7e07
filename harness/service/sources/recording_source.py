"""A recording played as if it were live, at a pace."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.pace import Pacer, check_pace
from harness.service.sources.reading import ReadingBatch
from scenarios.corridor import Corridor
from simulator.recording.recording_folder import open_recording


class RecordingSource:
    """Plays a recording's folder, one batch a frame; `pace` is data seconds per second, infinite for as fast as possible.

    `corridor` is the name of its corridor in the service ("": that in the recording); `offset_s` is added to its times.
    Raises MissingFileError and UserError for a folder that is no recording; `batches` raises UserError at a row that does not fit.
    """

    def __init__(
        self, folder: Path, pace: float = 1.0, corridor: str = "", offset_s: float = 0.0, name: str = ""
    ) -> None:
        self._recording = open_recording(folder)
        self._corridor = replace(self._recording.corridor, name=corridor or self._recording.corridor.name)
        self._pace, self._offset_s = check_pace(pace), offset_s
        self._name = name or f"recording {folder}"
        self._stopped = threading.Event()

    @property
    def name(self) -> str:
        """Its name in messages and in the status."""
        return self._name

    @property
    def corridors(self) -> tuple[Corridor, ...]:
        """The recording's corridor."""
        return (self._corridor,)

    @property
    def grid_offset_s(self) -> float:
        """Where its frames stand between whole periods; reads the first frame."""
        first = next(iter(self._recording.frames))
        return (first.time_s + self._offset_s) % self._corridor.period_s

    @property
    def repeats(self) -> bool:
        """It gives readings again after a crash."""
        return True

    def batches(self, after_s: float | None) -> Iterator[ReadingBatch]:
        """Yield the readings of each frame that ends later than `after_s`, each in its time."""
        pacer = Pacer(self._pace, self._stopped)
        for frame in self._recording.frames:
            time_s = frame.time_s + self._offset_s
            if after_s is not None and time_s <= after_s:
                if self._stopped.is_set():
                    return
                continue
            if not pacer.wait_until(time_s):
                return
            yield frame_readings(self._corridor, frame, self._offset_s)

    def stop(self) -> None:
        """Let `batches` end."""
        self._stopped.set()
