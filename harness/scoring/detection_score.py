"""The score of a detector over runs: DR, FAR and TTD from the counts of its incidents, alarms and runs.

Conventions: shares 0 to 1, times in s, NaN where nothing was counted. `incidents` in a rate are those with impact during
which a frame was recorded; the others are kept and counted separately. TTD is counted twice: from the onset, and in whole
intervals, from the end of the interval in which the onset falls.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from harness.scoring.characterization_score import CharacterizationScore
from harness.scoring.outcomes import AlarmOutcome, IncidentOutcome, RunOutcome
from harness.scoring.rates import Proportion, Rate, Sample


@dataclass(frozen=True, slots=True)
class Score:
    """Everything counted over runs at one persistence; every rate is a property of the counts."""

    persistence: int
    grace_s: float
    recovery_s: float
    incident_outcomes: tuple[IncidentOutcome, ...]
    alarm_outcomes: tuple[AlarmOutcome, ...]
    run_outcomes: tuple[RunOutcome, ...]

    @property
    def counted(self) -> tuple[IncidentOutcome, ...]:
        """The incidents that DR is counted over."""
        return tuple(incident for incident in self.incident_outcomes if incident.counted)

    @property
    def hits(self) -> tuple[IncidentOutcome, ...]:
        """The detected incidents that DR counts."""
        return tuple(incident for incident in self.incident_outcomes if incident.hit)

    @property
    def incidents(self) -> int:
        """Incidents with impact."""
        return len(self.counted)

    @property
    def incidents_without_impact(self) -> int:
        """Incidents without impact on the loops, left out of DR."""
        return sum(not incident.impact for incident in self.incident_outcomes)

    @property
    def incidents_unobserved(self) -> int:
        """Incidents with impact during which no frame was recorded, left out of DR."""
        return sum(incident.impact and not incident.observed for incident in self.incident_outcomes)

    @property
    def detected(self) -> int:
        """Detected incidents."""
        return len(self.hits)

    @property
    def located(self) -> int:
        """Detected incidents whose alarm was in their own section."""
        return sum(incident.located for incident in self.hits)

    @property
    def false_alarms(self) -> int:
        """Alarms that match no incident and are not neutral."""
        return sum(run.false_alarms for run in self.run_outcomes)

    @property
    def false_groups(self) -> int:
        """Groups of alarms that are false: one event, one group."""
        return sum(run.false_groups for run in self.run_outcomes)

    @property
    def neutral_alarms(self) -> int:
        """Alarms that are neither detections nor false."""
        return sum(run.neutral_alarms for run in self.run_outcomes)

    @property
    def decisions(self) -> int:
        """Sections x frames in which an alarm would have been false."""
        return sum(run.decisions for run in self.run_outcomes)

    @property
    def section_hours(self) -> float:
        """Counted decisions times their period."""
        return math.fsum(run.section_hours for run in self.run_outcomes)

    @property
    def corridor_days(self) -> float:
        """Corridor-days: counted section-hours / (24 x sections), each run with its own number of sections."""
        return math.fsum(run.corridor_days for run in self.run_outcomes)

    @property
    def dr(self) -> Proportion:
        """Detection rate: detected incidents / incidents with impact."""
        return Proportion(self.detected, self.incidents)

    @property
    def far(self) -> Rate:
        """FAR (decisions): false alarms per decision in which an alarm would have been false."""
        return Rate(self.false_alarms, self.decisions)

    @property
    def false_alarms_per_section_hour(self) -> Rate:
        """FAR (operating): false alarms per section-hour of these decisions."""
        return Rate(self.false_alarms, self.section_hours)

    @property
    def false_alarms_per_corridor_day(self) -> Rate:
        """FAR (operating): false alarms per corridor-day."""
        return Rate(self.false_alarms, self.corridor_days)

    @property
    def false_groups_per_corridor_day(self) -> Rate:
        """The same in groups: how often an operator is called for nothing."""
        return Rate(self.false_groups, self.corridor_days)

    @property
    def ttd(self) -> Sample:
        """Alarm minus onset [s] of every detected incident, in rising order."""
        return Sample(tuple(sorted(incident.ttd_s for incident in self.hits)))

    @property
    def ttd_intervals(self) -> Sample:
        """Alarm minus the end of the interval of the onset [s] of every detected incident, in rising order."""
        return Sample(tuple(sorted(incident.ttd_intervals_s for incident in self.hits)))

    @property
    def by_extents(self) -> bool:
        """Whether incidents of rough logs are among them, scored by their extents in the loops."""
        return any(incident.trace is not None for incident in self.incident_outcomes)

    @property
    def ttd_trace(self) -> Sample:
        """Alarm minus first trace in the loops [s] of every detected incident that is scored by its extent, in rising order."""
        return Sample(tuple(sorted(one.ttd_trace_s for one in self.hits if one.trace is not None)))

    @property
    def share_false(self) -> Proportion:
        """False alarms / alarms of the runs that are scored."""
        return Proportion(self.false_alarms, sum(run.alarms for run in self.run_outcomes if run.scored))

    @property
    def before_evidence(self) -> int:
        """Incidents detected before the earliest evidence: by chance, because no loop showed them yet."""
        return sum(incident.ttd_s < incident.floor_s for incident in self.hits)

    @property
    def floor_mean_s(self) -> float:
        """Mean TTD floor over detected incidents."""
        return _mean(incident.floor_s for incident in self.hits)

    @property
    def floor_mean_all_s(self) -> float:
        """Mean TTD floor over all incidents with impact."""
        return _mean(incident.floor_s for incident in self.counted)

    @property
    def characterization(self) -> CharacterizationScore:
        """Errors of the estimates at the alarms."""
        return CharacterizationScore(self.counted)


def _mean(values: Iterable[float]) -> float:
    return Sample(tuple(value for value in values if not math.isnan(value))).mean
