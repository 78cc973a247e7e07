"""A detector's file against new days of its site: drift of its normal, false alarms against its aim, and a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.day_means import day_means
from detectors.calibration.file_amendment import file_content, provenance_of, version_of
from detectors.calibration.incident_free import CalibrationRun, calibration_sample
from detectors.calibration.normal_drift import NormalDrift, drift_from
from detectors.calibration.normal_file import normal_in
from detectors.calibration.outcome import Outcome, outcome_at, outcome_of
from detectors.catalogue import DETECTORS, build
from harness.running.detector_versions import data_digest, history_text
from harness.scoring.intervals import Interval, poisson
from scenarios.errors import UserError, at


@dataclass(frozen=True, slots=True)
class RateCheck:
    """False alarms on the new days at the threshold for `aim` per corridor-day, and the rate's interval (Poisson)."""

    aim: float
    false_alarms: int
    corridor_days: float

    @property
    def rate(self) -> float:
        """False alarms per corridor-day."""
        return self.false_alarms / self.corridor_days

    @property
    def interval(self) -> Interval:
        """The rate's interval."""
        return poisson(self.false_alarms, self.corridor_days)

    @property
    def too_many(self) -> bool:
        """Whether there are more than aimed at, by the interval."""
        return self.interval.low > self.aim

    @property
    def too_few(self) -> bool:
        """Whether there are fewer than aimed at, by the interval."""
        return self.interval.high < self.aim


@dataclass(frozen=True, slots=True, eq=False)
class DriftCheck:
    """What a check found: `drift` is None where the file holds no normal; `aim` is that of the rate that counts.

    `learned`: version, date and days of the file, in words; `days`: the new ones; `same_data`: they are those of the calibration.
    """

    detector: str
    file: Path
    learned: str
    days: str
    same_data: bool
    drift: NormalDrift | None
    rates: tuple[RateCheck, ...]
    aim: float

    @property
    def judged(self) -> RateCheck:
        """The rate that the verdict is about."""
        return next(rate for rate in self.rates if rate.aim == self.aim)

    @property
    def drifted(self) -> bool:
        """The verdict: true to calibrate again."""
        return self.judged.too_many or (self.drift is not None and self.drift.drifted)


def check_drift(detector: str, file: Path, runs: Sequence[CalibrationRun], aim: float) -> DriftCheck:
    """Return what `runs`, new days of one corridor, say of a detector's file. Nothing is calibrated.

    Raises UserError for a file that is not the detector's, runs of several corridors or of another one than the file's, and runs
    without incident-free frames.
    """
    content = file_content(file)
    _check_one_corridor(runs)
    rates = _rates(detector, file, content, runs, aim)
    drift = None
    if "normal" in content:
        normal = normal_in(content["normal"], str(file))
        try:
            drift = drift_from(normal.on(runs[0].corridor), day_means(runs))
        except UserError as error:
            raise at(file, error) from None
    provenance = provenance_of(content)
    date = f" of {provenance['date']}" if "date" in provenance else ""
    of = f", {provenance['days']}" if "days" in provenance else ""
    learned = f"version {version_of(content, str(file))}{date}{of}"
    same = provenance.get("data") == data_digest(runs)
    return DriftCheck(detector, file, learned, history_text(runs), same, drift, rates, aim)


def _rates(
    detector: str, file: Path, content: dict[str, Any], runs: Sequence[CalibrationRun], aim: float
) -> tuple[RateCheck, ...]:
    """Rates at every aim of AIMS where thresholds on a score decide, else at `aim` alone."""
    scores, alarms = [], []
    for run in runs:
        replayed = build(detector, run.corridor, file, aim)
        decisions = [replayed.step(frame) for frame in run.frames]
        scores.append(np.array([each.score for each in decisions]).reshape(-1, run.corridor.sections))
        alarms.append(np.array([each.alarm for each in decisions], dtype=np.bool_).reshape(-1, run.corridor.sections))
    sample = calibration_sample(runs, Aim().recovery_s)
    found: dict[float, Outcome] = {}
    thresholds = content.get("thresholds")
    if DETECTORS[detector].thresholds is not None and isinstance(thresholds, dict):
        by_aim = {float(name): float(value) for name, value in thresholds.items()}
        found = {each: outcome_at(by_aim[each], sample, scores, Aim(each)) for each in AIMS}
    found[aim] = outcome_of(sample, alarms, Aim(aim))
    return tuple(RateCheck(each, found[each].false_alarms, found[each].corridor_days) for each in sorted(found))


def _check_one_corridor(runs: Sequence[CalibrationRun]) -> None:
    names = list(dict.fromkeys(run.corridor.name for run in runs))
    stations = {tuple(station.name for station in run.corridor.stations) for run in runs}
    if len(stations) > 1:
        raise UserError(
            f"--check is about one corridor, and the recordings have {len(stations)}: {', '.join(names[:4])} "
            "(name recordings of one of them)"
        )
