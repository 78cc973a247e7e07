"""Teams on a store, by events and frames; SQLite and PostgreSQL are alike here, so only one is asked of most."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import EventKind
from harness.service.response.channel_rule import Receiver
from harness.service.response.responding import Response, ResponseSettings
from harness.service.store.sql_store import SqlStore
from harness.service.teams.team import Team
from harness.service.teams.team_dispatch import TeamDispatch, TeamSettings
from harness.service.teams.team_service import TeamService
from scenarios.errors import UserError
from tests.harness.service.response.response_cases import MONDAY_S, ROAD, incident_event
from tests.harness.service.response.response_stores import LOG, MAIL, Desk, settings_with
from tests.harness.service.store.database_servers import postgresql_database, postgresql_url, quick_folder
from tests.harness.service.teams.made_teams import RESCUE, TRAFFIC, frame_of, team

TYPES = {
    Severity.CRITICAL: (TRAFFIC, RESCUE),
    Severity.HIGH: (TRAFFIC,),
    Severity.MEDIUM: (TRAFFIC,),
    Severity.LOW: (),
}
TEAMS = (team("near", home_m=2000.0), team("far", approach_s=300.0), team("engine", RESCUE, approach_s=90.0))
OPENED = EventKind.OPENED


class TeamDesk(Desk):
    """A store with a response and teams on it."""

    teams: tuple[Team, ...] = TEAMS

    def renew(self) -> None:
        """Begin anew on the same database, as after a kill."""
        self.response = Response(self.settings, LOG, lambda: self.wall_s)
        settings = TeamSettings(self.teams, TYPES, {ROAD.name: ROAD}, {ROAD.name: (0.0,)})
        self.service = TeamService(settings, self.response.follow, lambda _: None, LOG, lambda: self.wall_s)
        self.store = SqlStore(self.url, lambda: self.wall_s, self.service.follow)
        self.service.start(self.url, self.store, looks=False)

    def states(self) -> dict[str, str]:
        """What each team is doing, and where."""
        return {each["name"]: f"{each['state']} {each['incident']}".strip() for each in self.service.status()}

    def kinds(self, incident: str = "A4/1") -> list[str]:
        """The kinds of an incident's events."""
        return [each.event.kind.value for each in self.store.timeline(incident)]

    def close(self) -> None:
        """Let the database go."""
        self.service.stop()
        self.store.close()


def reached(teams: tuple[Team, ...] = TEAMS) -> ResponseSettings:
    """Settings of the response in which each team has a mail address."""
    made = settings_with()
    receivers = {each.name: Receiver(MAIL, each.name, f"{each.name}@example.org") for each in teams}
    return ResponseSettings(made.texts, made.channels, made.people, made.policy, receivers)


@pytest.fixture
def one() -> Iterator[TeamDesk]:
    """A desk on an empty SQLite file, with a frame of free traffic."""
    with quick_folder() as folder, closing(TeamDesk(f"sqlite:///{folder / 'live.db'}", reached())) as made:
        made.store.commit_frame(ROAD.name, frame_of(time_s=600.0), [])
        yield made


def to_teams(desk: Desk) -> list[tuple[str, str]]:
    """Who of the teams was told what."""
    names = {each.name for each in TEAMS}
    return [(who, reason) for _, who, reason in desk.messages() if who in names]


def test_a_team_is_sent_in_the_transaction_that_opens_an_incident_and_is_told(one: TeamDesk) -> None:
    one.happens("A4/1", OPENED, severity="high", position_m=2750.0)
    assert one.kinds() == ["opened", "team_assigned"]
    data = one.store.timeline("A4/1")[1].event.data
    assert (data["team"], data["eta_s"], data["entry_m"]) == ("near", 97.5, 2000.0)
    assert to_teams(one) == [("near", "team_called")]
    assert "near: you are sent, expected there in 2 min" in one.rows()[-1].text


def test_all_types_of_a_critical_incident_are_sent(one: TeamDesk) -> None:
    one.happens("A4/1", OPENED, severity="critical")
    assert one.states() == {"near": "assigned A4/1", "engine": "assigned A4/1", "far": "free"}


def test_what_is_not_stored_sends_nobody(one: TeamDesk) -> None:
    def killed(connection: Any) -> None:
        one.service.follow(connection)
        raise RuntimeError("killed")

    one.store.follower = killed
    with pytest.raises(RuntimeError, match="killed"):
        one.happens("A4/1", OPENED, severity="high")
    assert (one.store.last_number(), one.states()["near"]) == (0, "free")


def test_a_restarted_service_knows_what_its_teams_do(one: TeamDesk) -> None:
    one.happens("A4/1", OPENED, severity="critical")
    one.service.change("near", EventKind.TEAM_SET_OFF, "kim")
    one.service.change("engine", EventKind.TEAM_ARRIVED, "kim")
    before = one.service.status()
    one.close()
    one.renew()
    assert one.service.status() == before
    assert one.states() == {"near": "under_way A4/1", "engine": "arrived A4/1", "far": "free"}


@pytest.mark.parametrize("kind", [EventKind.RESOLVED, EventKind.FALSE_ALARM, EventKind.PLANNED, EventKind.TEST])
def test_teams_are_free_and_told_so_when_their_incident_is_closed(one: TeamDesk, kind: EventKind) -> None:
    one.happens("A4/1", OPENED, severity="high")
    one.service.change("near", EventKind.TEAM_ARRIVED, "kim")
    one.happens("A4/1", kind, 660.0)
    assert one.states() == {"near": "free", "engine": "free", "far": "free"}
    assert to_teams(one) == [("near", "team_called"), ("near", "team_released")]


