"""Which team goes where: decided anew on the whole situation, whenever something happens or a frame comes. Pure.

Conventions:

- An incident wants one team of each type that the policy names for its severity, of those types that any team on its corridor
  has: of the others persons are told as ever. It wants them while it is active, acknowledged or investigated, and nothing
  planned silences it.
- Of the teams on duty the one that is expected there first is assigned; the first by name where two are.
- Real incidents choose before exercises, then the severest, then the one opened first. One may take a team that has been
  promised to an exercise or to a less severe one, where that has not set off and is there BETTER_BY_S sooner than any free one;
  the other incident then looks for another.
- A team that has not set off is replaced by a free one that is expected BETTER_BY_S sooner: two are not sent back and forth.
- Who has set off stays with its incident until that is closed, or a person releases it. Who has not is released too when the
  incident is cleared or planned works silence it; a severity that falls changes nothing.
- Nobody free: told once per incident and type, until one is assigned.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.service.incidents.incident import CLOSED, Incident, Severity, State
from harness.service.incidents.incident_event import EventKind
from harness.service.incidents.severity_score import CLASSES
from harness.service.teams.expected_arrival import Arrival
from harness.service.teams.team import Team, TeamState
from harness.service.teams.team_duties import Duty, TeamDuties

BETTER_BY_S = 60.0
"""Time sooner that is worth a change, s. Chosen: less is within the error of an expected arrival, and gains
nothing sure."""
_WANTS = (State.ACTIVE, State.ACKNOWLEDGED, State.INVESTIGATING)

Arrivals = Callable[[Team, Incident], Arrival | None]
"""How soon a team can be at an incident; None where it does not serve the corridor."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An event of a team that is to be stored."""

    kind: EventKind
    incident: Incident
    data: Mapping[str, Any]


def decide(
    teams: Sequence[Team],
    incidents: Sequence[Incident],
    types: Mapping[Severity, Sequence[str]],
    duties: TeamDuties,
    arrivals: Arrivals,
    wall_s: float,
    better_by_s: float = BETTER_BY_S,
) -> tuple[Decision, ...]:
    """Return what is to be done now, in order; empty where all is as it should be.

    `incidents`: those that are not closed, and those closed ones that have a duty; `types`: wanted by severity.
    """
    return _Deciding(teams, incidents, types, duties, arrivals, wall_s, better_by_s).decisions()


class _Deciding:
    """One decision on a whole situation: duties change as it goes on."""

    def __init__(
        self,
        teams: Sequence[Team],
        incidents: Sequence[Incident],
        types: Mapping[Severity, Sequence[str]],
        duties: TeamDuties,
        arrivals: Arrivals,
        wall_s: float,
        better_by_s: float,
    ) -> None:
        self._teams = sorted(teams, key=lambda team: team.name)
        self._incidents = {incident.id: incident for incident in incidents}
        self._types, self._told, self._arrivals = types, duties, arrivals
        self._wall_s, self._better_by_s = wall_s, better_by_s
        self._duties = dict(duties.by_team)
        self._made: list[Decision] = []

    def decisions(self) -> tuple[Decision, ...]:
        for duty in list(self._duties.values()):
            why = self._over(duty)
            if why:
                self._release(duty, why)
        order = sorted(self._incidents.values(), key=lambda one: (*_rank(one), one.opened_s, one.id))
        for incident in order:
            for type_ in self._wanted(incident):
                self._fill(incident, type_)
        return tuple(self._made)

    def _wanted(self, incident: Incident) -> tuple[str, ...]:
        """Return the types that an incident wants now."""
        if incident.state not in _WANTS or incident.silenced_by:
            return ()
        there = {team.type for team in self._teams if any(home.corridor == incident.corridor for home in team.homes)}
        return tuple(dict.fromkeys(each for each in self._types.get(incident.severity, ()) if each in there))

    def _over(self, duty: Duty) -> str:
        """Return why a duty ends now, "" where it does not."""
        incident = self._incidents.get(duty.incident)
        if incident is None or incident.state in CLOSED:
            return "over"
        if all(team.name != duty.team for team in self._teams):
            return "not in the service's file"
        if duty.state is not TeamState.ASSIGNED:
            return ""
        return "planned works" if incident.silenced_by else "cleared" if incident.state is State.CLEARED else ""

    def _fill(self, incident: Incident, type_: str) -> None:
        """Assign the best team of a type where there is none, or a better one."""
        now = next((duty for duty in self._duties.values() if (duty.incident, duty.type) == (incident.id, type_)), None)
        if now is not None and now.state is not TeamState.ASSIGNED:
            return
        free = self._best(incident, [team for team in self._of(incident, type_) if team.name not in self._duties])
        if now is not None:
            old = self._best(incident, [team for team in self._teams if team.name == now.team])
            if free is not None and (old is None or free[1].eta_s <= old[1].eta_s - self._better_by_s):
                self._release(now, "another is there sooner")
                self._assign(incident, *free, "there sooner")
            return
        taken = self._best(incident, [team for team in self._of(incident, type_) if self._yields(team, incident)])
        if taken is not None and (free is None or taken[1].eta_s <= free[1].eta_s - self._better_by_s):
            duty = self._duties[taken[0].name]
            self._release(duty, "a severer incident")
            self._assign(incident, *taken, f"taken from {duty.incident}")
        elif free is not None:
            self._assign(incident, *free, "free, and there first")
        elif (incident.id, type_) not in self._told.lacking:
            self._made.append(Decision(EventKind.TEAM_UNAVAILABLE, incident, {"type": type_}))

    def _of(self, incident: Incident, type_: str) -> list[Team]:
        """Return the teams of a type that may be sent to an incident at all."""
        return [
            team
            for team in self._teams
            if team.type == type_
            and team.on_duty(self._wall_s)
            and (incident.id, team.name) not in self._told.sent_home
        ]

    def _yields(self, team: Team, incident: Incident) -> bool:
        """Return whether a team is promised to an incident that matters less, and has not set off."""
        duty = self._duties.get(team.name)
        if duty is None or duty.state is not TeamState.ASSIGNED:
            return False
        return _rank(self._incidents[duty.incident]) > _rank(incident)

    def _best(self, incident: Incident, teams: Sequence[Team]) -> tuple[Team, Arrival] | None:
        """Return the team that is there first, and how soon; None where none can be."""
        found = [(team, arrival) for team in teams if (arrival := self._arrivals(team, incident)) is not None]
        return min(found, key=lambda one: (one[1].eta_s, one[0].name), default=None)

    def _release(self, duty: Duty, why: str) -> None:
        del self._duties[duty.team]
        incident = self._incidents.get(duty.incident)
        if incident is not None:
            data = {"team": duty.team, "type": duty.type, "why": why}
            self._made.append(Decision(EventKind.TEAM_RELEASED, incident, data))

    def _assign(self, incident: Incident, team: Team, arrival: Arrival, why: str) -> None:
        self._duties[team.name] = Duty(team.name, team.type, incident.id, incident.corridor, 0.0, arrival.eta_s)
        data = {"team": team.name, "type": team.type, "why": why, **arrival.values()}
        self._made.append(Decision(EventKind.TEAM_ASSIGNED, incident, data))


def _rank(incident: Incident) -> tuple[bool, int]:
    """Return what goes first, the lowest first: what is real, then what is severe."""
    return incident.exercise, -CLASSES.index(incident.severity)
