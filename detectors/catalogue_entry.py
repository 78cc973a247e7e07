"""An entry of the catalogue: a detector's name, what it is, how it is built and calibrated, and its fingerprint.

Another package may offer an `Entry` under the entry point group `laneblock.detectors` (`detectors.plugins`), or simply the
detector's class.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from detectors.calibration.site_history import SiteHistory
from detectors.detector import Detector
from detectors.fingerprints import fingerprint_of, score_fingerprint_of
from detectors.needs import Needs, PartNeeds
from detectors.threshold_detector import lasting_alarms
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags

Build = Callable[[Corridor, Path | None, float], Detector]
Calibrate = Callable[[Sequence[Any], Path, str, float], None]
CalibrateOnSite = Callable[[Sequence[Any], Path, str, SiteHistory], None]
Alarms = Callable[[Array, float, Array, Corridor], Flags]
"""Scores (T, N), threshold, ends of frames [s] (T,) and corridor to alarms (T, N)."""
Retune = Callable[[Sequence[Any], Path, str, Path | None], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A detector's name, what it is in one line, how it is built, and how it is calibrated where it can be.

    `build(corridor, file or None, aim)`: `aim` is one of AIMS. `calibrate(runs, file to write, sources, aim)`; only a detector
    without `thresholds` needs a file per aim. `thresholds()`: by aim; where there are some, `alarms` makes those of any
    threshold of the scores, so one replay gives the whole operating curve. `suffix` of its file;
    `shipped(aim)`: the file it comes with, None for one without parameters. `module`: where a plug-in comes from.
    `calibrate_on_site(runs, file to write, sources, history)`: as `calibrate`, of a detector that can keep the parameters of an
    earlier file; `uses_normal`: its decisions use the site's normal, where its file has one; `holds_normal`: its file has a place
    for it. `retune(runs, file to write, sources, earlier file or None)`: of a trained detector, thresholds alone, for the trained
    parts of the earlier file or of the shipped one. `holds_feedback`: its file may name thresholds of single sections
    (`detectors.calibration.section_thresholds`). `needs`: the sets of quantities of which one is enough for it to judge a section
    (`detectors.needs`); without any of them its score is NaN, or it was not made for that. Empty: not stated. `needs_of_file(file
    or None)`: where they depend on its file, as an ensemble's do on its members. `parts`: what it does not judge where more is
    missing. `scores_all`: it scores every section that it
    can judge; False for one that scores suspected sections only. `window_frames`: frames that it looks back, however long they are;
    0: its memories are in seconds.
    """

    name: str
    summary: str
    build: Build
    calibrate: Calibrate | None = None
    thresholds: Callable[[], Mapping[float, float]] | None = None
    suffix: str = ".toml"
    shipped: Callable[[float], Traversable] | None = None
    module: str = ""
    calibrate_on_site: CalibrateOnSite | None = None
    uses_normal: bool = False
    holds_normal: bool = True
    retune: Retune | None = None
    alarms: Alarms = lasting_alarms
    holds_feedback: bool = False
    needs: Needs = ()
    needs_of_file: Callable[[Path | None], Needs] | None = None
    parts: tuple[PartNeeds, ...] = ()
    scores_all: bool = True
    window_frames: int = 0

    def needed(self, parameters: Path | None = None) -> Needs:
        """Return what the detector that `build` makes of a file needs. Raises UserError as reading the file does."""
        return self.needs if self.needs_of_file is None else self.needs_of_file(parameters)

    def fingerprint(self, parameters: Path | bytes | None, aim: float) -> str:
        """Return the fingerprint of the detector that `build` makes of a file, or of what is in it (`detectors.fingerprints`)."""
        shipped = None if self.shipped is None else self.shipped(aim)
        file = shipped if parameters is None and shipped is not None and shipped.is_file() else parameters
        return fingerprint_of(self.name, file, (aim,), self.module)

    def score_fingerprint(self, parameters: Path | None, aim: float) -> str:
        """Return the fingerprint of what the scores of that detector depend on (`detectors.fingerprints`)."""
        shipped = None if self.shipped is None else self.shipped(aim)
        file = shipped if parameters is None and shipped is not None and shipped.is_file() else parameters
        return score_fingerprint_of(self.name, file, self.module)


def refuse_file(name: str, parameters: Path | None) -> None:
    """Raise UserError where a detector that has no parameters is given a file of them."""
    if parameters is not None:
        raise UserError(f"detector {name!r} takes no parameter file, got {parameters}")


def unknown_detector(what: str, name: str, known: Iterable[str]) -> UserError:
    """Return the error for a name that is not `known`, with the likely slip; `what` is a detector or a fault detector."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    slip = f" (did you mean {near[0]!r}?)" if near else ""
    return UserError(f"no {what} {name!r}; there are {', '.join(names)}{slip}")
