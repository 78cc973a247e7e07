"""Every rate of a detector, from what was counted.

Conventions: shares 0 to 1, times in s, NaN where nothing was counted. `incidents` in a rate are those with impact that
had a frame to be seen in; the others are kept, and counted apart. TTD is counted twice: from the onset, and in whole
intervals, from the end of the interval in which the onset falls.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.scoring.characterization import Errors
from harness.scoring.intervals import RESAMPLES, Interval, bootstrap_mean, poisson, wilson
from harness.scoring.score_rows import AlarmScore, IncidentScore, RunScore


@dataclass(frozen=True, slots=True)
class Score:
    """Everything counted over runs at one persistence; every rate is a property of the counts."""

    persistence: int
    grace_s: float
    recovery_s: float
    incident_scores: tuple[IncidentScore, ...]
    alarm_scores: tuple[AlarmScore, ...]
    run_scores: tuple[RunScore, ...]

    @property
    def counted(self) -> tuple[IncidentScore, ...]:
        """The incidents that DR is counted over."""
        return tuple(incident for incident in self.incident_scores if incident.counted)

    @property
    def hits(self) -> tuple[IncidentScore, ...]:
        """The detected ones of these."""
        return tuple(incident for incident in self.incident_scores if incident.hit)

    @property
    def incidents(self) -> int:
        """Incidents with impact."""
        return len(self.counted)

    @property
    def incidents_without_impact(self) -> int:
        """Incidents that the loops never showed, left out of DR."""
        return sum(not incident.impact for incident in self.incident_scores)

    @property
    def incidents_unobserved(self) -> int:
        """Incidents with impact during which no frame was recorded, left out of DR."""
        return sum(incident.impact and not incident.observed for incident in self.incident_scores)

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
        """Alarms that match nothing."""
        return sum(run.false_alarms for run in self.run_scores)

    @property
    def neutral_alarms(self) -> int:
        """Alarms that are neither hit nor false."""
        return sum(run.neutral_alarms for run in self.run_scores)

    @property
    def decisions(self) -> int:
        """Sections x frames in which an alarm would have been false."""
        return sum(run.decisions for run in self.run_scores)

    @property
    def section_hours(self) -> float:
        """These decisions times their period."""
        return math.fsum(run.section_hours for run in self.run_scores)

    @property
    def corridor_days(self) -> float:
        """These section-hours as days of the whole corridor, each run at its corridor's number of sections."""
        return math.fsum(run.corridor_days for run in self.run_scores)

    @property
    def dr(self) -> float:
        """DR = detected / incidents."""
        return _share(self.detected, self.incidents)

    @property
    def dr_interval(self) -> Interval:
        """Wilson interval of DR."""
        return wilson(self.detected, self.incidents)

    @property
    def far(self) -> float:
        """FAR (decisions) = false alarms / decisions."""
        return _share(self.false_alarms, self.decisions)

    @property
    def far_interval(self) -> Interval:
        """Exact Poisson interval of FAR (decisions)."""
        return poisson(self.false_alarms, self.decisions)

    @property
    def false_alarms_per_section_hour(self) -> float:
        """FAR (operating) = false alarms / section-hours."""
        return _share(self.false_alarms, self.section_hours)

    @property
    def false_alarms_per_corridor_day(self) -> float:
        """FAR (operating) = false alarms / corridor-days."""
        return _share(self.false_alarms, self.corridor_days)

    @property
    def false_alarms_per_corridor_day_interval(self) -> Interval:
        """Exact Poisson interval of the false alarms per corridor-day."""
        return poisson(self.false_alarms, self.corridor_days)

    @property
    def ttd_s(self) -> tuple[float, ...]:
        """TTD of every detected incident: the whole distribution, in rising order."""
        return tuple(sorted(incident.ttd_s for incident in self.hits))

    @property
    def ttd_mean_s(self) -> float:
        """Mean of (alarm - onset) over detected incidents."""
        return _mean(self.ttd_s)

    @property
    def ttd_median_s(self) -> float:
        """Median of (alarm - onset) over detected incidents."""
        return _quantile(self.ttd_s, 0.5)

    @property
    def ttd_p90_s(self) -> float:
        """90th percentile of (alarm - onset) over detected incidents, interpolated linearly."""
        return _quantile(self.ttd_s, 0.9)

    def ttd_interval(self, rng: np.random.Generator, resamples: int = RESAMPLES) -> Interval:
        """Bootstrap interval of the mean TTD, over incidents."""
        return bootstrap_mean(self.ttd_s, rng, resamples)

    @property
    def ttd_intervals_s(self) -> tuple[float, ...]:
        """TTD in whole intervals of every detected incident, in rising order."""
        return tuple(sorted(incident.ttd_intervals_s for incident in self.hits))

    @property
    def ttd_intervals_mean_s(self) -> float:
        """Mean of (alarm - end of the interval of the onset) over detected incidents."""
        return _mean(self.ttd_intervals_s)

    @property
    def ttd_intervals_median_s(self) -> float:
        """Median of (alarm - end of the interval of the onset) over detected incidents."""
        return _quantile(self.ttd_intervals_s, 0.5)

    @property
    def ttd_intervals_p90_s(self) -> float:
        """90th percentile of (alarm - end of the interval of the onset) over detected incidents."""
        return _quantile(self.ttd_intervals_s, 0.9)

    @property
    def before_evidence(self) -> int:
        """Incidents detected before the earliest evidence: by luck, because no loop could have shown them."""
        return sum(incident.ttd_s < incident.floor_s for incident in self.hits)

    @property
    def floor_mean_s(self) -> float:
        """Mean TTD floor over detected incidents."""
        return _mean([incident.floor_s for incident in self.hits])

    @property
    def floor_mean_all_s(self) -> float:
        """Mean TTD floor over all incidents with impact."""
        return _mean([incident.floor_s for incident in self.counted])

    @property
    def characterized(self) -> tuple[IncidentScore, ...]:
        """Detected incidents of runs whose detector estimates."""
        return tuple(incident for incident in self.hits if incident.said.lanes is not None)

    @property
    def lane_accuracy(self) -> float:
        """Detected incidents whose blocked lanes are named exactly / detected incidents."""
        return _share(sum(incident.lanes_exact for incident in self.characterized), len(self.characterized))

    @property
    def lane_accuracy_later(self) -> float:
        """The same with the lanes named LATER_FRAMES after the alarm."""
        return _share(sum(incident.lanes_exact_later for incident in self.characterized), len(self.characterized))

    @property
    def lane_precision(self) -> float:
        """Lanes rightly named / lanes named, over detected incidents."""
        return _share(self._lanes_right, sum(len(set(one.said.lanes or ())) for one in self.characterized))

    @property
    def lane_recall(self) -> float:
        """Lanes rightly named / lanes blocked, over detected incidents."""
        return _share(self._lanes_right, sum(len(set(one.lanes)) for one in self.characterized))

    @property
    def _lanes_right(self) -> int:
        return sum(len(set(one.said.lanes or ()) & set(one.lanes)) for one in self.characterized)

    @property
    def location_error(self) -> Errors:
        """Estimated minus true blocked position [m], over detected incidents."""
        return _errors([incident.location_error_m for incident in self.characterized])

    @property
    def onset_error(self) -> Errors:
        """Estimated minus true onset [s], over detected incidents."""
        return _errors([incident.onset_error_s for incident in self.characterized])

    @property
    def clearance_error(self) -> Errors:
        """Estimated minus true clearance [s], over detected incidents."""
        return _errors([incident.clearance_error_s for incident in self.characterized])

    @property
    def suspicion(self) -> Errors:
        """First frame with a lane taken for blocked minus onset [s], over detected incidents."""
        return _errors([incident.suspected_s - incident.onset_s for incident in self.characterized])

    @property
    def by_evidence(self) -> int:
        """Detected incidents whose alarm was raised by the evidence exceeding its threshold, not by another rule."""
        return sum(incident.said.by_evidence for incident in self.characterized)

    @property
    def queue_error(self) -> Errors:
        """Estimated minus true queue in the blocked lanes [veh], per frame while an incident lasts."""
        return sum((incident.queue for incident in self.counted), Errors())

    @property
    def lane_changing_error(self) -> Errors:
        """Estimated minus true lane-changing share of the blocked lanes, per frame while an incident lasts."""
        return sum((incident.lane_changing for incident in self.counted), Errors())

    @property
    def beside_error(self) -> Errors:
        """Estimated minus true vehicles [veh] in the lanes beside blocked ones, per frame while an incident lasts."""
        return sum((incident.beside for incident in self.counted), Errors())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) / len(known) if known else math.nan


def _quantile(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share)) if values else math.nan


def _errors(values: Sequence[float]) -> Errors:
    known = [value for value in values if not math.isnan(value)]
    return Errors(len(known), len(values), math.fsum(known), math.fsum(value**2 for value in known))
