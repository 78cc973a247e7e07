"""The detector of Sheu (2004) as published and as completed: symptoms, lane filter, sequential test.

Per frame: the logical rules look at every section and lane at once; a lane with symptoms is coded as blocked and gets
its own Kalman filter and sequential test, which end when its symptoms end. A section's decision is "incident" while a
lane of it stands at H1.

Interpretations, the paper being silent:

- The test's k counts frames from the first one with symptoms, that one included; after a terminal decision the next
  test begins with the next frame, and the decision stands until that one decides or the symptoms end.
- The estimated onset is the start of the first frame with symptoms, the estimated clearance the start of the first
  frame without. In that frame the lanes that were decided on are reported once more, with their clearance.
- The time of day of P(Z = 1 | H0) is replaced by the class of the upstream flow before the symptoms.
"""

from dataclasses import dataclass, replace

import numpy as np

from detectors.detector import Decision, Estimate, check_frame, no_estimate
from detectors.sheu.lane_trial import LaneTrial, LaneTrials
from detectors.sheu.msprt import Standing
from detectors.sheu.sheu_parameters import Parameters
from detectors.sheu.symptom_watch import SymptomWatch
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

Place = tuple[int, int]  # section, lane


@dataclass(frozen=True, slots=True)
class _Judged:
    """A trial, the decision that stands for its lane, and whether that ever was "incident"."""

    trial: LaneTrial
    standing: Standing
    alarmed: bool


class Sheu2004:
    """The detector of one corridor; `estimate` holds its estimates after the last frame."""

    def __init__(self, corridor: Corridor, parameters: Parameters) -> None:
        self._corridor = corridor
        self._test = parameters.test
        self._watch = SymptomWatch(corridor, parameters.symptoms)
        self._trials = LaneTrials(corridor, parameters)
        self._judged: dict[Place, _Judged] = {}
        self._ended: dict[Place, LaneTrial] = {}
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Decide at the end of `frame`. The score is the largest log Lambda of a section's lanes.

        Raises UserError for a frame of another shape or out of order.
        """
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        quantities = self._watch.step(frame)
        score = np.full(self._corridor.sections, np.nan)
        alarm = np.zeros(self._corridor.sections, dtype=np.bool_)
        before, self._judged = self._judged, {}
        for trial, observation in self._trials.step(frame, quantities, self._watch.flow_vphpl):
            place = trial.section, trial.lanes[0]
            earlier = before.get(place)
            kept = earlier if earlier is not None and earlier.trial is trial else _Judged(trial, Standing(), False)
            free = self._test.free_probability_at(trial.flow_vphpl)
            standing = kept.standing.after(observation, free, self._test)
            self._judged[place] = _Judged(trial, standing, kept.alarmed or standing.incident)
            score[trial.section] = np.fmax(score[trial.section], standing.evidence)
            alarm[trial.section] |= standing.incident
        going_on = {section for section, _ in self._judged}
        self._ended = {place: old.trial for place, old in before.items() if old.alarmed and place[0] not in going_on}
        return Decision(frame.time_s, score, alarm)

    @property
    def estimate(self) -> Estimate:
        """The estimates after the last frame. `blocked` are the lanes with symptoms; the paper estimates no position.

        `evidence`, `upper`, `lower`, `onset_s` and `symptom` are of the section's leading lane: one that stands at H1
        before one that does not, then the one with most evidence.
        """
        now_s = np.nan if self._previous_s is None else self._previous_s
        made, symptom = no_estimate(self._corridor, now_s), [""] * self._corridor.sections
        for (section, lane), trial in self._ended.items():
            made.blocked[section, lane] = True
            made.onset_s[section] = np.fmin(made.onset_s[section], trial.onset_s)
            made.clearance_s[section] = now_s - self._corridor.period_s
            symptom[section] = trial.symptom
        by_rank = sorted(self._judged.values(), key=lambda judged: (judged.standing.incident, judged.standing.evidence))
        for judged in by_rank:  # the leading lane comes last, and overwrites
            trial, standing, vehicles = judged.trial, judged.standing, judged.trial.filter.vehicles
            section, (lane, *adjacent) = trial.section, trial.lanes
            made.blocked[section, lane] = True
            made.lane_changing[section, lane] = trial.filter.lane_changing
            made.queue[section, lane] = vehicles.q_i
            made.beside[section, adjacent] = vehicles.q_j + vehicles.q_jj
            made.evidence[section] = standing.evidence
            made.upper[section], made.lower[section] = standing.upper, standing.lower
            made.onset_s[section] = trial.onset_s
            symptom[section] = trial.symptom
        made.beside[made.blocked] = np.nan
        return replace(made, symptom=tuple(symptom))
