"""Every fault detector by its name: the protocol of `detectors.catalogue`, with decisions about loops instead of sections.

A decision's arrays are (S x L,), one value per loop (`detectors.faults.loop_index`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.calibration.thresholds import threshold_at
from detectors.catalogue_entry import refuse_file, unknown_detector
from detectors.detector import Detector
from detectors.faults.conservation import Conservation, read_balance, write_balance
from detectors.faults.frame_aggregation import STEP_S
from detectors.faults.gp_cusum import GpCusum
from detectors.faults.gp_cusum_model_file import read_model, write_model
from detectors.faults.health_rule import HealthRule
from detectors.faults.iris import Iris
from detectors.faults.pems import Pems
from detectors.fingerprints import fingerprint_of
from scenarios.corridor import Corridor
from scenarios.errors import UserError

DEFAULT_AIM = 1.0  # false alarms per loop-month
Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """A fault detector: what it is, how it is built, and how it is fitted to a corridor.

    `build(corridor, file or None, aim, factor)`: a fitted one is set for an aim of AIMS [false alarms per loop-month], and
    `factor` multiplies the threshold of that aim. `calibrate(runs, file to write, sources, show)`: None for one whose rules
    hold anywhere. `suffix` of its file.
    """

    name: str
    summary: str
    build: Callable[[Corridor, Path | None, float, float], Detector]
    calibrate: Callable[[Sequence[Any], Path, str, Show], None] | None = None
    suffix: str = ""

    def fingerprint(self, file: Path | bytes | None, aim: float, factor: float) -> str:
        """Return the fingerprint of the detector that `build` makes of a file, or of what is in it (`detectors.fingerprints`)."""
        return fingerprint_of(self.name, file, (aim, factor))


def _needed(name: str, file: Path | None) -> Path:
    if file is None:
        raise UserError(
            f"{name} is fitted to a corridor: wanted its file (laneblock calibrate {name} --recordings ...)"
        )
    return file


def _gp_cusum(name: str) -> Callable[[Corridor, Path | None, float, float], Detector]:
    def build(corridor: Corridor, file: Path | None, aim: float, factor: float) -> Detector:
        path = _needed(name, file)
        model = read_model(path)
        wanted_s = STEP_S if name == "gp_cusum" else corridor.period_s
        if model.step_s != wanted_s:
            raise UserError(
                f"{path}: {name} needs a model of steps of {wanted_s:g} s here, got one of {model.step_s:g} s (is it that of "
                f"{'gp_cusum_30s' if name == 'gp_cusum' else 'gp_cusum, or of another period'}?)"
            )
        return GpCusum(corridor, model, factor * model.threshold(aim))

    return build


def _fit(step_s: float | None) -> Callable[[Sequence[Any], Path, str, Show], None]:
    def calibrate(runs: Sequence[Any], out: Path, sources: str, show: Show) -> None:
        from detectors.faults.fit_fault_detectors import fit_gp_cusum

        write_model(out, fit_gp_cusum(runs, sources, step_s, show=show))

    return calibrate


def _conservation(corridor: Corridor, file: Path | None, aim: float, factor: float) -> Detector:
    path = _needed("conservation", file)
    balance = read_balance(path)
    return Conservation(corridor, balance, factor * threshold_at(balance.thresholds, aim, "conservation", "loop-month"))


def _fit_conservation(runs: Sequence[Any], out: Path, sources: str, show: Show) -> None:
    from detectors.faults.fit_fault_detectors import fit_conservation

    write_balance(out, fit_conservation(runs, sources, show))


def _rule(name: str, made: Callable[[Corridor], Detector]) -> Callable[[Corridor, Path | None, float, float], Detector]:
    def build(corridor: Corridor, file: Path | None, _aim: float, _factor: float) -> Detector:
        refuse_file(name, file)
        return made(corridor)

    return build


_ENTRIES = (
    FaultEntry(
        "gp_cusum",
        "counts against those of the closest loops, 5 min (Ghafouri et al. 2017)",
        _gp_cusum("gp_cusum"),
        _fit(300.0),
        ".npz",
    ),
    FaultEntry("gp_cusum_30s", "the same, every frame", _gp_cusum("gp_cusum_30s"), _fit(None), ".npz"),
    FaultEntry(
        "conservation",
        "what enters a section must leave it; the lane whose share is off",
        _conservation,
        _fit_conservation,
        ".json",
    ),
    FaultEntry(
        "health",
        "untrained: repeated, impossible, slow or scattered readings; dead, but not blocked, lanes",
        _rule("health", HealthRule),
    ),
    FaultEntry("pems", "PeMS's daily statistics, over the last 17 h (Chen et al. 2003)", _rule("pems", Pems)),
    FaultEntry("iris", "IRIS's checks: chatter, locked on, no hits, no change, spikes", _rule("iris", Iris)),
)

FAULT_DETECTORS: dict[str, FaultEntry] = {entry.name: entry for entry in _ENTRIES}


def build_fault_detector(
    name: str, corridor: Corridor, file: Path | None = None, aim: float = DEFAULT_AIM, factor: float = 1.0
) -> Detector:
    """Return a new fault detector for one run on `corridor`. Raises UserError for an unknown name or a wrong file."""
    return _entry(name).build(corridor, file, aim, factor)


def fault_fingerprint(
    name: str, file: Path | bytes | None = None, aim: float = DEFAULT_AIM, factor: float = 1.0
) -> str:
    """Return the fingerprint of what `build_fault_detector` makes of these. Raises UserError for an unknown name."""
    return _entry(name).fingerprint(file, aim, factor)


def _entry(name: str) -> FaultEntry:
    if name not in FAULT_DETECTORS:
        raise unknown_detector("fault detector", name, FAULT_DETECTORS)
    return FAULT_DETECTORS[name]
