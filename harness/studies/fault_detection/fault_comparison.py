"""Fault detectors on the same recordings with the same faults: operating points, and curves by kind of fault.

A curve joins a fitted detector's scores at multiples of its threshold for 1 false alarm per loop-month. At each, a failed
loop is left out of its neighbours' predictions (Ghafouri et al. 2017, figure 3, vary one sensor's threshold only).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from detectors.faults.fault_catalogue import DEFAULT_AIM
from harness.scoring.fault_score import FaultScore, combined_fault_score, score_faults
from harness.studies.fault_detection.fault_replays import FaultReplay, FaultyRun, settings_of
from scenarios.errors import UserError
from scenarios.fault import KINDS
from simulator.frame import Flags


@dataclass(frozen=True, slots=True)
class FaultComparison:
    """Scores by detector and aim, and the curve of each fitted detector: (multiple of its threshold, score), strictest first."""

    runs: int
    points: Mapping[tuple[str, float], FaultScore]
    curves: Mapping[str, Sequence[tuple[float, FaultScore]]]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of fault on the recordings, in the order of KINDS."""
        present = {each.fault.kind for score in self.points.values() for each in score.found}
        return tuple(kind for kind in KINDS if kind in present)


def compare_faults(replays: Iterable[tuple[FaultyRun, FaultReplay]], detectors: Sequence[str]) -> FaultComparison:
    """Return the scores of every detector over all runs. Raises UserError where a run's faults are not known."""
    kept = sorted(replays, key=lambda one: one[0].name)
    for run, _ in kept:
        if run.faults is None:
            raise UserError(f"{run.name}: its faults are not known (no faults.csv): wanted --faults FILE")
    scored = {
        (name, setting): combined_fault_score([_score(run, replay.alarms[name, setting]) for run, replay in kept])
        for name in detectors
        for setting in settings_of(name)
    }
    points = {(name, aim): score for (name, (aim, factor)), score in scored.items() if factor == 1}
    curves = {}
    for name in detectors:
        own = [
            (factor, score) for (other, (aim, factor)), score in scored.items() if other == name and aim == DEFAULT_AIM
        ]
        if len(own) > 1:
            curves[name] = sorted(own, key=lambda point: -point[0])
    return FaultComparison(len(kept), points, curves)


def _score(run: FaultyRun, alarm: Flags) -> FaultScore:
    assert run.faults is not None
    return score_faults(run.name, run.corridor, run.times_s, alarm, run.faults, run.true_count, run.incidents)
