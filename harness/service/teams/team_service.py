"""Teams beside a running service: sent, followed and set free again until it is stopped; and what people tell of them.

Whatever is stored has its consequences for teams in its own transaction. A look every second does the rest: a frame that makes
another team the better one, and what workers on other machines stored.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection
from structlog.typing import FilteringBoundLogger

from harness.service.incidents.incident_event import Event, EventKind, StoredEvent
from harness.service.store.event_rows import last_number
from harness.service.store.event_store import EventStore, VersionConflictError
from harness.service.store.open_store import open_database
from harness.service.store.sql_store import Follower, SqlStore
from harness.service.teams.team import Team, TeamState
from harness.service.teams.team_dispatch import Situation, TeamDispatch, TeamSettings
from harness.service.teams.team_duties import Duty
from scenarios.errors import MachineError, UserError

LOOK_EVERY_S = 1.0
"""Time between two looks, s. Chosen: a frame comes every 20 s or more."""
PATIENCE_S = 15.0
"""Time to end a look, s. Chosen: longer than a transaction waits for another."""
TRIES = 5
"""Tries of a change while its incident changes meanwhile. Chosen: frames change it every 20 s or more."""
Publish = Callable[[Sequence[StoredEvent]], None]


class TeamService:
    """The teams of one database; `then` is called after their events in the same transaction, `publish` is told of them."""

    def __init__(
        self,
        settings: TeamSettings,
        then: Follower | None,
        publish: Publish,
        log: FilteringBoundLogger,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._dispatch = TeamDispatch(settings, log, wall_clock)
        self._then, self._publish, self._log, self._wall_clock = then, publish, log, wall_clock
        self._store: SqlStore | None = None
        self._watched: EventStore | None = None
        self._looked_at: tuple[object, ...] = ()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="teams", daemon=True)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the teams."""
        return tuple(sorted(team.name for team in self._dispatch.settings.teams))

    def follow(self, connection: Connection) -> None:
        """Send teams in the transaction of events, and let follow what follows from both."""
        self._dispatch.follow(connection)
        if self._then is not None:
            self._then(connection)

    def start(self, database: str, watched: EventStore, looks: bool = True) -> None:
        """Begin on a database that the service has opened as `watched`; `looks`: every second, without being asked.

        Raises MachineError where the database does not answer.
        """
        self._watched, self._store = watched, open_database(database)
        with self._store.database.reading() as connection:
            self._dispatch.learn(connection)
        if looks:
            self._thread.start()

    def stop(self) -> None:
        """End; what teams do stands in the events."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join(PATIENCE_S)
        if self._store is not None:
            self._store.close()

    def look(self) -> None:
        """Send whom the last frame or others' events want; nothing while events wait for the database. Raises MachineError."""
        if self._store is None or self._watched is None or not self._watched.state().ok:
            return
        with self._store.database.reading() as connection:
            looked_at = self._dispatch.looked_at(connection)
            if looked_at == self._looked_at:
                return
            self._dispatch.learn(connection)
            wanted = self._dispatch.decided(connection)
        self._looked_at = looked_at
        if not wanted:
            return
        with self._store.database.writing() as connection:
            last_number(connection, lock=True)
            stored = self._dispatch.follow(connection)
            if self._then is not None:
                self._then(connection)
        self._publish(stored)

    def status(self) -> list[dict[str, Any]]:
        """Return the teams as JSON, by name. Raises MachineError where the database does not answer."""
        if self._store is None:
            return []
        with self._store.database.reading() as connection:
            now = self._dispatch.situation(connection)
        wall_s = self._wall_clock()
        teams = sorted(self._dispatch.settings.teams, key=lambda team: team.name)
        return [_shown(team, now, wall_s) for team in teams]

    def change(self, name: str, kind: EventKind, actor: str, note: str = "") -> list[StoredEvent]:
        """Store that a team has set off, is there, or is released by a person; return that event.

        Raises KeyError for a team that is not known, UserError for what it cannot do now, MachineError.
        """
        if self._store is None or self._watched is None or name not in self.names:
            raise KeyError(name)
        for _ in range(TRIES):
            with self._store.database.reading() as connection:
                now = self._dispatch.situation(connection)
            duty = now.duties.by_team.get(name)
            if duty is None or duty.state not in _BEFORE[kind]:
                is_now = "free" if duty is None else duty.state.value.replace("_", " ")
                raise UserError(f"{name} is {is_now}: {kind.value} is not possible (has somebody else told it?)")
            incident = next(each for each in now.incidents if each.id == duty.incident)
            time_s = max(incident.changed_s, self._watched.last_frame_s(incident.corridor) or incident.changed_s)
            data: dict[str, Any] = {"team": name, "type": duty.type}
            arrival = now.arrivals(self._team(name), incident) if kind is EventKind.TEAM_SET_OFF else None
            data |= {} if arrival is None else arrival.values()
            key = f"person {uuid4().hex}"
            event = Event(key, incident.corridor, time_s, kind, incident.id, actor, note, data)
            with suppress(VersionConflictError):
                return self._watched.append([event], incident.version)
        raise MachineError(f"{incident.id} changes all the time; {name} is as before (try again)")

    def _team(self, name: str) -> Team:
        return next(team for team in self._dispatch.settings.teams if team.name == name)

    def _work(self) -> None:
        while not self._ending.wait(LOOK_EVERY_S):
            try:
                self.look()
            except MachineError as error:
                self._log.warning("teams are not looked at", error=str(error))
            except Exception:
                self._log.exception("teams are not looked at")


_BEFORE = {
    EventKind.TEAM_SET_OFF: (TeamState.ASSIGNED,),
    EventKind.TEAM_ARRIVED: (TeamState.ASSIGNED, TeamState.UNDER_WAY),
    EventKind.TEAM_RELEASED: (TeamState.ASSIGNED, TeamState.UNDER_WAY, TeamState.ARRIVED),
}
"""What a team may be doing before each change."""


def _shown(team: Team, now: Situation, wall_s: float) -> dict[str, Any]:
    duty = now.duties.by_team.get(team.name)
    idle = TeamState.FREE if team.on_duty(wall_s) else TeamState.OFF_DUTY
    shown: dict[str, Any] = {
        "name": team.name,
        "type": team.type,
        "state": (idle if duty is None else duty.state).value,
        "corridors": sorted({home.corridor for home in team.homes}),
        "incident": "",
        "assigned_s": None,
        "set_off_s": None,
        "arrived_s": None,
        "expected_s": None,
        "may": [] if duty is None else [kind.value for kind, before in _BEFORE.items() if duty.state in before],
    }
    if duty is not None:
        shown |= {name: getattr(duty, name) for name in ("incident", "assigned_s", "set_off_s", "arrived_s")}
        shown["expected_s"] = _expected_s(team, duty, now)
    return shown


def _expected_s(team: Team, duty: Duty, now: Situation) -> float | None:
    """Return when a team is expected: as when it set off; if it has not, as if it did now; None where it is there."""
    if duty.arrived_s is not None:
        return None
    if duty.set_off_s is not None:
        return round(duty.set_off_s + duty.eta_s, 1)
    incident = next((each for each in now.incidents if each.id == duty.incident), None)
    arrival = None if incident is None else now.arrivals(team, incident)
    return None if arrival is None else round(now.now_s[duty.corridor] + arrival.eta_s, 1)
