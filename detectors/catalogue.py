"""Every detector by its name. To add one: its file, and one entry here."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from detectors.coin import Coin
from detectors.detector import Detector
from detectors.sheu.parameter_file import read_parameters, shipped_parameters
from detectors.sheu.sheu2004 import Sheu2004
from detectors.silent import Silent
from scenarios.corridor import Corridor

COIN_RATE_PER_SECTION_HOUR = 0.1  # about 17 alarms per day on seven sections: visible in any battery
COIN_SEED = 2004


@dataclass(frozen=True, slots=True)
class Entry:
    """A detector's name, what it is in one line, and how it is built for a corridor and a parameter file (or none)."""

    name: str
    summary: str
    build: Callable[[Corridor, Path | None], Detector]


def _no_file(name: str, parameters: Path | None) -> None:
    if parameters is not None:
        raise ValueError(f"detector {name!r} takes no parameter file, got {parameters}")


def _silent(corridor: Corridor, parameters: Path | None) -> Detector:
    _no_file("silent", parameters)
    return Silent(corridor)


def _coin(corridor: Corridor, parameters: Path | None) -> Detector:
    _no_file("coin", parameters)
    return Coin(corridor, COIN_RATE_PER_SECTION_HOUR, COIN_SEED)


def _sheu2004(corridor: Corridor, parameters: Path | None) -> Detector:
    return Sheu2004(corridor, shipped_parameters() if parameters is None else read_parameters(parameters))


_ENTRIES = (
    Entry("sheu2004", "the sequential detector of Sheu (2004): symptoms, Kalman filter, sequential test", _sheu2004),
    Entry("silent", "never alarms", _silent),
    Entry("coin", f"alarms at random, {COIN_RATE_PER_SECTION_HOUR} per section-hour", _coin),
)

DETECTORS: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}


def build(name: str, corridor: Corridor, parameters: Path | None = None) -> Detector:
    """A new detector for one run on `corridor`, with its shipped parameters or those of the file given.

    Raises ValueError for an unknown name, listing the known ones, and for a parameter file that does not fit.
    """
    if name not in DETECTORS:
        near = get_close_matches(name, DETECTORS, n=1)
        slip = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"no detector {name!r}; there are {', '.join(DETECTORS)}{slip}")
    return DETECTORS[name].build(corridor, parameters)
