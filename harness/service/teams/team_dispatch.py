"""Teams sent by what the database holds: duties folded from its events, the situation read, decisions stored as events.

    dispatch.follow(connection)        # in the transaction of any events: what follows from them for teams
    dispatch.learn(connection)         # now and then: remember the duties that are committed

Conventions: the events are the truth. What is remembered is only what they made up to a number, so that not all of them are read
for every frame; it is learned from committed events alone, and a restarted process learns the same. A situation that cannot be
decided on (a bug) is logged: it never keeps a frame from the store.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from structlog.typing import FilteringBoundLogger

from harness.service.incidents.incident import Incident, Severity
from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.store.event_rows import last_number, read_incident, store_events, stored_events
from harness.service.store.frame_rows import last_frame, last_frame_s
from harness.service.store.incident_json import incident_of
from harness.service.store.tables import events, incidents
from harness.service.teams.expected_arrival import Arrival, expected_arrival
from harness.service.teams.team import Team
from harness.service.teams.team_assignment import BETTER_BY_S, Decision, decide
from harness.service.teams.team_duties import OF_DUTIES, TeamDuties, duties_after
from harness.service.teams.travel_time import SHOULDER_MPS, road_speeds
from scenarios.corridor import Corridor

OLD_S = 86400.0
"""Time without a change after which an open incident calls no team, s. Chosen: a new team is not sent into the
past of an old store."""


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """The teams, and what they go by; `types`: wanted by severity; `entries_m`: where any team may enter a corridor."""

    teams: tuple[Team, ...]
    types: Mapping[Severity, Sequence[str]]
    corridors: Mapping[str, Corridor]
    entries_m: Mapping[str, Sequence[float]] = field(default_factory=dict)
    past_queues_mps: float = SHOULDER_MPS
    better_by_s: float = BETTER_BY_S


@dataclass(frozen=True, slots=True)
class Situation:
    """Incidents that matter to teams, what teams do, and how soon each could be where; `now_s`: the last frames, by corridor."""

    incidents: tuple[Incident, ...]
    duties: TeamDuties
    arrivals: Callable[[Team, Incident], Arrival | None]
    now_s: Mapping[str, float]


class TeamDispatch:
    """Sends teams; `wall_clock` gives seconds since 1970 UTC. Any thread may call it."""

    def __init__(
        self, settings: TeamSettings, log: FilteringBoundLogger, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self.settings, self._log, self._wall_clock = settings, log, wall_clock
        self._learned: tuple[int, TeamDuties] = (0, TeamDuties())

    def follow(self, connection: Connection) -> list[StoredEvent]:
        """Store what follows for teams, in the transaction of the caller, who holds the counter of events; return it."""
        try:
            with connection.begin_nested():
                found = self.decided(connection)
                stored: list[StoredEvent] = []
                for each in found:
                    stored += store_events(connection, [_event(connection, each)], self._wall_clock(), None)
                return stored
        except DBAPIError:
            raise
        except Exception:
            self._log.exception("no team is sent")
            return []

    def decided(self, connection: Connection) -> tuple[Decision, ...]:
        """Return what is to be done now."""
        settings, now = self.settings, self.situation(connection)
        return decide(
            settings.teams,
            now.incidents,
            settings.types,
            now.duties,
            now.arrivals,
            self._wall_clock(),
            settings.better_by_s,
        )

    def situation(self, connection: Connection) -> Situation:
        """Return what teams go by now."""
        _, duties = self._duties(connection)
        settings = self.settings
        bodies = connection.execute(
            select(incidents.c.body)
            .where(incidents.c.is_open, incidents.c.corridor.in_(list(settings.corridors)))
            .order_by(incidents.c.opened_number)
        ).scalars()
        opened = [incident_of(body) for body in bodies]
        busy = {duty.incident for duty in duties.by_team.values()}
        closed = [read_incident(connection, name) for name in sorted(busy - {each.id for each in opened})]
        needed = {each.corridor for each in opened}
        frames = {name: last_frame(connection, name) for name in needed}
        roads = {name: road_speeds(settings.corridors[name], frame, opened) for name, frame in frames.items()}
        ends_s = {name: -OLD_S if frame is None else frame.time_s for name, frame in frames.items()}
        fresh = [each for each in opened if each.id in busy or ends_s[each.corridor] - each.changed_s <= OLD_S]

        def arrivals(team: Team, incident: Incident) -> Arrival | None:
            return expected_arrival(team, incident, roads, settings.entries_m, settings.past_queues_mps)

        return Situation((*fresh, *(each for each in closed if each is not None)), duties, arrivals, ends_s)

    def looked_at(self, connection: Connection) -> tuple[object, ...]:
        """Return what a decision depends on, in short: the last event and the last frames."""
        ends_s = (last_frame_s(connection, name) for name in sorted(self.settings.corridors))
        return last_number(connection), *ends_s

    def learn(self, connection: Connection) -> None:
        """Remember the duties that committed events make; the connection must see no others."""
        self._learned = self._duties(connection)

    def _duties(self, connection: Connection) -> tuple[int, TeamDuties]:
        """Return the duties that all events make, and the number of the last of them."""
        number, duties = self._learned
        kinds = [kind.value for kind in OF_DUTIES]
        wanted = select(events).where(events.c.number > number, events.c.kind.in_(kinds)).order_by(events.c.number)
        for each in stored_events(connection.execute(wanted)):
            number, duties = each.number, duties_after(duties, each.event)
        return number, duties


def _event(connection: Connection, decision: Decision) -> Event:
    """Return a decision as an event; its key is that of the incident's version: it is decided on once."""
    incident, data = decision.incident, decision.data
    time_s = max(incident.changed_s, last_frame_s(connection, incident.corridor) or incident.changed_s)
    of = data.get("team", data["type"])
    key = f"{incident.id} {decision.kind} {of} {incident.version}"
    return Event(key, incident.corridor, time_s, decision.kind, incident.id, data=data)
