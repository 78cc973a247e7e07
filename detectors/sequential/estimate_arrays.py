"""The incident estimates of sections as the arrays of `detectors.detector.Estimate`."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from detectors.detector import Estimate, no_estimate
from detectors.sequential.incident_estimates import IncidentEstimates
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.section_scorer import SectionStep
from detectors.sequential.sequential_model_file import Model
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags

_SHOWN = (("count", "count_60"), ("speed", "speed_60"), ("speed upstream", "speed_up_60"))


def estimate_arrays(
    corridor: Corridor,
    step: SectionStep,
    joint: Array,
    incidents: IncidentEstimates,
    model: Model,
    upper: Array,
    lower: float,
) -> Estimate:
    """Return the estimate of all sections after a frame; nothing is estimated for a section that is not in `incidents`.

    `joint` (N,): the detector's score; `upper` (N,): the alarm's thresholds; `lower`: the one above which a section gets an
    estimate. `evidence` is the score, `posterior` the probability calibrated from it.
    """
    made, posterior = no_estimate(corridor, step.corridor.time_s), np.full(corridor.sections, np.nan)
    section, score = incidents.section, joint[incidents.section]
    made.blocked[section] = incidents.lanes
    made.queue[section], made.lane_changing[section] = incidents.queue, incidents.lane_changing
    made.onset_s[section], made.clearance_s[section] = incidents.onset_s, incidents.clearance_s
    start_m = np.array([station.position_m for station in corridor.stations])[section]
    made.position_m[section] = start_m + incidents.place * step.corridor.length_m[section]
    made.evidence[section], made.upper[section], made.lower[section] = score, upper[section], lower
    posterior[section] = model.probability(score)
    made.beside[section] = np.where(_next_to(incidents.lanes), step.corridor.between[section], np.nan)
    symptom = [""] * corridor.sections
    for number, text in zip(section.tolist(), _symptoms(step, incidents), strict=True):
        symptom[number] = text
    tail_m = np.full(corridor.sections, np.nan)
    tail_m[section] = incidents.tail_m
    return replace(made, symptom=tuple(symptom), posterior=posterior, tail_m=tail_m)


def _next_to(blocked: Flags) -> Flags:
    """Return (K, L), true for lanes beside a blocked one that are not blocked themselves."""
    beside = np.zeros_like(blocked)
    beside[:, 1:] |= blocked[:, :-1]
    beside[:, :-1] |= blocked[:, 1:]
    return np.asarray(beside & ~blocked)


def _symptoms(step: SectionStep, incidents: IncidentEstimates) -> Iterator[str]:
    """Yield for each incident the leading lane's deviations from normal."""
    section = incidents.section
    leading = np.where(incidents.lanes, step.log_odds[section], -np.inf).argmax(axis=1)
    columns = [LANE_NAMES.index(name) for _, name in _SHOWN]
    features = step.corridor.features[section, leading][:, columns]
    for lane, values in zip(leading.tolist(), features.tolist(), strict=True):
        shown = (f"{word} {value:+.1f} sd" for (word, _), value in zip(_SHOWN, values, strict=True))
        yield f"lane {lane}: {', '.join(shown)}"
