"""Scores of detectors on anomalies: found or not, after how long, and false alarms on normal traffic, at one rate for all.

    threshold days --> the least threshold with no more false alarms than allowed (`detectors.calibration.thresholds`)
    test runs, at that threshold --> alarms --> each anomaly found, time to detection; false alarms elsewhere

Conventions: those of `anomaly_truth`. An alarm is one however long it lasts, and finds an anomaly only where it begins in its
window: no frame is credited for another (scores are never point-adjusted). `by_chance` is the probability that an alarm begins in a
window where false alarms come at the allowed rate, independently of traffic: what a detector that knows nothing finds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, nan

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS, DAY_S
from detectors.calibration.outcome import alarm_starts
from harness.scoring.rates import Proportion, Rate, Sample
from harness.studies.anomalies.anomaly_truth import Anomaly
from simulator.frame import Array, Flags


@dataclass(frozen=True, slots=True)
class AnomalyOutcome:
    """What a detector made of one anomaly: `alarm_s` of the first alarm that began in its window (NaN: none), alarms in all."""

    anomaly: Anomaly
    alarm_s: float
    alarms: int

    @property
    def found(self) -> bool:
        """Whether an alarm began in its window."""
        return self.alarms > 0

    @property
    def ttd_s(self) -> float:
        """Seconds from the onset to the first alarm; NaN where there was none."""
        return self.alarm_s - self.anomaly.onset_s


@dataclass(frozen=True, slots=True)
class DetectorScore:
    """A detector on all anomalies. `basis`: its parameters are of the history, or shipped, and `why_shipped`.

    `threshold` is NaN where it has none; `set_on` the false alarms per corridor-day on the threshold days, `normal` those on the
    normal hours of the test runs.
    """

    detector: str
    basis: str
    why_shipped: str
    threshold: float
    set_on: Rate
    normal: Rate
    outcomes: tuple[AnomalyOutcome, ...]

    def of_kind(self, kind: str) -> tuple[AnomalyOutcome, ...]:
        """Return the outcomes of the counted anomalies of a kind."""
        return tuple(each for each in self.outcomes if each.anomaly.kind == kind and each.anomaly.counted)

    def dr(self, kinds: Sequence[str]) -> Proportion:
        """Return the share of the anomalies of these kinds that were found."""
        outcomes = [each for kind in kinds for each in self.of_kind(kind)]
        return Proportion(sum(each.found for each in outcomes), len(outcomes))

    def ttd(self, kind: str) -> Sample:
        """Return the times to detection of the found anomalies of a kind, s."""
        return Sample(tuple(sorted(each.ttd_s for each in self.of_kind(kind) if each.found)))

    def alarms_each(self, kind: str) -> float:
        """Return the alarms raised per anomaly of a kind; NaN without one."""
        outcomes = self.of_kind(kind)
        return sum(each.alarms for each in outcomes) / len(outcomes) if outcomes else nan


def outcomes_of(alarm: Flags, times_s: Array, anomalies: Sequence[Anomaly]) -> tuple[AnomalyOutcome, ...]:
    """Return what alarms (T, N) make of the anomalies of one run."""
    began = alarm_starts(alarm)
    found = []
    for anomaly in anomalies:
        hits = began & anomaly.window
        frames = np.flatnonzero(hits.any(axis=1))
        found.append(AnomalyOutcome(anomaly, float(times_s[frames[0]]) if frames.size else nan, int(hits.sum())))
    return tuple(found)


def false_alarms(alarm: Flags, disturbed: Sequence[Flags], period_s: float) -> Rate:
    """Return the alarms (T, N) that begin where nothing is `disturbed`, per corridor-day of such time."""
    normal = ~np.any([np.zeros_like(alarm), *disturbed], axis=0)
    days = float(normal.sum()) * period_s / DAY_S / CORRIDOR_SECTIONS
    return Rate(int((alarm_starts(alarm) & normal).sum()), days)


def summed(rates: Sequence[Rate]) -> Rate:
    """Return the rate of all events in all time."""
    return Rate(sum(rate.events for rate in rates), sum(rate.exposure for rate in rates))


def by_chance(anomaly: Anomaly, per_day: float, period_s: float) -> float:
    """Return the probability that one of `per_day` false alarms per corridor-day begins in an anomaly's window.

    .. math:: 1 - \\exp(-\\lambda w), with w the window in corridor-days (sections x frames)
    """
    days = float(anomaly.window.sum()) * period_s / DAY_S / CORRIDOR_SECTIONS
    return 1.0 - exp(-per_day * days)


def mean_by_chance(anomalies: Mapping[str, Sequence[Anomaly]], per_day: float, period_s: float) -> dict[str, float]:
    """Return the mean of `by_chance` over the counted anomalies of each kind."""
    shares = {
        kind: [by_chance(each, per_day, period_s) for each in those if each.counted]
        for kind, those in anomalies.items()
    }
    return {kind: sum(each) / len(each) for kind, each in shares.items() if each}
