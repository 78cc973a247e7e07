"""Scores of a robustness study: incident detectors masked and not, the mask itself, and a verdict on every alarm."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.scoring.detection_score import Score
from harness.scoring.fault_score import FaultScore, combined_fault_score, score_faults
from harness.scoring.reliability import Bin, brier_score, reliability
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.robustness.alarm_verdicts import WHO, AlarmVerdict, Who, alarm_verdicts
from harness.studies.robustness.robustness_replays import RobustnessRun, RobustnessStudy


@dataclass(frozen=True, slots=True)
class RobustnessScore:
    """Scores by (detector, share, kind, masked), the mask's by (share, kind), verdicts on alarms by (detector, share, kind)."""

    runs: int
    scores: Mapping[tuple[str, float, str, bool], Score]
    faults: Mapping[tuple[float, str], FaultScore]
    verdicts: Mapping[tuple[str, float, str], tuple[AlarmVerdict, ...]]

    def confusion(self) -> Iterator[tuple[str, float, str, Who, Counter[str]]]:
        """Yield detector, share, kind, who raised the alarms, and their number by cause."""
        for (detector, share, kind), alarms in self.verdicts.items():
            for who in WHO:
                yield detector, share, kind, who, Counter(each.cause for each in alarms if each.who == who)

    def reliability(self, detector: str, who: Who, by_rates: bool) -> tuple[tuple[Bin, ...], float]:
        """Return the bins over all cases, and the Brier score; a share too small for one faulty loop is left out."""
        own = [
            each
            for (name, share, kind), alarms in self.verdicts.items()
            if name == detector and (not share or self.faults[share, kind].found)
            for each in alarms
            if each.who == who
        ]
        predicted, right = [each.stated_probability(by_rates) for each in own], [each.right for each in own]
        return reliability(predicted, right), brier_score(predicted, right)


def score_robustness(runs: Sequence[RobustnessRun], study: RobustnessStudy) -> RobustnessScore:
    """Return the score of every case over all runs."""
    scores, faults, verdicts = {}, {}, {}
    for case in study.cases():
        own = []
        for run in runs:
            incidents = [(each.onset_s, each.clearance_s) for each in run.truth.incidents]
            own.append(
                score_faults(
                    run.name,
                    run.corridor,
                    run.times_s,
                    run.mask_alarms[case],
                    run.faults[case],
                    run.true_count,
                    incidents,
                )
            )
        faults[case] = combined_fault_score(own)
        for detector in study.detectors:
            for masked in (False, True):
                scored = [
                    ScoredRun(run.name, run.corridor, run.times_s, run.alarms[detector, *case, masked], run.truth)
                    for run in runs
                ]
                scores[detector, *case, masked] = score_runs(scored, 0)
            verdicts[detector, *case] = alarm_verdicts(runs, case, detector, scores[detector, *case, True])
    return RobustnessScore(len(runs), scores, faults, verdicts)
