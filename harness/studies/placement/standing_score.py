"""The score of some stations of a road on its recordings, in which every frame counts once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.scoring.detection_score import Score
from harness.scoring.outcomes import IncidentOutcome
from harness.scoring.rates import Proportion, Sample
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.placement.judge_placement import delay_s
from harness.studies.placement.placement import Placement, truth_for_placement
from harness.studies.placement.shared_frames import WHOLE
from harness.studies.placement.standing_road import StandingRoad, StandingRun
from simulator.frame import Array, Flags


@dataclass(frozen=True, slots=True, eq=False)
class StandingScore:
    """A placement scored on the recordings. `visible` numbers the incidents that all stations together show: they alone count."""

    placement: Placement
    score: Score
    visible: tuple[int, ...]

    @property
    def counted(self) -> tuple[IncidentOutcome, ...]:
        """The incidents that count."""
        return tuple(self.score.incident_outcomes[number] for number in self.visible)

    @property
    def delay(self) -> Sample:
        """Delay [s] of every incident that counts."""
        return Sample(tuple(delay_s(each) for each in self.counted))

    @property
    def dr(self) -> Proportion:
        """Detected of the incidents that count."""
        return Proportion(sum(each.hit for each in self.counted), len(self.visible))

    @property
    def ttd(self) -> Sample:
        """TTD [s] of the detected."""
        return Sample(tuple(each.ttd_s for each in self.counted if each.hit))

    def later_than(self, other: "StandingScore") -> Sample:
        """Return by how much later each incident that counts is found than with `other` stations [s]."""
        return Sample(tuple(own - its for own, its in zip(self.delay.values, other.delay.values, strict=True)))


def score_standing(road: StandingRoad, placement: Placement, alarms: Sequence[Flags]) -> Score:
    """Return the score of the alarms (T', N) on every recording's own frames, each frame counted once."""
    corridor, runs = placement.corridor(road.corridor), []
    before: list[Flags] = []
    for run, own in zip(road.runs, alarms, strict=True):
        whole = own if run.share.parent == WHOLE else np.concatenate([before[run.share.parent][: run.share.start], own])
        before.append(whole)
        times_s, counted = counted_frames(run, whole)
        if len(times_s):
            truth = truth_for_placement(placement, road.corridor, run.truth, run.evidence_s, run.impact)
            runs.append(ScoredRun(run.name, corridor, times_s, counted, truth))
    return score_runs(runs, 0)


def counted_frames(run: StandingRun, alarms: Flags) -> tuple[Array, Flags]:
    """Return the ends (T'',) and alarms (T'', N) of the frames that count; an alarm that began before them is left out."""
    first, last = run.share.counted, run.share.stop
    counted = alarms[first:last].copy()
    if first:
        lasting = alarms[first - 1].copy()
        for row in counted:
            lasting &= row
            row[lasting] = False
    return run.times_s[first:last], counted
