"""What a detector's alarms do on calibration runs: detections, delays, false alarms. The one scorer of every calibration.

Definitions, and on purpose where they are simpler than those that results are scored by (`harness.scoring.matching`):

- An alarm begins in the first frame of consecutive frames under alarm, as in scoring.
- It **detects** an incident when it begins in the incident's section, after onset and not later than `grace_s` after clearance
  (a period after it, where that is longer).
  Scoring also takes one in the next section upstream where the queue truly has arrived, and matches one to one; here two
  incidents in one place at one time may share an alarm. Calibration runs need no truth about queues, so recordings do as well.
- It is **false** when it begins in an incident-free frame (`incident_free`). Scoring counts as false whatever no incident and no
  true queue explains, so also an alarm upstream of an incident that calibration leaves out; only scoring has the true queue.
- An incident without impact counts like any other: only a twin run would show that.

Where a run has one incident at a time, its section's alarms and incident-free frames give the same figures by both
(`tests/harness/scoring/test_calibration_agreement.py`). A calibration takes another scorer as its argument `scoring`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import CalibrationSample
from detectors.threshold_detector import alarms
from simulator.frame import Array, Flags


@dataclass(frozen=True, slots=True)
class Outcome:
    """What alarms do on runs; `delay_s` is the mean delay, with `Aim.missed_s` for a missed incident (0 without incidents)."""

    delay_s: float
    false_alarms: int
    corridor_days: float
    detected: int
    incidents: int

    def detections(self, on: str, aim: Aim) -> str:
        """Return detections and delay as a line of provenance; `on` names the runs."""
        return f"{self.detected} of {self.incidents} {on}, mean delay {self.delay_s:.1f} s with {aim.missed_s:g} s for a missed one"


Scoring = Callable[[CalibrationSample, Sequence[Flags], Aim], Outcome]
"""A scorer of alarms (T, N), one array per run of the sample; `outcome_of` unless a calibration is given another."""


def alarm_starts(alarm: Flags) -> Flags:
    """Return (T, N) the frames in which an alarm begins; `alarm` (T, N) is true while one lasts."""
    began = alarm.copy()
    began[1:] &= ~alarm[:-1]
    return began


def outcome_of(sample: CalibrationSample, alarms: Sequence[Flags], aim: Aim) -> Outcome:
    """Return what these alarms do, by the definitions above."""
    false_alarms, delays_s = 0, []
    for run, times_s, free, alarm in zip(sample.runs, sample.times_s, sample.free, alarms, strict=True):
        began = alarm_starts(alarm)
        false_alarms += int((began & free).sum())
        grace_s = max(aim.grace_s, run.corridor.period_s)
        for incident in run.incidents or ():
            alarm_s = times_s[began[:, run.corridor.section_at(incident.position_m)]]
            late = alarm_s > incident.clearance_s + grace_s  # never, where the clearance is not known
            hits = alarm_s[(alarm_s > incident.onset_s) & ~late]
            delays_s.append(float(hits[0] - incident.onset_s) if len(hits) else inf)
    mean = float(np.mean([min(delay, aim.missed_s) for delay in delays_s])) if delays_s else 0.0
    detected = sum(delay < inf for delay in delays_s)
    return Outcome(mean, false_alarms, sample.corridor_days, detected, len(delays_s))


def outcome_at(
    threshold: float, sample: CalibrationSample, scores: Sequence[Array], aim: Aim, scoring: Scoring = outcome_of
) -> Outcome:
    """Return what the alarms of a threshold on the scores (T, N), one array per run of the sample, do."""
    raised: list[Flags] = [
        alarms(score, threshold, run.corridor.period_s) for run, score in zip(sample.runs, scores, strict=True)
    ]
    return scoring(sample, raised, aim)
