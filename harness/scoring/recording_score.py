"""The score of a detector on recordings of real roads: counts of its alarms and of the logged incidents, and the rates of them.

Conventions: those of `harness.scoring.extent_matching`. A corridor-day is CORRIDOR_SECTIONS sections for 24 hours. Shares 0 to 1;
NaN where nothing was counted. Of an operator's alerts, those of one group are one.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from detectors.calibration.aims import CORRIDOR_SECTIONS
from harness.scoring.intervals import Interval
from harness.scoring.matching import Kind
from harness.scoring.outcomes import DAY_H
from harness.scoring.rates import Proportion, Rate, Sample


@dataclass(frozen=True, slots=True)
class RoadAlarm:
    """One alarm on a recording: its `kind`, the number of its `group` there, whether it is the `head`, between `sound` loops."""

    recording: str
    section: int
    raised_s: float
    ended_s: float
    kind: Kind
    group: int
    head: bool
    sound: bool
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedOutcome:
    """Outcome of a logged incident: the `trace` that loops have of it ("queue", "lanes", ""), and the alarm that detects it."""

    recording: str
    incident: int
    onset_s: float
    position_m: float
    lanes: tuple[int, ...]
    trace: str
    first_trace_s: float
    last_trace_s: float
    alarm_s: float
    located: bool
    no_lane: bool = False

    @property
    def visible(self) -> bool:
        """Whether a loop shows it within the log's tolerances; DR is counted over these."""
        return self.trace != ""

    @property
    def detected(self) -> bool:
        """Whether it is visible and an alarm detects it."""
        return self.visible and not math.isnan(self.alarm_s)


@dataclass(frozen=True, slots=True)
class RecordingScore:
    """Everything counted over recordings; `section_hours` in which an alarm would be false, and those between sound loops."""

    alarms: tuple[RoadAlarm, ...]
    incidents: tuple[LoggedOutcome, ...]
    group_kinds: tuple[tuple[str, Kind], ...]
    section_hours: float
    sound_section_hours: float

    @property
    def corridor_days(self) -> float:
        """Corridor-days in which an alarm would be false."""
        return _days(self.section_hours)

    @property
    def false_alarms(self) -> Rate:
        """False alarms per corridor-day."""
        return Rate(self._count("false"), self.corridor_days)

    @property
    def false_groups(self) -> Rate:
        """Groups of false alarms alone, per corridor-day."""
        return Rate(sum(kind == "false" for _, kind in self.group_kinds), self.corridor_days)

    @property
    def sound_false_alarms(self) -> Rate:
        """False alarms between sound loops, per corridor-day of such sections."""
        false = sum(alarm.kind == "false" and alarm.sound for alarm in self.alarms)
        return Rate(false, _days(self.sound_section_hours))

    @property
    def visible(self) -> tuple[LoggedOutcome, ...]:
        """The incidents that DR is counted over."""
        return tuple(one for one in self.incidents if one.visible)

    @property
    def hits(self) -> tuple[LoggedOutcome, ...]:
        """The detected incidents."""
        return tuple(one for one in self.incidents if one.detected)

    @property
    def dr(self) -> Proportion:
        """Detected incidents / visible incidents."""
        return Proportion(len(self.hits), len(self.visible))

    @property
    def ttd_log(self) -> Sample:
        """Alarm minus logged onset [s] of every detected incident; negative where the log is late."""
        return Sample(tuple(one.alarm_s - one.onset_s for one in self.hits))

    @property
    def ttd_trace(self) -> Sample:
        """Alarm minus first trace in the loops [s] of every detected incident."""
        return Sample(tuple(one.alarm_s - one.first_trace_s for one in self.hits))

    @property
    def share_false(self) -> Proportion:
        """False alarms / alarms."""
        return Proportion(self._count("false"), len(self.alarms))

    @property
    def share_false_groups(self) -> Proportion:
        """False groups / groups: the share of alerts that are false, at the incident rate of these recordings."""
        return Proportion(self.false_groups.events, len(self.group_kinds))

    def share_false_at(self, incidents_per_day: float) -> tuple[float, Interval]:
        """Return the share of alerts that would be false at a rate of visible incidents per corridor-day, and its interval.

        False groups f a day and the DR d: f / (f + d x rate). The ends pair the ends of both, so the interval is wide.
        """
        false, found = self.false_groups, self.dr
        low, high = false.interval, found.interval
        return _of_alerts(false.value, found.value, incidents_per_day), Interval(
            _of_alerts(low.low, high.high, incidents_per_day), _of_alerts(low.high, high.low, incidents_per_day)
        )

    def _count(self, kind: Kind) -> int:
        return sum(alarm.kind == kind for alarm in self.alarms)


def _of_alerts(false_per_day: float, dr: float, incidents_per_day: float) -> float:
    alerts = false_per_day + dr * incidents_per_day
    return false_per_day / alerts if alerts > 0 else math.nan


def _days(section_hours: float) -> float:
    return section_hours / (DAY_H * CORRIDOR_SECTIONS)


def put_together(scores: Iterable[RecordingScore]) -> RecordingScore:
    """Return the score over several roads, or over the recordings of one."""
    every = list(scores)
    return RecordingScore(
        tuple(alarm for score in every for alarm in score.alarms),
        tuple(one for score in every for one in score.incidents),
        tuple(group for score in every for group in score.group_kinds),
        math.fsum(score.section_hours for score in every),
        math.fsum(score.sound_section_hours for score in every),
    )
