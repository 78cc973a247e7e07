"""One incident's steps and times, from its events.

Conventions: times count from when it was opened, on its clock: that of an exercise is the data's, else the wall's, as for
escalation. A change that was undone is no step. Taken is what a person did first: acknowledged, investigated or closed it. The
detectors' time, from the estimated onset to opened, is data time always.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan

from harness.service.incidents.incident import CLOSED, Incident, Severity, State
from harness.service.incidents.incident_event import EventKind, StoredEvent
from harness.service.incidents.life_cycle import apply
from harness.service.reports.response_targets import Targets

_CLOSING = frozenset(state.value for state in CLOSED)
_TAKING = frozenset({EventKind.ACKNOWLEDGED.value, EventKind.INVESTIGATING.value, *_CLOSING})
_RANK = {Severity.LOW: 0, Severity.MEDIUM: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}


@dataclass(frozen=True, slots=True)
class IncidentTimes:
    """What became of an incident; NaN where a step was not taken.

    `due_s`: until when it should have been taken, infinite where there is no target; `waited_s`: how long it waited for a person,
    also where it was over by the detectors before one came; `onset_to_opened_s` by the detector's estimate. `sent_s` and
    `arrived_s`: when the first team was sent and was there; `arrived_late_s`: how much later than was expected when it was sent.
    `lacking`: types of teams that nobody was free of. `at_height`: the incident as it was told when its score was highest.
    """

    incident: Incident
    timeline: tuple[StoredEvent, ...]
    at_height: Incident
    top_severity: Severity
    taken_s: float
    due_s: float
    investigated_s: float
    closed_s: float
    cleared_s: float
    sent_s: float
    arrived_s: float
    arrived_late_s: float
    lacking: tuple[str, ...]
    waited_s: float
    onset_to_opened_s: float
    returns: int
    reopened: int
    undone: int
    escalations: int

    @property
    def late_s(self) -> float:
        """How much later than its target it was taken, or how long it waited beyond it, s; negative where in time.

        NaN without a target, and where it was over, or is still waiting, before that has passed.
        """
        if not isfinite(self.due_s):
            return nan
        if isfinite(self.taken_s):
            return self.taken_s - self.due_s
        return self.waited_s - self.due_s if self.waited_s > self.due_s else nan

    @property
    def in_time(self) -> bool | None:
        """Whether it was taken in time; None where that is not known, or nothing was asked."""
        return None if self.late_s != self.late_s else self.late_s <= 0


def incident_times(timeline: Sequence[StoredEvent], targets: Targets | None, until_s: float = nan) -> IncidentTimes:
    """Return the times of an incident from all of its events; `until_s`: now, on its clock, for what is still waiting."""
    undone = {str(each.event.data.get("undoes")) for each in timeline if each.event.kind is EventKind.UNDONE}
    now: Incident | None = None
    height: Incident | None = None
    severities: list[tuple[float, Severity]] = []
    steps: dict[str, float] = {}
    for stored in timeline:
        now = apply(now, stored.event)
        height = now if height is None or _or_zero(now.severity_score) > _or_zero(height.severity_score) else height
        severities.append((_clock_s(stored, now.exercise), now.severity))
        if stored.event.key not in undone:
            steps.setdefault(stored.event.kind.value, severities[-1][0])
    if now is None or height is None:
        raise ValueError("wanted the events of an incident, got none")
    began_s = severities[0][0]
    since = {kind: time_s - began_s for kind, time_s in steps.items()}
    taken_s = min((since[kind] for kind in _TAKING if kind in since), default=nan)
    kinds = [each.event.kind for each in timeline]
    closings = [since[kind] for kind in _CLOSING if kind in since]
    gone_s = [_clock_s(each, now.exercise) for each in timeline if each.event.kind is EventKind.CLEARED]
    last_s = gone_s[-1] if now.state is State.CLEARED and gone_s else max(severities[-1][0], _or_zero(until_s))
    waited_s = taken_s if isfinite(taken_s) else last_s - began_s
    return IncidentTimes(
        incident=now,
        timeline=tuple(timeline),
        at_height=height,
        top_severity=max((each for _, each in severities), key=lambda each: _RANK[each]),
        taken_s=taken_s,
        due_s=_due_s([(time_s - began_s, each) for time_s, each in severities], taken_s, targets or {}),
        investigated_s=since.get(EventKind.INVESTIGATING.value, nan),
        closed_s=min(closings, default=nan) if now.state in CLOSED else nan,
        cleared_s=since.get(EventKind.CLEARED.value, nan),
        sent_s=since.get(EventKind.TEAM_ASSIGNED.value, nan),
        arrived_s=since.get(EventKind.TEAM_ARRIVED.value, nan),
        arrived_late_s=_arrived_late_s(timeline, now.exercise),
        lacking=tuple(dict.fromkeys(_lacking(timeline))),
        waited_s=waited_s,
        onset_to_opened_s=now.opened_s - _first_onset_s(timeline),
        returns=kinds.count(EventKind.RETURNED),
        reopened=kinds.count(EventKind.REOPENED),
        undone=len(undone),
        escalations=kinds.count(EventKind.ESCALATED),
    )


def _clock_s(stored: StoredEvent, exercise: bool) -> float:
    return stored.event.time_s if exercise else stored.wall_s


def _arrived_late_s(timeline: Sequence[StoredEvent], exercise: bool) -> float:
    """Return how much later than expected when it was sent the first team was there, s; NaN where that is not known."""
    expected_s: dict[str, float] = {}
    for each in timeline:
        data = each.event.data
        if each.event.kind is EventKind.TEAM_ASSIGNED:
            expected_s[str(data["team"])] = _clock_s(each, exercise) + float(data["eta_s"])
        elif each.event.kind is EventKind.TEAM_ARRIVED:
            return _clock_s(each, exercise) - expected_s.get(str(data["team"]), nan)
    return nan


def _lacking(timeline: Sequence[StoredEvent]) -> list[str]:
    return [str(each.event.data["type"]) for each in timeline if each.event.kind is EventKind.TEAM_UNAVAILABLE]


def _due_s(severities: Sequence[tuple[float, Severity]], taken_s: float, targets: Targets) -> float:
    """Return until when it should have been taken: each severity that it had while it waited asks for its own time."""
    asked = [
        since_s + targets[severity].respond_within_s
        for since_s, severity in severities
        if severity in targets and not since_s > taken_s
    ]
    return min(asked, default=inf)


def _or_zero(time_s: float) -> float:
    return time_s if isfinite(time_s) else 0.0


def _first_onset_s(timeline: Sequence[StoredEvent]) -> float:
    """Return the onset as it was estimated when the incident was opened; NaN where it was not."""
    onset_s = timeline[0].event.data.get("onset_s")
    return float(onset_s) if isinstance(onset_s, int | float) else nan
