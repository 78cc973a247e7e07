"""The incident estimates of sections as the arrays of `detectors.detector.Estimate`."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from detectors.detector import Estimate, no_estimate
from detectors.sequential.incident_estimates import IncidentEstimate
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.section_scorer import SectionStep
from detectors.sequential.sequential_model_file import Model
from scenarios.corridor import Corridor
from simulator.frame import Flags

_SHOWN = (("count", "count_60"), ("speed", "speed_60"), ("speed upstream", "speed_up_60"))


def estimate_arrays(
    corridor: Corridor,
    step: SectionStep,
    incidents: Mapping[int, IncidentEstimate],
    model: Model,
    upper: float,
    lower: float,
) -> Estimate:
    """Return the estimate of all sections after a frame; nothing is estimated for a section that is not in `incidents`.

    `upper`: the alarm's threshold; `lower`: the one above which a section gets an estimate. `evidence` is the score, `posterior`
    the probability calibrated from it.
    """
    made, posterior = no_estimate(corridor, step.corridor.time_s), np.full(corridor.sections, np.nan)
    symptom = [""] * corridor.sections
    for section, incident in incidents.items():
        blocked, score = made.blocked[section], float(step.score[section])
        blocked[list(incident.lanes)] = True
        for lane, vehicles in incident.queue.items():
            made.queue[section, lane], made.lane_changing[section, lane] = vehicles, incident.lane_changing[lane]
        made.onset_s[section], made.clearance_s[section] = incident.onset_s, incident.clearance_s
        start_m = corridor.stations[section].position_m
        made.position_m[section] = start_m + incident.place * corridor.section_length_m(section)
        made.evidence[section], made.upper[section], made.lower[section] = score, upper, lower
        posterior[section] = model.probability(score)
        symptom[section] = _symptom(step, section, incident.lanes)
        made.beside[section] = np.where(_next_to(blocked), step.corridor.between[section], np.nan)
    return replace(made, symptom=tuple(symptom), posterior=posterior)


def _next_to(blocked: Flags) -> Flags:
    """Return (L,), true for lanes beside a blocked one that are not blocked themselves."""
    beside = np.zeros_like(blocked)
    beside[1:] |= blocked[:-1]
    beside[:-1] |= blocked[1:]
    return np.asarray(beside & ~blocked)


def _symptom(step: SectionStep, section: int, lanes: tuple[int, ...]) -> str:
    """Return the leading lane's deviations from normal, and the margin on the section's score."""
    lane = max(lanes, key=lambda lane: float(step.log_odds[section, lane]), default=0)
    features = step.corridor.features[section, lane]
    shown = (f"{word} {features[LANE_NAMES.index(name)]:+.1f} sd" for word, name in _SHOWN)
    margin = float(step.margin[section])
    text = f"lane {lane}: {', '.join(shown)}"
    return f"{text}, margin {margin:.1f}" if margin else text
