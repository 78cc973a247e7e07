"""Calibration of a detector whose score has a few parameters: every combination of a grid is tried on the runs.

combinations --> scores on every run --> threshold for one false alarm per corridor-day --> the one with least mean delay
             --> its threshold for every rate

Without known incidents no combination is better than another: the shipped parameters stay, and thresholds alone are learned. So
do those of an earlier file that is calibrated again. Where a site's normal is learned too, each day is scored with that of the
others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.hourly_normal import HourlyNormal
from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.out_of_day import out_of_day_scores
from detectors.calibration.outcome import Outcome, Scoring, outcome_of
from detectors.calibration.rates_seen import rates_seen, rates_text
from detectors.calibration.section_thresholds import thresholds_on
from detectors.calibration.settings_file import Settings, read_settings, shipped_settings, write_settings
from detectors.calibration.site_history import NO_HISTORY, SiteHistory
from detectors.calibration.stored_text import shipped_file
from detectors.calibration.thresholds import threshold_for, thresholds_for
from detectors.threshold_detector import Scorer, Thresholded
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
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
    corridor, scorer and threshold. `site_scorer` makes the scorer with a site's normal, where the detector uses one.
    """

    name: str
    defaults: Any
    scorer: Callable[[Corridor, Any], Scorer]
    grid: dict[str, Sequence[float]]
    detector: Callable[[Corridor, Any, float | Array], Thresholded] = Thresholded
    site_scorer: Callable[[Corridor, Any, HourlyNormal | None], Scorer] | None = None

    def build(self, corridor: Corridor, path: Path | None, aim: float) -> Thresholded:
        """Return the detector with the settings of a file or the shipped ones, at the threshold for `aim`.

        Raises UserError where it uses the normal or the feedback of the file, and the corridor has other stations.
        """
        settings = self._shipped() if path is None else self._read(path)
        parameters = replace(self.defaults, **settings.parameters)
        try:
            scorer = self._scorer(corridor, parameters, settings.normal)
            threshold = thresholds_on(corridor, settings.threshold(aim), settings.feedback)
        except UserError as error:
            raise error if path is None else at(path, error) from None
        return self.detector(corridor, scorer, threshold)

    def thresholds(self) -> Mapping[float, float]:
        """Return the shipped thresholds by aim. Raises UserError where none are shipped."""
        return self._shipped().thresholds

    def candidates(self) -> Iterable[Any]:
        """Return the parameters to try: every combination of the grid."""
        for values in product(*self.grid.values()):
            yield replace(self.defaults, **dict(zip(self.grid, values, strict=True)))

    def calibrate(
        self,
        runs: Sequence[CalibrationRun],
        out: Path,
        sources: str,
        scoring: Scoring = outcome_of,
        history: SiteHistory = NO_HISTORY,
    ) -> None:
        """Write the settings of the best candidate, or of those that stay. Raises UserError without incident-free frames."""
        tried, method = self._tried(runs, history.earlier)
        best: tuple[Any, list[Array], Outcome] | None = None
        for parameters in tried:
            scores = self._scores(runs, parameters, history)
            _, found = threshold_for(runs, scores, Aim(), scoring)
            if best is None or found.delay_s < best[2].delay_s:
                best = parameters, scores, found
        assert best is not None  # a grid is never empty
        parameters, scores, found = best
        thresholds = thresholds_for(runs, scores, AIMS, scoring)
        provenance = {
            "method": method,
            **({"detected": found.detections("on these recordings", Aim())} if found.incidents else {}),
            "false_alarms": f"{found.false_alarms} in {found.corridor_days:.2f} corridor-days",
            **rates_text(rates_seen(thresholds, runs, scores, scoring)),
            "sources": sources,
        }
        write_settings(out, Settings(self.name, asdict(parameters), thresholds, provenance))

    def _tried(self, runs: Sequence[CalibrationRun], earlier: Path | None) -> tuple[list[Any], str]:
        """The parameters to try, and the method as a line of provenance."""
        if earlier is not None:
            return [
                replace(self.defaults, **self._read(earlier).parameters)
            ], "parameters of the version before, thresholds learned (grid_search.py)"
        if not any(run.incidents for run in runs):
            return [self._usual()], "no known incident: parameters as shipped, thresholds learned (grid_search.py)"
        return list(
            self.candidates()
        ), "least mean delay of the candidates at one false alarm per corridor-day (grid_search.py)"

    def _scores(self, runs: Sequence[CalibrationRun], parameters: Any, history: SiteHistory) -> list[Array]:
        if self.site_scorer is None or history.days is None or not history.hours:
            return replay_scores(lambda corridor: self.scorer(corridor, parameters), runs)
        return out_of_day_scores(
            runs, history.days, history.hours, lambda corridor, normal: self._scorer(corridor, parameters, normal)
        )

    def _scorer(self, corridor: Corridor, parameters: Any, normal: HourlyNormal | None) -> Scorer:
        if self.site_scorer is None or normal is None:
            return self.scorer(corridor, parameters)
        return self.site_scorer(corridor, parameters, normal)

    def _read(self, path: Path) -> Settings:
        return read_settings(path, self.name, type(self.defaults))

    def _usual(self) -> Any:
        """The shipped parameters; the defaults where none ship."""
        if not shipped_file(self.name, ".toml").is_file():
            return self.defaults
        return replace(self.defaults, **self._shipped().parameters)

    def _shipped(self) -> Settings:
        return shipped_settings(self.name, type(self.defaults))