def test_that_nobody_is_free_is_an_event_that_calls_all_levels_once(one: TeamDesk) -> None:
    for number in (1, 2):
        one.happens(f"A4/{number}", OPENED, severity="high")
    one.happens("A4/3", OPENED, 601.0, severity="high")
    one.service.look()
    assert one.kinds("A4/3") == ["opened", "team_unavailable"]
    called = [(who, reason) for name, who, reason in one.messages() if name == "mail" and reason == "no_team"]
    assert called == [("ann", "no_team"), ("bob", "no_team"), ("boss", "no_team")]
    assert "NO TEAM IS FREE: traffic control" in one.rows()[-1].text


def test_a_frame_that_makes_another_team_the_better_one_changes_who_goes(one: TeamDesk) -> None:
    one.happens("A4/1", OPENED, severity="high", position_m=2750.0)
    one.store.commit_frame(ROAD.name, frame_of({2: 1.0, 3: 1.0}, 630.0), [])
    assert one.states()["near"] == "assigned A4/1"
    one.service.look()
    assert one.states()["near"] == "assigned A4/1"  # the others are behind the same queue
    one.close()
    one.teams = (*TEAMS, team("beyond", home_m=2600.0, approach_s=100.0))
    one.renew()
    one.service.look()
    assert one.states() == {"near": "free", "engine": "free", "far": "free", "beyond": "assigned A4/1"}
    assert one.kinds()[2:] == ["team_released", "team_assigned"]


def test_who_has_set_off_is_not_replaced(one: TeamDesk) -> None:
    one.happens("A4/1", OPENED, severity="high", position_m=2750.0)
    one.service.change("near", EventKind.TEAM_SET_OFF, "kim")
    one.close()
    one.teams = (*TEAMS, team("beyond", home_m=2700.0, approach_s=0.0))
    one.renew()
    one.service.look()
    assert one.states()["near"] == "under_way A4/1"


def test_what_another_process_stored_sends_a_team_at_the_next_look(one: TeamDesk) -> None:
    with closing(SqlStore(one.url, lambda: one.wall_s)) as other:
        other.append([incident_event("A4/1", OPENED, 600.0, severity="high")])
    assert one.states()["near"] == "free"
    for _ in range(2):
        one.service.look()
        assert one.kinds() == ["opened", "team_assigned"]
    assert to_teams(one) == [("near", "team_called")]


def test_a_person_who_releases_a_team_stands_in_the_timeline_and_another_one_goes(one: TeamDesk) -> None:
    one.happens("A4/1", OPENED, severity="high")
    one.service.change("near", EventKind.TEAM_RELEASED, "kim", "needed at home")
    told = one.store.timeline("A4/1")[2].event
    assert (told.kind, told.actor, told.note) == (EventKind.TEAM_RELEASED, "kim", "needed at home")
    assert one.states() == {"near": "free", "engine": "free", "far": "assigned A4/1"}


def test_when_a_team_is_expected_is_told_from_now_until_it_sets_off_and_stays_so_then(one: TeamDesk) -> None:
    one.happens("A4/1", OPENED, severity="high", position_m=2750.0)
    for time_s, expected_s in ((630.0, 727.5), (660.0, 757.5)):
        one.store.commit_frame(ROAD.name, frame_of(time_s=time_s), [])
        assert next(each for each in one.service.status() if each["name"] == "near")["expected_s"] == expected_s
    one.service.change("near", EventKind.TEAM_SET_OFF, "kim")
    one.store.commit_frame(ROAD.name, frame_of(time_s=690.0), [])
    assert next(each for each in one.service.status() if each["name"] == "near")["expected_s"] == 757.5


@pytest.mark.parametrize("kind", [EventKind.TEAM_SET_OFF, EventKind.TEAM_ARRIVED, EventKind.TEAM_RELEASED])
def test_of_a_free_team_nothing_can_be_told(one: TeamDesk, kind: EventKind) -> None:
    with pytest.raises(UserError, match=f"far is free: {kind.value} is not possible"):
        one.service.change("far", kind, "kim")


def test_nobody_sets_off_twice(one: TeamDesk) -> None:
    one.happens("A4/1", OPENED, severity="high")
    one.service.change("near", EventKind.TEAM_SET_OFF, "kim")
    with pytest.raises(UserError, match="near is under way"):
        one.service.change("near", EventKind.TEAM_SET_OFF, "ann")


def test_an_incident_in_which_nothing_has_changed_for_a_day_calls_no_team(one: TeamDesk) -> None:
    one.store.commit_frame(ROAD.name, frame_of(time_s=600.0 + 86401.0), [])
    one.happens("A4/1", OPENED, severity="high")
    assert one.kinds() == ["opened"]


def test_a_situation_that_cannot_be_decided_on_keeps_no_event_from_the_store(
    one: TeamDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(TeamDispatch, "decided", broken)
    one.happens("A4/1", OPENED, severity="high")
    assert one.kinds() == ["opened"]
    assert {reason for _, _, reason in one.messages()} == {"opened"}


@pytest.mark.postgres
def test_on_postgresql_a_team_is_sent_and_known_after_a_restart() -> None:
    with (
        postgresql_database("teams") as name,
        postgresql_url(name) as url,
        closing(TeamDesk(url, reached(), MONDAY_S)) as desk,
    ):
        desk.happens("A4/1", OPENED, severity="high")
        desk.service.change("near", EventKind.TEAM_SET_OFF, "kim")
        desk.close()
        desk.renew()
        assert desk.states()["near"] == "under_way A4/1"
