"""Calibration of a detector whose score has a few parameters: every combination of a grid is tried on the runs.

combinations --> scores on every run --> threshold for one false alarm per corridor-day --> the one with least mean delay
             --> its threshold for every rate
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.outcome import Outcome, Scoring, outcome_of
from detectors.calibration.settings_file import Settings, read_settings, shipped_settings, write_settings
from detectors.calibration.thresholds import threshold_for, thresholds_for
from detectors.threshold_detector import Scorer, Thresholded
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array


def replay_scores(make: Callable[[Corridor], Scorer], runs: Sequence[CalibrationRun]) -> list[Array]:
    """Return the scores (T, N) of a new scorer for each run."""
    scores = []
    for run in runs:
        scorer = make(run.corridor)
        scores.append(np.array([scorer.score(frame) for frame in run.frames]).reshape(-1, run.corridor.sections))
    return scores


@dataclass(frozen=True, slots=True)
class GridCalibratedDetector:
    """A detector of score and threshold: its name, default parameters (a dataclass of floats), scorer, and grid of parameters.

    `grid` holds the values to try by parameter; a parameter that is not in it keeps its default. `detector` makes the detector of
    corridor, scorer and threshold.
    """

    name: str
    defaults: Any
    scorer: Callable[[Corridor, Any], Scorer]
    grid: dict[str, Sequence[float]]
    detector: Callable[[Corridor, Any, float], Thresholded] = Thresholded

    def build(self, corridor: Corridor, path: Path | None, aim: float) -> Thresholded:
        """Return the detector with the settings of a file or the shipped ones, at the threshold for `aim`."""
        settings = self._shipped() if path is None else read_settings(path, self.name, type(self.defaults))
        parameters = replace(self.defaults, **settings.parameters)
        return self.detector(corridor, self.scorer(corridor, parameters), settings.threshold(aim))

    def thresholds(self) -> Mapping[float, float]:
        """Return the shipped thresholds by aim. Raises UserError where none are shipped."""
        return self._shipped().thresholds

    def _shipped(self) -> Settings:
        return shipped_settings(self.name, type(self.defaults))

    def candidates(self) -> Iterable[Any]:
        """Return the parameters to try: every combination of the grid."""
        for values in product(*self.grid.values()):
            yield replace(self.defaults, **dict(zip(self.grid, values, strict=True)))

    def calibrate(self, runs: Sequence[CalibrationRun], out: Path, sources: str, scoring: Scoring = outcome_of) -> None:
        """Write the settings of the best candidate. Raises UserError without incidents or incident-free frames."""
        if not any(run.incidents for run in runs):
            raise UserError(f"{self.name} is calibrated on known incidents, and the recordings hold none")
        best: tuple[Any, list[Array], Outcome] | None = None
        for parameters in self.candidates():
            scores = replay_scores(lambda corridor, chosen=parameters: self.scorer(corridor, chosen), runs)  # type: ignore[misc]
            _, found = threshold_for(runs, scores, Aim(), scoring)
            if best is None or found.delay_s < best[2].delay_s:
                best = parameters, scores, found
        assert best is not None  # a grid is never empty
        parameters, scores, found = best
        provenance = {
            "method": "least mean delay of the candidates at one false alarm per corridor-day (grid_search.py)",
            "detected": found.detections("on these recordings", Aim()),
            "false_alarms": f"{found.false_alarms} in {found.corridor_days:.2f} corridor-days",
            "sources": sources,
        }
        write_settings(
            out, Settings(self.name, asdict(parameters), thresholds_for(runs, scores, AIMS, scoring), provenance)
        )
