"""A detector with parameters, a scorer and candidates to calibrate among, made an entry of the catalogue.

candidates --> scores on every run --> threshold_for one false alarm per corridor-day --> the one with least mean delay
           --> thresholds_for every rate
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import product
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from detectors.calibration.settings_file import Settings, read_settings, shipped_settings, write_settings
from detectors.calibration.thresholds import AIMS, Aim, CalibrationRun, Outcome, threshold_for, thresholds_for
from detectors.threshold_detector import Scorer, Thresholded
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array


class MakeScorer(Protocol):
    """Makes a scorer for a corridor with parameters."""

    def __call__(self, corridor: Corridor, parameters: Any) -> Scorer: ...  # noqa: D102


def replay_scores(make: Callable[[Corridor], Scorer], runs: Sequence[CalibrationRun]) -> list[Array]:
    """Per run the scores (T, N) of a new scorer."""
    scores = []
    for run in runs:
        scorer = make(run.corridor)
        scores.append(np.array([scorer.score(frame) for frame in run.frames]).reshape(-1, run.corridor.sections))
    return scores


@dataclass(frozen=True, slots=True)
class Family:
    """A detector's name, its parameters' dataclass (all floats, defaults to start from), its scorer, its candidates."""

    name: str
    defaults: Any
    scorer: MakeScorer
    grid: dict[str, Sequence[float]]

    def build(self, corridor: Corridor, path: Path | None, aim: float) -> Thresholded:
        """The detector with the settings of a file or the shipped ones, at the threshold for `aim`."""
        names = [field.name for field in fields(self.defaults)]
        settings = shipped_settings(self.name, names) if path is None else read_settings(path, self.name, names)
        parameters = replace(self.defaults, **settings.parameters)
        return Thresholded(corridor, self.scorer(corridor, parameters), settings.threshold(aim))

    def thresholds(self) -> Mapping[float, float]:
        """The shipped thresholds by aim. Raises UserError where none are shipped."""
        return shipped_settings(self.name, [field.name for field in fields(self.defaults)]).thresholds

    def candidates(self) -> Iterable[Any]:
        """The parameters tried."""
        for values in product(*self.grid.values()):
            yield replace(self.defaults, **dict(zip(self.grid, values, strict=True)))

    def calibrate(self, runs: Sequence[CalibrationRun], out: Path, sources: str) -> None:
        """Write the settings that the runs recommend. Raises UserError without incidents or incident-free frames."""
        if not any(run.incidents for run in runs):
            raise UserError(f"{self.name} is calibrated on known incidents, and the recordings hold none")
        best: tuple[float, Any, list[Array], Outcome] | None = None
        for parameters in self.candidates():
            scores = replay_scores(lambda corridor, chosen=parameters: self.scorer(corridor, chosen), runs)  # type: ignore[misc]
            _, found = threshold_for(runs, scores, Aim())
            if best is None or found.delay_s < best[0]:
                best = found.delay_s, parameters, scores, found
        assert best is not None  # a grid is never empty
        _, parameters, scores, found = best
        provenance = {
            "method": "least mean delay of the candidates at one false alarm per corridor-day (grid_search.py)",
            "detected": f"{found.detected} of {found.incidents} on these recordings, mean delay {found.delay_s:.1f} s "
            "with 600 s for a missed one",
            "false_alarms": f"{found.false_alarms} in {found.corridor_days:.2f} corridor-days",
            "sources": sources,
        }
        write_settings(out, Settings(self.name, asdict(parameters), thresholds_for(runs, scores, AIMS), provenance))
