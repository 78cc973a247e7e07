"""The sequential detector: Sheu's three procedures, repaired from first principles.

    frame --> evidence (innovations against the site's normal) --> 1 symptoms --> 2 likelihood per lane
          --> 3 sequential test per section, threshold for an asked rate of false alarms, caution where more are to be expected
          --> decision
          --> beliefs: lanes, onset, place, queue, lane changing, end, posterior          --> estimate

The paper's filter has 6n unknowns against n + 1 measurements, so it follows its prior; here the model predicts what the
loops should measure from what they measured before (arrivals.py, normal.py), and its innovations are judged by a likelihood
fitted on simulated incidents and incident-free days (training.py). The test's statistic is the log odds that a section
holds an incident given all frames of the last minutes, so an alarm is raised at the first frame that carries enough evidence
and dismissed when HOLD_S has passed without; its threshold is calibrated out of sample for the rate that is asked for.
Where a site is new, or gives more suspicions than the calibration promised, or a section is longer than any it was
calibrated on, what that makes of the rate is taken off the statistic (caution.py).
"""

import numpy as np

from detectors.calibration.training_truth import SILENT_FRAMES
from detectors.detector import Decision, Estimate
from detectors.sequential.incident_estimates import Belief, Scene, believe
from detectors.sequential.lane_features import EvidenceOfLanes
from detectors.sequential.lane_symptoms import symptomatic
from detectors.sequential.section_features import LEAST, SectionEvidence
from detectors.sequential.sequential_model_file import Model
from detectors.sequential.stored_vehicles import StorageFilter
from detectors.sequential.threshold_margin import ALARMS, SUSPICIONS, Caution
from detectors.threshold_detector import Thresholded
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame


class SequentialScorer:
    """The sections' log odds of an incident, less caution, frame by frame; what led to them is readable until the next frame.

    `taken_off` (N,): the caution.
    """

    def __init__(self, corridor: Corridor, model: Model) -> None:
        self._model = model
        self.evidence_of = EvidenceOfLanes(corridor)
        self._storage = StorageFilter(self.evidence_of.length_m, corridor.period_s)
        self._sections: SectionEvidence | None = None
        self._period_s = corridor.period_s
        self._seen = 0
        self._caution = Caution(
            self.evidence_of.length_m,
            corridor.period_s,
            model.threshold(SUSPICIONS),
            model.threshold(ALARMS),
            model.longest_m,
        )

    def score(self, frame: LoopFrame) -> Array:
        """(N,) log odds that a section holds an incident, less caution; NaN where no lane of it can be judged.

        The first SILENT_FRAMES of a run say nothing yet: training leaves them out, so LEAST is said of them.
        """
        evidence, judged = self.evidence_of.step(frame)
        names = self.evidence_of.names
        if names != self._model.names:
            raise UserError("the model was trained on other evidence than this version gathers (train it again)")
        self._store()
        log_odds = self._of_lanes(evidence, judged & symptomatic(evidence, names))
        if self._sections is None:
            self._sections = SectionEvidence(self._period_s, names)
        seen = self._sections.step(log_odds, evidence, judged)
        score = np.full(len(judged), LEAST)
        self._seen += 1
        suspect = (log_odds > LEAST).any(axis=1) & (self._seen > SILENT_FRAMES)
        score[suspect] = self._model.section.raw(seen[suspect])
        self.scene = Scene(
            frame.time_s, names, evidence, judged, self._storage.stored, self._storage.rate, self.evidence_of.length_m
        )
        self.log_odds = log_odds
        score = np.where(judged.any(axis=1), score, np.nan)
        self.taken_off = self._caution.step(score)
        return np.maximum(score - self.taken_off, LEAST)

    def _of_lanes(self, evidence: Array, worth: Flags) -> Array:
        """(N, L) log odds of lanes `worth` it; LEAST of the others, and of those that a glance dismisses."""
        log_odds = np.full(worth.shape, LEAST)
        rows = evidence[worth]
        found = np.full(len(rows), LEAST)
        glance = self._model.lane.partial(rows, self._model.glance_trees) > self._model.glance
        found[glance] = np.maximum(self._model.lane.raw(rows[glance]), LEAST)
        log_odds[worth] = found
        return log_odds

    def _store(self) -> None:
        """Let the filter of stored vehicles see this frame."""
        evidence = self.evidence_of
        reading, expected, normal = evidence.reading, evidence.expectation, evidence.normal
        self._storage.step(
            expected.total - reading.total[1:], expected.total, normal.noise_total, evidence.excess_density_veh()
        )


