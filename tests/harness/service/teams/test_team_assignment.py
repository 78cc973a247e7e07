"""Decisions on situations that are written down: teams by the time they need, incidents by severity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.service.incidents.incident import Incident, Severity, State
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.teams.expected_arrival import Arrival
from harness.service.teams.team import Team
from harness.service.teams.team_assignment import BETTER_BY_S, Decision, decide
from harness.service.teams.team_duties import TeamDuties, duties_after
from tests.harness.service.response.response_cases import MONDAY_S, opened_incident
from tests.harness.service.response.test_weekly_hours import NIGHT
from tests.harness.service.teams.made_teams import RESCUE, TRAFFIC, team, team_event

TYPES = {
    Severity.CRITICAL: (TRAFFIC, RESCUE),
    Severity.HIGH: (TRAFFIC,),
    Severity.MEDIUM: (TRAFFIC,),
    Severity.LOW: (),
}


def one(name: str = "A4/1", severity: str = "high", opened_s: float = 600.0, **values: object) -> Incident:
    """An open incident."""
    return replace(opened_incident(), id=name, severity=Severity(severity), opened_s=opened_s, **values)  # type: ignore[arg-type]


@dataclass
class Situation:
    """Teams with the time that each needs to any incident, s; incidents; what teams do."""

    needs_s: Mapping[str, float]
    incidents: Sequence[Incident]
    duties: TeamDuties = field(default_factory=TeamDuties)
    types: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    def teams(self) -> list[Team]:
        """The teams, traffic control unless told otherwise."""
        return [team(name, self.types.get(name, TRAFFIC)) for name in self.needs_s]

    def decided(self) -> list[tuple[str, str, str]]:
        """What is decided: kind, incident, and the team or the type that is lacking; duties follow."""
        found = decide(self.teams(), self.incidents, TYPES, self.duties, self._arrival, 0.0)
        for each in found:
            self.duties = duties_after(self.duties, event_of(each))
        return [(each.kind.value, each.incident.id, each.data.get("team", each.data["type"])) for each in found]

    def _arrival(self, of: Team, incident: Incident) -> Arrival | None:
        return Arrival(0.0, self.needs_s[of.name], 0.0, 0.0)


def event_of(decision: Decision) -> Event:
    """The event that a decision is."""
    return replace(team_event(decision.kind, decision.incident.id), data=decision.data)


def test_the_free_team_that_is_there_first_is_assigned() -> None:
    situation = Situation({"a": 300.0, "b": 200.0, "c": 250.0}, [one()])
    assert situation.decided() == [("team_assigned", "A4/1", "b")]
    assert situation.decided() == []


def test_of_two_that_are_there_at_once_the_first_by_name_goes() -> None:
    assert Situation({"b": 200.0, "a": 200.0}, [one()]).decided() == [("team_assigned", "A4/1", "a")]


def test_a_critical_incident_wants_a_team_of_each_type() -> None:
    situation = Situation({"a": 300.0, "r": 200.0}, [one(severity="critical")], types={"r": RESCUE})
    assert situation.decided() == [("team_assigned", "A4/1", "a"), ("team_assigned", "A4/1", "r")]


def test_a_type_that_no_team_has_is_not_wanted() -> None:
    assert Situation({"a": 300.0}, [one(severity="critical")]).decided() == [("team_assigned", "A4/1", "a")]


@pytest.mark.parametrize("values", [{"severity": "low"}, {"silenced_by": "works"}, {"state": State.CLEARED}])
def test_who_needs_nobody_gets_nobody(values: dict[str, object]) -> None:
    assert Situation({"a": 300.0}, [one(**values)]).decided() == []  # type: ignore[arg-type]


def test_nobody_free_is_told_once() -> None:
    situation = Situation({"a": 300.0}, [one(), one("A4/2", opened_s=700.0)])
    assert situation.decided() == [("team_assigned", "A4/1", "a"), ("team_unavailable", "A4/2", TRAFFIC)]
    assert situation.decided() == []


def test_the_severest_chooses_first() -> None:
    situation = Situation({"a": 300.0, "b": 200.0}, [one(severity="medium"), one("A4/2", opened_s=700.0)])
    assert situation.decided() == [("team_assigned", "A4/2", "b"), ("team_assigned", "A4/1", "a")]


def promised(severity: str, *events: Event) -> Situation:
    """The team b, at 200 s, has been promised to A4/1; then A4/2 opens, which is high."""
    situation = Situation({"a": 400.0, "b": 200.0}, [one(severity=severity)])
    situation.decided()
    for event in events:
        situation.duties = duties_after(situation.duties, event)
    situation.incidents = [*situation.incidents, one("A4/2", opened_s=700.0)]
    return situation


def test_a_severer_incident_takes_a_team_that_has_not_set_off_and_the_other_gets_the_next() -> None:
    assert promised("medium").decided() == [
        ("team_released", "A4/1", "b"),
        ("team_assigned", "A4/2", "b"),
        ("team_assigned", "A4/1", "a"),
    ]


def test_an_incident_that_is_not_severer_takes_nobody() -> None:
    assert promised("high").decided() == [("team_assigned", "A4/2", "a")]


def test_who_has_set_off_is_taken_by_nobody() -> None:
    situation = promised("medium", team_event(EventKind.TEAM_SET_OFF, team="b"))
    assert situation.decided() == [("team_assigned", "A4/2", "a")]


@pytest.mark.parametrize(("sooner_s", "changes"), [(BETTER_BY_S - 1, False), (BETTER_BY_S, True)])
def test_a_free_team_that_is_there_a_minute_sooner_replaces_one_that_has_not_set_off(
    sooner_s: float, changes: bool
) -> None:
    situation = Situation({"a": 400.0}, [one()])
    situation.decided()
    situation.needs_s = {"a": 400.0, "b": 400.0 - sooner_s}
    changed = [("team_released", "A4/1", "a"), ("team_assigned", "A4/1", "b")]
    assert situation.decided() == (changed if changes else [])
    assert situation.decided() == []


def test_nobody_replaces_a_team_that_has_set_off() -> None:
    situation = Situation({"a": 400.0}, [one()])
    situation.decided()
    situation.duties = duties_after(situation.duties, team_event(EventKind.TEAM_SET_OFF))
    situation.needs_s = {"a": 400.0, "b": 10.0}
    assert situation.decided() == []


@pytest.mark.parametrize("state", [State.RESOLVED, State.FALSE_ALARM, State.DUPLICATE, State.PLANNED, State.TEST])
def test_the_end_of_an_incident_sets_its_teams_free_wherever_they_are(state: State) -> None:
    situation = Situation({"a": 400.0}, [one()])
    situation.decided()
    situation.duties = duties_after(situation.duties, team_event(EventKind.TEAM_ARRIVED))
    situation.incidents = [one(state=state)]
    assert situation.decided() == [("team_released", "A4/1", "a")]
    assert situation.duties.by_team == {}


def test_a_cleared_incident_keeps_who_has_set_off_and_nobody_else() -> None:
    for events, decided in (([], ["team_released"]), ([team_event(EventKind.TEAM_SET_OFF)], [])):
        situation = Situation({"a": 400.0}, [one()])
        situation.decided()
        for event in events:
            situation.duties = duties_after(situation.duties, event)
        situation.incidents = [one(state=State.CLEARED)]
        assert [kind for kind, _, _ in situation.decided()] == decided


def test_a_severity_that_falls_leaves_who_was_sent() -> None:
    situation = Situation({"a": 400.0}, [one()])
    situation.decided()
    situation.incidents = [one(severity="low")]
    assert situation.decided() == []


def test_planned_works_send_home_who_has_not_set_off() -> None:
    situation = Situation({"a": 400.0}, [one()])
    situation.decided()
    situation.incidents = [one(silenced_by="works")]
    assert situation.decided() == [("team_released", "A4/1", "a")]


def test_who_is_sent_home_by_a_person_is_replaced_and_does_not_come_again() -> None:
    situation = Situation({"a": 200.0, "b": 400.0}, [one()])
    situation.decided()
    situation.duties = duties_after(situation.duties, team_event(EventKind.TEAM_RELEASED, actor="kim"))
    assert situation.decided() == [("team_assigned", "A4/1", "b")]
    assert situation.decided() == []


def test_a_team_off_duty_is_not_sent() -> None:
    night = replace(team("a"), hours=(NIGHT,))
    found = decide([night], [one()], TYPES, TeamDuties(), lambda *_: Arrival(0.0, 1.0, 0.0, 0.0), MONDAY_S)
    assert [each.kind for each in found] == [EventKind.TEAM_UNAVAILABLE]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1000), min_size=1),
    st.lists(st.sampled_from(list(Severity)), min_size=1, max_size=5),
)
def test_decisions_come_to_rest_and_no_team_has_two_incidents(
    needs_s: dict[str, float], severities: list[Severity]
) -> None:
    situation = Situation(needs_s, [one(f"A4/{k}", each, 600.0 + k) for k, each in enumerate(severities)])
    first = situation.decided()
    assert situation.decided() == []
    teams = [name for kind, _, name in first if kind == "team_assigned"]
    assert len(teams) == len(set(teams)) == min(len(needs_s), sum(each is not Severity.LOW for each in severities))
