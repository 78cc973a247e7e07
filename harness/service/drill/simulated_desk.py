"""Simulated operators and teams at work on the incidents of one corridor: a simulation of events in data time, deterministic.

Conventions:

- A free operator takes the severest incident that waits, of these the one opened first; sees it, acknowledges it, judges it, and is
  free for the next. The rest waits, and the response's timers run.
- What is judged true is investigated and wants one team. What stands for an incident that has one already is closed as its
  duplicate; what is over by then is resolved without a team; what is judged false is closed so.
- Teams are assigned by `harness.service.teams`, and drive on the speeds measured when they set off, to where the lanes truly are
  blocked. A team stays until they are free; sent in vain it goes back at once.
- Everything that people do is an event in the store, by the life cycle of the service. Only that an incident was seen is none.
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from harness.service.drill.desk_setting import PATROL, Behind, DataClock
from harness.service.drill.reaction_times import Reaction
from harness.service.incidents.incident import CLOSED, Incident, Severity
from harness.service.incidents.incident_event import SERVICE, Event, EventKind
from harness.service.incidents.severity_score import CLASSES
from harness.service.response.response_timer import waits
from harness.service.teams.expected_arrival import Arrival, expected_arrival
from harness.service.teams.team import Team
from harness.service.teams.team_assignment import decide
from harness.service.teams.team_duties import TeamDuties, duties_after
from harness.service.teams.travel_time import road_speeds
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

if TYPE_CHECKING:
    from harness.service.store.sql_store import SqlStore

MOST_INCIDENTS = 1000
"""Open incidents of one corridor that are looked at. Chosen: more than any run has."""


@dataclass(slots=True)
class SimulatedDesk:
    """`operators` and `teams` on one corridor; `reaction` and `behind` of an incident by its id. They fill `seen_s` at work."""

    store: "SqlStore"
    corridor: Corridor
    clock: DataClock
    operators: int
    teams: tuple[Team, ...]
    behind: Mapping[str, Behind]
    reaction: Callable[[str], Reaction]
    seen_s: dict[str, float] = field(init=False, default_factory=dict)
    _frame: LoopFrame | None = field(init=False, default=None)
    _taken: set[str] = field(init=False, default_factory=set)
    _asked: list[str] = field(init=False, default_factory=list)
    _duties: TeamDuties = field(init=False, default_factory=TeamDuties)
    _plan: list[tuple[float, int, Callable[[], None]]] = field(init=False, default_factory=list)
    _numbers: "count[int]" = field(init=False, default_factory=count)
    _free: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._free = [f"operator {number}" for number in range(1, self.operators + 1)]

    def work_until(self, time_s: float) -> None:
        """Do all that is due by a time; inf: all that was begun."""
        while self._plan and self._plan[0][0] <= time_s:
            self.clock.now_s, _, act = heapq.heappop(self._plan)
            act()

    def look(self, frame: LoopFrame) -> None:
        """Look at the list after a frame: free operators take what waits."""
        self._frame, self.clock.now_s = frame, frame.time_s
        self._take()

    def _later(self, after_s: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._plan, (self.clock.now_s + after_s, next(self._numbers), act))

    def _take(self) -> None:
        while self._free:
            waiting = [each for each in self._open() if waits(each) and each.id not in self._taken]
            if not waiting:
                return
            first = min(waiting, key=lambda one: (-CLASSES.index(one.severity), one.opened_s, one.id))
            self._taken.add(first.id)
            self._later(self.reaction(first.id).seen_s, partial(self._see, self._free.pop(0), first.id))

    def _release(self, operator: str) -> None:
        self._free.append(operator)
        self._take()

    def _see(self, operator: str, name: str) -> None:
        if not waits(self._incident(name)):  # cleared meanwhile; it is taken again should it return
            self._taken.discard(name)
            self._release(operator)
            return
        self.seen_s.setdefault(name, self.clock.now_s)
        self._later(self.reaction(name).read_s, partial(self._acknowledge, operator, name))

    def _acknowledge(self, operator: str, name: str) -> None:
        self._tell(EventKind.ACKNOWLEDGED, name, operator)
        self._later(self.reaction(name).judged_s, partial(self._judge, operator, name))

    def _judge(self, operator: str, name: str) -> None:
        behind = self.behind[name]
        true = behind.of is not None
        if true and self.clock.now_s >= behind.clearance_s:
            self._tell(EventKind.RESOLVED, name, operator, note="over before a team was called")
        elif true != self.reaction(name).rightly:
            self._tell(EventKind.FALSE_ALARM, name, operator)
        else:
            first = next((each for each in self._asked if true and self.behind[each].of == behind.of), None)
            if first is not None:
                self._tell(EventKind.DUPLICATE, name, operator, {"duplicate_of": first})
            else:
                self._tell(EventKind.INVESTIGATING, name, operator)
                self._asked.append(name)
                self._send()
        self._release(operator)

    def _send(self) -> None:
        """Assign and release teams, by the service's rules, on the speeds measured now."""
        asked = [self._incident(name) for name in self._asked]
        busy = {duty.incident for duty in self._duties.by_team.values()}
        there = [each for each in asked if each.state not in CLOSED or each.id in busy]
        wanted = dict.fromkeys(Severity, (PATROL,))
        for each in decide(self.teams, there, wanted, self._duties, self._arrival, self.clock.now_s):
            event = self._tell(each.kind, each.incident.id, SERVICE, each.data)
            self._duties = duties_after(self._duties, event)
            if each.kind is EventKind.TEAM_ASSIGNED:
                delay_s = self.reaction(each.incident.id).set_off_s
                self._later(delay_s, partial(self._set_off, each.data["team"], each.incident.id))

    def _arrival(self, team: Team, incident: Incident) -> Arrival | None:
        roads = {self.corridor.name: road_speeds(self.corridor, self._frame, self._open())}
        entries_m = {self.corridor.name: [home.position_m for each in self.teams for home in each.homes]}
        return expected_arrival(team, incident, roads, entries_m)

    def _set_off(self, team: str, name: str) -> None:
        duty = self._duties.by_team.get(team)
        if duty is None or duty.incident != name or duty.set_off_s is not None:
            return
        incident, behind = self._incident(name), self.behind[name]
        if behind.of is not None:
            incident = replace(incident, position_m=behind.position_m)
        arrival = self._arrival(next(each for each in self.teams if each.name == team), incident)
        if arrival is not None:
            self._team(EventKind.TEAM_SET_OFF, team, name)
            self._later(arrival.eta_s, partial(self._arrive, team, name))

    def _arrive(self, team: str, name: str) -> None:
        self._team(EventKind.TEAM_ARRIVED, team, name)
        behind = self.behind[name]
        stays_s = 0.0 if behind.of is None else max(behind.clearance_s - self.clock.now_s, 0.0)
        self._later(stays_s, partial(self._leave, team, name))

    def _leave(self, team: str, name: str) -> None:
        over = EventKind.FALSE_ALARM if self.behind[name].of is None else EventKind.RESOLVED
        self._tell(over, name, team)
        self._send()

    def _team(self, kind: EventKind, team: str, name: str) -> None:
        event = self._tell(kind, name, SERVICE, {"team": team, "type": PATROL})
        self._duties = duties_after(self._duties, event)

    def _tell(
        self, kind: EventKind, name: str, actor: str, data: Mapping[str, object] | None = None, note: str = ""
    ) -> Event:
        key = f"drill {name} {next(self._numbers)}"
        event = Event(key, self.corridor.name, self.clock.now_s, kind, name, actor, note, data or {})
        self.store.append([event])
        return event

    def _incident(self, name: str) -> Incident:
        found = self.store.incident(name)
        if found is None:
            raise RuntimeError(f"{name} is in no store")
        return found

    def _open(self) -> list[Incident]:
        return self.store.incidents(self.corridor.name, open_only=True, limit=MOST_INCIDENTS)
