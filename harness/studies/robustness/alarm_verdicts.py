"""Verdicts on every alarm of a robustness study: its true cause, and the causes it stated when it was raised.

The cause of an incident detector's alarm is an *incident* where the alarm is a hit or neutral (`matching`), a *faulty loop*
where it is false and a loop of its section's two stations is faulty, else *neither*. The cause of a fault detector's alarm is a
*faulty loop* where its loop is faulty, an *incident* from an onset to 15 min after the clearance, else *neither*.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from detectors.alarm_causes import Causes, Priors, causes_of_loop_alarm, causes_of_section_alarm
from harness.scoring.alarms import alarms_of
from harness.scoring.detection_score import Score
from harness.scoring.fault_score import DAY_S, RECOVERY_S
from harness.studies.robustness.robustness_replays import RobustnessRun
from simulator.faults.corrupted_frames import faulty_loops

CAUSES = ("incident", "faulty loop", "neither")
Who = Literal["incident detector", "fault detector"]
WHO: tuple[Who, ...] = ("incident detector", "fault detector")


@dataclass(frozen=True, slots=True)
class AlarmVerdict:
    """An alarm: who raised it, its true cause (one of CAUSES), the causes it stated, and those by the study's rates."""

    who: Who
    cause: str
    stated: Causes
    by_rates: Causes

    @property
    def right(self) -> bool:
        """Whether its true cause is what its detector looks for."""
        return self.cause == ("incident" if self.who == "incident detector" else "faulty loop")

    def stated_probability(self, by_rates: bool) -> float:
        """Return the probability it gave to that cause."""
        causes = self.by_rates if by_rates else self.stated
        return causes.incident if self.who == "incident detector" else causes.faulty_loop


def priors_of(runs: Sequence[RobustnessRun], case: tuple[float, str]) -> Priors:
    """Return the priors of this case: its incidents per section-day, its faulty loops per loop-day."""
    section_days = sum(len(run.times_s) * run.corridor.sections * run.corridor.period_s for run in runs) / DAY_S
    loop_days = (
        sum(len(run.times_s) * sum(s.lanes for s in run.corridor.stations) * run.corridor.period_s for run in runs)
        / DAY_S
    )
    incidents = sum(len(run.truth.incidents) for run in runs)
    loops = sum(int(faulty_loops(run.times_s[:1], run.corridor, run.faults[case]).sum()) for run in runs)
    return Priors(incidents=incidents / section_days, faults=loops / loop_days)


def alarm_verdicts(
    runs: Sequence[RobustnessRun], case: tuple[float, str], detector: str, score: Score
) -> tuple[AlarmVerdict, ...]:
    """Return the verdicts of a case with the mask on: the incident detector's alarms, then the mask's.

    `score` is that of the masked detector.
    """
    rates = priors_of(runs, case)
    return (*_sections(runs, case, detector, score, rates), *_loops(runs, case, detector, rates))


def _sections(
    runs: Sequence[RobustnessRun], case: tuple[float, str], detector: str, score: Score, rates: Priors
) -> Iterator[AlarmVerdict]:
    by_name = {run.name: run for run in runs}
    for alarm in score.alarm_outcomes:
        run = by_name[alarm.run]
        at = int((run.times_s == alarm.raised_s).argmax())
        wrong = faulty_loops(run.times_s[at : at + 1], run.corridor, run.faults[case])
        own = bool(wrong[0, alarm.section : alarm.section + 2].any())
        cause = "incident" if alarm.kind != "false" else "faulty loop" if own else "neither"
        evidence = run.evidence(detector, case, at)
        stated, by_rates = (
            causes_of_section_alarm(evidence, alarm.section),
            causes_of_section_alarm(evidence, alarm.section, rates),
        )
        yield AlarmVerdict("incident detector", cause, stated, by_rates)


def _loops(
    runs: Sequence[RobustnessRun], case: tuple[float, str], detector: str, rates: Priors
) -> Iterator[AlarmVerdict]:
    for run in runs:
        wrong = faulty_loops(run.times_s, run.corridor, run.faults[case]).reshape(len(run.times_s), -1)
        for alarm in alarms_of(run.mask_alarms[case], run.times_s):
            at, loop = int((run.times_s == alarm.raised_s).argmax()), alarm.section
            busy = any(
                i.onset_s < alarm.raised_s and not alarm.raised_s > i.clearance_s + RECOVERY_S
                for i in run.truth.incidents
            )
            cause = "faulty loop" if wrong[at, loop] else "incident" if busy else "neither"
            evidence = run.evidence(detector, case, at)
            yield AlarmVerdict(
                "fault detector",
                cause,
                causes_of_loop_alarm(evidence, loop),
                causes_of_loop_alarm(evidence, loop, rates),
            )
