"""What the catalogue knows of a detector: its name, what it is, how it is built, calibrated and set.

A package of yours may offer an `Entry` under the entry point group `laneblock.detectors` (`detectors.plugins`), or simply the
detector's class.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.detector import Detector
from scenarios.corridor import Corridor
from scenarios.errors import UserError

Build = Callable[[Corridor, Path | None, float], Detector]
Calibrate = Callable[[Sequence[Any], Path, str, float], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A detector's name, what it is in one line, how it is built, and how it is calibrated where it can be.

    `build(corridor, file or None, aim)`: `aim` is one of AIMS. `calibrate(runs, file to write, sources, aim)`; only a
    detector without `thresholds` needs a file per aim. `thresholds()`: by aim; where there are some, alarms are those of a
    threshold on the scores (`detectors.threshold_detector`), so one replay tells the whole operating curve. `suffix` of its file.
    """

    name: str
    summary: str
    build: Build
    calibrate: Calibrate | None = None
    thresholds: Callable[[], Mapping[float, float]] | None = None
    suffix: str = ".toml"


def refuse_file(name: str, parameters: Path | None) -> None:
    """Raises UserError where a detector that has no parameters is given a file of them."""
    if parameters is not None:
        raise UserError(f"detector {name!r} takes no parameter file, got {parameters}")
