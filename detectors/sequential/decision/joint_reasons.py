"""Why a section's score is what it is: the leading hypothesis, and what every term adds, in words and nats."""

from dataclasses import dataclass

import numpy as np

from detectors.sequential.decision.hypothesis_scorer import most_slowed
from detectors.sequential.decision.joint_score import LEAST, MOST, WEIGHT
from detectors.sequential.decision.joint_scorer import JointStep
from detectors.sequential.evidence.lane_shadow import lane_sets
from simulator.frame import Array

NAMES = ("lanes", "queue of a lane", "discharge", "trees", "past suspicions")


@dataclass(frozen=True, slots=True, eq=False)
class JointReasons:
    """Reasons of one frame (`detectors.explained_detector`), and the sections' thresholds (N,); they stay as they are."""

    step: JointStep
    threshold: Array

    unit = "nats"

    @property
    def names(self) -> tuple[str, ...]:
        """The terms of the score."""
        return NAMES

    @property
    def parts(self) -> Array:
        """(N, 5), what each term adds to each section's score; of lanes and discharge the greater counts."""
        hypotheses = self.step.hypotheses
        rows, leading = np.arange(len(self.step.score)), hypotheses.lane_score.argmax(axis=1)
        tested, queue = hypotheses.tested[rows, leading], hypotheses.queue[rows, leading]
        counted = most_slowed(tested + queue, hypotheses.expectations.relative)
        trees = np.clip(np.nan_to_num(self.step.trees, nan=LEAST), LEAST, MOST)
        return np.stack(
            [
                counted - np.minimum(queue, counted),
                np.minimum(queue, counted),
                hypotheses.discharge,
                WEIGHT * trees,
                -hypotheses.penalty,
            ],
            axis=-1,
        )

    def text(self, section: int) -> str:
        """Return the reason in one line, "" where nothing was judged."""
        hypotheses, score = self.step.hypotheses, float(self.step.score[section])
        if not hypotheses.judged[section]:
            return ""
        lanes, queue, discharge, trees, past = (float(each) for each in self.parts[section])
        if hypotheses.inside[section]:
            what = "inside a queue whose head stands further down"
        elif discharge > lanes + queue:
            what = f"a queue's head that discharges too little ({discharge:.1f})"
        else:
            sets = lane_sets(self.step.masked.shape[1])
            blocked = np.flatnonzero(sets[int(hypotheses.lane_score[section].argmax())])
            named = " and ".join(str(int(lane)) for lane in blocked)
            what = (
                f"lane{'s' if len(blocked) > 1 else ''} {named} blocked: shadow and flow {lanes:.1f}, queue {queue:.1f}"
            )
        hidden = int(self.step.masked[section : section + 2].sum())
        tail = f", {hidden} faulty loop{'s' if hidden > 1 else ''} left out" if hidden else ""
        ends = f"score {score:z.1f} against {self.threshold[section]:.1f} nats{tail}"
        return f"{what}; trees {trees:+z.1f}, past {past:+z.1f}: {ends}"
