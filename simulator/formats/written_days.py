"""The loops of a long recording written day by day, each a part of its own, which a conversion that was ended does not write again.

    days/RECORDING/NUMBER-FRAMES-COUNTS-SPEEDS-OCCUPANCIES.csv.gz    how many frames it has, and impossible values of each kind

A part gets its name when it is whole. A compressed file may consist of several, one after the other: in the end they are joined.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor
from simulator.formats.conversion_work import WRITTEN, ConversionWork
from simulator.formats.day_frames import DayFrames
from simulator.formats.possible_values import possible_frame
from simulator.frame import LoopFrame
from simulator.recording.loop_table import write_loops

_ENDING = ".csv.gz"


class WrittenDays:
    """Writes the days of a recording's `frames`; `length` and `impossible` (3,) are known when it is written."""

    def __init__(self, work: ConversionWork, name: str, frames: DayFrames) -> None:
        self._work, self._name, self._frames = work, name, frames
        self.length = 0
        self.impossible: NDArray[np.int64] = np.zeros(3, dtype=np.int64)

    def write(self, path: Path, corridor: Corridor) -> None:
        """Write the loops file. Raises as `write_loops` does."""
        parts = [self._part(k, corridor) for k in range(len(self._frames.days))]
        for part in parts:
            self.length += int(_numbers(part)[0])
            self.impossible += _numbers(part)[1:]
        with path.open("wb") as whole:
            for part in parts:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, whole)

    def _part(self, k: int, corridor: Corridor) -> Path:
        place = self._work.path("days") / self._name
        place.mkdir(parents=True, exist_ok=True)
        for part in place.glob(f"{k}-*{_ENDING}"):
            return part
        self._work.show(k, len(self._frames.days), WRITTEN)
        impossible, frames = np.zeros(3, dtype=np.int64), list(self._frames.days.values())[k]()
        part = place / f".part{_ENDING}"
        write_loops(part, corridor, _possible(frames, corridor.period_s, impossible), further=k > 0)
        numbers = "-".join(map(str, [k, len(frames), *impossible.tolist()]))
        return part.rename(place / f"{numbers}{_ENDING}")


def _numbers(part: Path) -> list[int]:
    return [int(text) for text in part.name.removesuffix(_ENDING).split("-")[1:]]


def _possible(frames: Iterable[LoopFrame], period_s: float, impossible: NDArray[np.int64]) -> Iterator[LoopFrame]:
    for frame in frames:
        kept, wrong = possible_frame(frame, period_s)
        impossible += wrong
        yield kept