class Sequential:
    """Decides about every section of one corridor, frame by frame; `estimate` says what it believes."""

    def __init__(self, corridor: Corridor, model: Model, aim: float) -> None:
        self._corridor = corridor
        self._model = model
        self._scorer = SequentialScorer(corridor, model)
        self._threshold = model.threshold(aim)
        self._suspicion = min(model.thresholds.values())
        self._test = Thresholded(corridor, self._scorer, self._threshold)
        self._beliefs: dict[int, Belief] = {}
        self._decision: Decision | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Decide at the end of `frame`. The score is the log odds of an incident in the section, less caution.

        Raises UserError for a frame of another shape or out of order.
        """
        decision = self._test.step(frame)
        suspected = np.flatnonzero(decision.alarm | (decision.score > self._suspicion)).tolist()
        scene, log_odds = self._scorer.scene, self._scorer.log_odds
        self._beliefs = {
            section: believe(scene, section, log_odds[section], self._beliefs.get(section), self._model)
            for section in suspected
        }
        self._decision = decision
        return decision

    @property
    def estimate(self) -> Estimate:
        """The beliefs after the last frame, about sections under alarm or suspicion."""
        sections, lanes = self._corridor.sections, self._corridor.lanes
        decision = self._decision
        onset_s, clearance_s, position_m, evidence, upper, lower, posterior = np.full((7, sections), np.nan)
        lane_changing, queue, beside = np.full((3, sections, lanes), np.nan)
        blocked = np.zeros((sections, lanes), dtype=np.bool_)
        symptom = [""] * sections
        for section, belief in self._beliefs.items():
            assert decision is not None
            blocked[section, list(belief.lanes)] = True
            for lane, vehicles in belief.queue.items():
                queue[section, lane], lane_changing[section, lane] = vehicles, belief.share[lane]
            onset_s[section], clearance_s[section] = belief.onset_s, belief.clearance_s
            start_m = self._corridor.stations[section].position_m
            position_m[section] = start_m + belief.place * self._corridor.section_length_m(section)
            evidence[section], upper[section], lower[section] = (
                decision.score[section],
                self._threshold,
                self._suspicion,
            )
            posterior[section] = self._posterior(float(decision.score[section]))
            symptom[section] = self._symptom(section, belief.lanes)
            beside[section] = np.where(
                self._next_to(blocked[section]), self._scorer.evidence_of.between(section), np.nan
            )
        return Estimate(
            time_s=np.nan if decision is None else decision.time_s,
            blocked=blocked,
            lane_changing=lane_changing,
            queue=queue,
            beside=beside,
            evidence=evidence,
            upper=upper,
            lower=lower,
            onset_s=onset_s,
            clearance_s=clearance_s,
            position_m=position_m,
            symptom=tuple(symptom),
            posterior=posterior,
        )

    def _posterior(self, score: float) -> float:
        slope, offset = self._model.posterior
        return float(1 / (1 + np.exp(-np.clip(slope * score + offset, -50.0, 50.0))))

    def _next_to(self, blocked: Flags) -> Flags:
        beside = np.zeros_like(blocked)
        beside[1:] |= blocked[:-1]
        beside[:-1] |= blocked[1:]
        return np.asarray(beside & ~blocked)

    def _symptom(self, section: int, lanes: tuple[int, ...]) -> str:
        """What the leading lane shows, in standard deviations from normal, and the caution it is seen with."""
        seen, names = self._scorer.scene.evidence[section], self._scorer.scene.names
        lane = max(lanes, key=lambda lane: float(self._scorer.log_odds[section, lane]), default=0)
        shown = {name: float(seen[lane, names.index(name)]) for name in ("count_60", "speed_60", "speed_up_60")}
        words = {"count_60": "count", "speed_60": "speed", "speed_up_60": "speed upstream"}
        text = f"lane {lane}: " + ", ".join(f"{words[name]} {value:+.1f} sd" for name, value in shown.items())
        caution = float(self._scorer.taken_off[section])
        return f"{text}, caution {caution:.1f}" if caution else text
