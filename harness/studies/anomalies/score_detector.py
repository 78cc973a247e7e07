"""One detector scored on a study: its threshold from the threshold days, then what its alarms find and where they are false."""

from collections.abc import Sequence
from math import nan

import numpy as np

from detectors.calibration.aims import Aim
from detectors.calibration.thresholds import threshold_for
from detectors.catalogue import DETECTORS
from harness.records.known_truth import KnownRun
from harness.scoring.rates import Rate
from harness.studies.anomalies.anomaly_replays import DetectorReplay, RunOrder, recording_of
from harness.studies.anomalies.anomaly_score import AnomalyOutcome, DetectorScore, false_alarms, outcomes_of, summed
from harness.studies.anomalies.anomaly_truth import AnomalousRun
from scenarios.files.anomaly_study_file import AnomalyStudy
from simulator.frame import Flags


def score_detector(
    study: AnomalyStudy, replay: DetectorReplay, orders: Sequence[RunOrder], tests: Sequence[AnomalousRun]
) -> DetectorScore:
    """Return the score of a detector. Raises UserError where its scores on the threshold days give no threshold."""
    threshold_runs = [order for order in orders if order.role == "threshold"]
    threshold, corridor = nan, recording_of(orders[0].folder).corridor
    if not replay.alarms:
        normal = [
            KnownRun((one := recording_of(order.folder)).corridor, one.frames, (), ()) for order in threshold_runs
        ]
        scores = [replay.scores[order.name] for order in threshold_runs]
        threshold = threshold_for(normal, scores, Aim(study.false_per_day))[0]

    def alarm(run: str) -> Flags:
        if replay.alarms:
            return replay.alarms[run]
        scores = replay.scores[run]
        ends_s = np.arange(1.0, len(scores) + 1.0) * np.float64(study.period_s)
        return DETECTORS[replay.detector].alarms(scores, threshold, ends_s, corridor)

    set_on: list[Rate] = [false_alarms(alarm(order.name), (), study.period_s) for order in threshold_runs]
    outcomes: list[AnomalyOutcome] = []
    rates: list[Rate] = []
    for run in tests:
        outcomes += outcomes_of(alarm(run.name), run.times_s, run.anomalies)
        rates.append(false_alarms(alarm(run.name), [each.disturbed for each in run.anomalies], study.period_s))
    return DetectorScore(
        replay.detector,
        replay.parameters.basis,
        replay.parameters.why_shipped,
        threshold,
        summed(set_on),
        summed(rates),
        tuple(outcomes),
    )
