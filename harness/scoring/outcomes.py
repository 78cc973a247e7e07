"""Outcomes of each incident, each alarm and each run: the rows behind every rate.

Conventions: times in s on the run's clock, positions in m, NaN where not known or not applicable.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from harness.scoring.characterization import AlarmEstimate, ErrorSums
from harness.scoring.judged_sections import SAW_ALL, Sight
from harness.scoring.matching import Kind
from harness.scoring.neutral_reasons import Reason
from scenarios.corridor import Corridor
from scenarios.run_labels import length_class, position_class
from simulator.truth import ObservedIncident

Factors = Mapping[str, str | float]

DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class IncidentOutcome:
    """Outcome of one incident. `detected` enters DR only where the incident is `counted`.

    `trace`: where it is scored by its extent, what the loops show of it ("queue", "lanes", "" for nothing), first at
    `first_trace_s`; None where its truth is exact. `no_lane`: its log says that it blocked none; without `lanes` and without that
    they are not known.
    """

    run: str
    incident: int
    onset_s: float
    clearance_s: float
    section: int
    position_m: float
    lanes: tuple[int, ...]
    factors: Factors
    impact: bool
    observed: bool
    detected: bool
    located: bool
    alarm_s: float
    ttd_s: float
    ttd_intervals_s: float
    floor_s: float
    delay_veh_h: float
    queue_max_veh: float
    suspected_s: float
    estimate: AlarmEstimate
    queue: ErrorSums
    lane_changing: ErrorSums
    beside: ErrorSums
    trace: str | None = None
    first_trace_s: float = math.nan
    no_lane: bool = False

    @property
    def ttd_trace_s(self) -> float:
        """Alarm minus first trace in the loops."""
        return self.alarm_s - self.first_trace_s

    @property
    def counted(self) -> bool:
        """Whether DR is counted over it: it had impact, and a frame was recorded within its window."""
        return self.impact and self.observed

    @property
    def hit(self) -> bool:
        """Whether it is counted and detected."""
        return self.counted and self.detected

    @property
    def lanes_exact(self) -> bool:
        """Whether exactly the blocked lanes were named when the alarm was raised."""
        return bool(self.lanes) and self.estimate.lanes is not None and set(self.estimate.lanes) == set(self.lanes)

    @property
    def lanes_exact_later(self) -> bool:
        """The same LATER_FRAMES after the alarm was raised."""
        later = self.estimate.later_lanes
        return bool(self.lanes) and later is not None and set(later) == set(self.lanes)

    @property
    def location_error_m(self) -> float:
        """Estimated minus true blocked position."""
        return self.estimate.position_m - self.position_m

    @property
    def onset_error_s(self) -> float:
        """Estimated minus true onset."""
        return self.estimate.onset_s - self.onset_s

    @property
    def clearance_error_s(self) -> float:
        """Estimated minus true clearance."""
        return self.estimate.clearance_s - self.clearance_s


@dataclass(frozen=True, slots=True)
class AlarmOutcome:
    """Outcome of one alarm. `incident` is the one it detects, or is a further alarm of; `estimate` at the raise.

    `group` is the number of its group in the run, `head` whether it is that group's head (`harness.scoring.alarm_groups`).
    """

    run: str
    section: int
    upstream: str
    downstream: str
    raised_s: float
    ended_s: float
    kind: Kind
    reason: Reason
    incident: int | None
    estimate: AlarmEstimate
    group: int
    head: bool


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """Counts of one run. `decisions` are those in which an alarm would have been false; `groups` those of the alarms, of which
    `false_groups` are false (`harness.scoring.run_verdicts`). `sight`: how much of what the detector needs was there."""

    run: str
    factors: Factors
    known: bool
    frames: int
    sections: int
    decisions: int
    section_hours: float
    incidents: int
    detected: int
    alarms: int
    false_alarms: int
    neutral_alarms: int
    groups: int
    false_groups: int
    sight: Sight = SAW_ALL

    @property
    def scored(self) -> bool:
        """Whether it adds to rates: its incidents are known, and the detector saw enough."""
        return self.known and self.sight.judged

    @property
    def corridor_days(self) -> float:
        """Corridor-days: section_hours / (24 x sections)."""
        return self.section_hours / (DAY_H * self.sections)


def incident_labels(incident: ObservedIncident, corridor: Corridor) -> dict[str, str | float]:
    """Return the factors of an incident: blocked lanes where they are known, place in its section, and length of the section.

    The classes are those of `scenarios.run_labels`, of the incident as observed.
    """
    length_m = corridor.section_length_m(incident.section)
    place = (incident.position_m - corridor.stations[incident.section].position_m) / length_m
    known = bool(incident.lanes) or incident.no_lane
    return {
        **({"lanes_blocked": float(len(set(incident.lanes)))} if known else {}),
        "position": position_class(place),
        "section_length": length_class(length_m),
    }
