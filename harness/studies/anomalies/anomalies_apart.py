"""Whether an alarm can only be of one anomaly: the check of a study's runs before they are simulated."""

from math import nan

import numpy as np

from detectors.calibration.aims import RECOVERY_S
from harness.studies.anomalies.anomaly_scenarios import StudyRun
from harness.studies.anomalies.anomaly_truth import anomalies_of
from scenarios.errors import UserError
from scenarios.files.anomaly_study_file import AnomalyStudy
from simulator.truth import ObservedIncident, Truth


def check_apart(study: AnomalyStudy, run: StudyRun) -> None:
    """Refuse a run with two anomalies of which an alarm could be of either, as planned. Raises UserError."""
    scenario, corridor = run.placed.scenario, run.placed.corridor
    times_s = np.arange(scenario.warm_up_s, scenario.end_s, corridor.period_s) + corridor.period_s
    planned = tuple(
        ObservedIncident(
            onset_s=each.onset_s,
            clearance_s=each.onset_s + each.duration_s,
            position_m=each.position_m,
            lanes=each.lanes,
            section=corridor.section_at(each.position_m),
            earliest_evidence_s=nan,
            impact=True,
            delay_veh_h=nan,
            queue_max_veh=nan,
        )
        for each in scenario.incidents
    )
    anomalies = anomalies_of(study, run, times_s, Truth(planned, (), (), (), 0, 0))
    for number, one in enumerate(anomalies):
        for other in anomalies[:number]:
            if one.kind == other.kind == "holiday":
                continue
            if (one.window & other.disturbed).any() or (other.window & one.disturbed).any():
                raise UserError(
                    f"run {one.run}: {other.kind} ({other.detail}) and {one.kind} ({one.detail}) are too near each other: an alarm "
                    f"could be of either (wanted {RECOVERY_S:.0f} s and the time that vehicles take over the road between "
                    "them, or far stations)"
                )
