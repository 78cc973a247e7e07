"""What teams are doing, as events make it: `(duties, event) -> duties`. Pure.

Conventions: a team has one duty at a time, or none. Whoever is released by a person is not sent to the same incident again
until that is closed or reopened. Times are data time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.service.incidents.incident import CLOSED
from harness.service.incidents.incident_event import SERVICE, Event, EventKind
from harness.service.incidents.life_cycle import FROM_TEAMS
from harness.service.teams.team import TeamState

_ANEW = frozenset({EventKind.REOPENED, *(EventKind(state.value) for state in CLOSED)})
"""Events after which nothing holds of what was told about an incident; who is sent there is released by an event of its own."""
OF_DUTIES = (*FROM_TEAMS, *sorted(_ANEW))
"""The events that make duties; all others change none."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A team and its incident.

    `assigned_s`, `set_off_s`, `arrived_s`: when, None where it has not happened. `eta_s`: time to the incident, as expected when
    it set off, before that when it was assigned.
    """

    team: str
    type: str
    incident: str
    corridor: str
    assigned_s: float
    eta_s: float
    set_off_s: float | None = None
    arrived_s: float | None = None

    @property
    def state(self) -> TeamState:
        """What the team is doing."""
        if self.arrived_s is not None:
            return TeamState.ARRIVED
        return TeamState.ASSIGNED if self.set_off_s is None else TeamState.UNDER_WAY


@dataclass(frozen=True, slots=True)
class TeamDuties:
    """The duties by team.

    `lacking`: incident and type of which it was told that no team is free; `sent_home`: incident and team, by a person.
    """

    by_team: Mapping[str, Duty] = field(default_factory=dict)
    lacking: frozenset[tuple[str, str]] = frozenset()
    sent_home: frozenset[tuple[str, str]] = frozenset()

    def of(self, incident: str) -> tuple[Duty, ...]:
        """Return the duties at an incident."""
        return tuple(duty for duty in self.by_team.values() if duty.incident == incident)


def duties_after(duties: TeamDuties, event: Event) -> TeamDuties:
    """Return the duties after an event; one that is of no team changes none, nor does one of a team that is elsewhere by now."""
    kind, incident, data = event.kind, event.incident, event.data
    if kind in _ANEW:
        return replace(
            duties,
            lacking=frozenset(each for each in duties.lacking if each[0] != incident),
            sent_home=frozenset(each for each in duties.sent_home if each[0] != incident),
        )
    if kind is EventKind.TEAM_UNAVAILABLE:
        return replace(duties, lacking=duties.lacking | {(incident, data["type"])})
    if kind is EventKind.TEAM_ASSIGNED:
        name, of = data["team"], data["type"]
        duty = Duty(name, of, incident, event.corridor, event.time_s, float(data["eta_s"]))
        return replace(duties, by_team={**duties.by_team, name: duty}, lacking=duties.lacking - {(incident, of)})
    if kind not in (EventKind.TEAM_RELEASED, EventKind.TEAM_SET_OFF, EventKind.TEAM_ARRIVED):
        return duties
    name = data["team"]
    duty_now = duties.by_team.get(name)
    if duty_now is None or duty_now.incident != incident:
        return duties
    others = {other: each for other, each in duties.by_team.items() if other != name}
    if kind is EventKind.TEAM_RELEASED:
        by_hand = event.actor != SERVICE
        return replace(
            duties, by_team=others, sent_home=duties.sent_home | ({(incident, name)} if by_hand else frozenset())
        )
    set_off_s = event.time_s if duty_now.set_off_s is None else duty_now.set_off_s
    arrived_s = event.time_s if kind is EventKind.TEAM_ARRIVED else duty_now.arrived_s
    eta_s = float(data.get("eta_s", duty_now.eta_s)) if kind is EventKind.TEAM_SET_OFF else duty_now.eta_s
    changed = replace(duty_now, set_off_s=set_off_s, arrived_s=arrived_s, eta_s=eta_s)
    return replace(duties, by_team={**others, name: changed})
