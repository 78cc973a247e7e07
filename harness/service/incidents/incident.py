"""An incident as the service knows it: what its events make of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Where an incident stands between the detector and the people."""

    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    CLEARED = "cleared"
    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"
    PLANNED = "planned"
    TEST = "test"


CLOSED = frozenset({State.RESOLVED, State.FALSE_ALARM, State.DUPLICATE, State.PLANNED, State.TEST})
"""States in which a person has closed an incident."""


class Severity(StrEnum):
    """How urgent it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class IncidentKind(StrEnum):
    """What it is, by named rules on what the detectors estimate."""

    LANES_BLOCKED = "lanes blocked"
    ROAD_CLOSED = "road closed"
    CONGESTION = "congestion"
    SLOW_VEHICLE = "slow vehicle"
    SENSOR_FAULT = "sensor fault"
    UNUSUALLY_FREE = "unusually free"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident; times are data time in s, None or NaN where not known; section and lanes as in its corridor.

    `severity_parts`: the parts of the severity's score, each in [0, 1], by name. `lanes`: estimated blocked lanes. `queue_veh`:
    vehicles in the queue of the blocked lanes, `tail_m` the position of its tail. `sections`: all that belong to it.
    `confidence` and `evidence`: probability of an incident, and why the detector alarmed in words, both when it was most sure.
    `actions`: what the operator is recommended to do. `silenced_by`: the planned work that silences it, "" if none. `version`
    counts its events. `kind_values`: the values that the rule `kind_rule` looked at, by name. `joined_by`: other detectors that
    saw it too. `cleared_s`: since when the detectors see it no more; None while they do, also where a person has closed it.
    `detector` is the one that opened it. `scores`: the highest score of each detector in the head's section and those beside it.
    """

    id: str
    corridor: str
    detector: str
    state: State
    version: int
    kind: IncidentKind
    kind_rule: str
    severity: Severity
    severity_score: float
    severity_parts: Mapping[str, float]
    section: int
    position_m: float
    lanes: tuple[int, ...]
    opened_s: float
    changed_s: float
    onset_s: float = float("nan")
    cleared_s: float | None = None
    closed_s: float | None = None
    confidence: float = float("nan")
    queue_veh: float = float("nan")
    tail_m: float = float("nan")
    evidence: str = ""
    actions: tuple[str, ...] = ()
    silenced_by: str = ""
    duplicate_of: str = ""
    acknowledged_by: str = ""
    exercise: bool = False
    sections: tuple[int, ...] = field(default_factory=tuple)
    kind_values: Mapping[str, float] = field(default_factory=dict)
    joined_by: tuple[str, ...] = ()
    scores: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
