"""Every fault detector by its name: the same protocol as `detectors.catalogue`, deciding about loops instead of sections.

A decision's arrays are (S x L,), one value per loop (`detectors.faults.loop_index`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from detectors.calibration.aims import threshold_at
from detectors.detector import Detector
from detectors.faults.conservation import Conservation, read_balance, write_balance
from detectors.faults.frame_aggregation import STEP_S
from detectors.faults.gp_cusum import GpCusum
from detectors.faults.gp_cusum_model_file import read_model, write_model
from detectors.faults.iris import Iris
from detectors.faults.pems import Pems
from scenarios.corridor import Corridor
from scenarios.errors import UserError

DEFAULT_AIM = 1.0  # false alarms per loop-month
Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """A fault detector: what it is, how it is built (file or None, aim per loop-month, factor), how it is fitted to a corridor.

    One that is fitted is set for an aim of AIMS; `factor` multiplies the threshold of that aim, to try stricter and laxer ones.

    `calibrate(runs, file to write, sources, show)`, None for one whose rules hold anywhere. `suffix` of its file.
    """

    name: str
    summary: str
    build: Callable[[Corridor, Path | None, float, float], Detector]
    calibrate: Callable[[Sequence[Any], Path, str, Show], None] | None = None
    suffix: str = ""


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
                f"{path}: {name} wants a model of steps of {wanted_s:g} s here, got one of {model.step_s:g} s (is it that of "
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
        if file is not None:
            raise UserError(f"{name} takes no file, got {file}")
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
    FaultEntry("pems", "PeMS's daily statistics, over the last 17 h (Chen et al. 2003)", _rule("pems", Pems)),
    FaultEntry("iris", "IRIS's checks: chatter, locked on, no hits, no change, spikes", _rule("iris", Iris)),
)

FAULT_DETECTORS: dict[str, FaultEntry] = {entry.name: entry for entry in _ENTRIES}


def build_fault_detector(
    name: str, corridor: Corridor, file: Path | None = None, aim: float = DEFAULT_AIM, factor: float = 1.0
) -> Detector:
    """A new fault detector for one run on `corridor`. Raises UserError for an unknown name or a file that does not fit."""
    if name not in FAULT_DETECTORS:
        near = get_close_matches(name, FAULT_DETECTORS, n=1)
        slip = f" (did you mean {near[0]!r}?)" if near else ""
        raise UserError(f"no fault detector {name!r}; there are {', '.join(FAULT_DETECTORS)}{slip}")
    return FAULT_DETECTORS[name].build(corridor, file, aim, factor)
