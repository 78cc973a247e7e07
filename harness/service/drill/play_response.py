"""A watched run played to simulated people, through the store and the response of the service: who did what, when.

The store is a SQLite file in a temporary folder; its clock, and the response's, is the data's. After the run's last frame people
end what they have begun, on the speeds of that frame.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan
from pathlib import Path

from harness.service.drill.desk_setting import Behind, DataClock, teams_along
from harness.service.drill.reaction_times import Reaction
from harness.service.drill.simulated_desk import SimulatedDesk
from harness.service.incidents.incident_event import Event, EventKind, StoredEvent
from scenarios.corridor import Corridor
from scenarios.errors import MissingExtraError
from simulator.frame import LoopFrame


@dataclass(frozen=True, slots=True)
class Shift:
    """Who works in a drill, and the seed of all that they draw."""

    operators: int
    teams: int
    seed: int


@dataclass(frozen=True, slots=True)
class HandledIncident:
    """What people did about one incident; data time, NaN where it never happened. `closed`: how it ended, "" where it did not.

    `late`, `escalated`: nobody had taken it in the time of its severity. `no_team`: none was free.
    """

    id: str
    of: int | None
    seen_s: float
    acknowledged_s: float
    asked_s: float
    set_off_s: float
    team_s: float
    closed: str
    late: bool
    escalated: bool
    no_team: bool


def play_response(
    corridor: Corridor,
    frames: Iterable[LoopFrame],
    events: Iterable[Event],
    shift: Shift,
    behind: Mapping[str, Behind],
    reaction: Callable[[str], Reaction],
) -> tuple[HandledIncident, ...]:
    """Return what the people of a shift did about each incident that the `events` of a run's frames opened.

    `behind` and `reaction`: the truth of an incident and what people draw for it, by its id. Raises MissingExtraError.
    """
    by_frame: dict[float, list[Event]] = defaultdict(list)
    for event in events:
        by_frame[event.time_s].append(event)
    try:
        import structlog

        from harness.service.response.language_file import read_language
        from harness.service.response.notice_texts import NoticeTexts
        from harness.service.response.responding import Response, ResponseSettings
        from harness.service.store.sql_store import SqlStore
    except ImportError as error:
        raise MissingExtraError(f'--operators needs {error.name}: pip install "laneblock[serve]"') from None
    clock = DataClock()
    response = Response(ResponseSettings(NoticeTexts(read_language("en"))), structlog.get_logger(), clock)
    with tempfile.TemporaryDirectory(prefix="laneblock-", ignore_cleanup_errors=True) as folder:
        store = SqlStore(str(Path(folder) / "drill.db"), clock, response.follow)
        try:
            desk = SimulatedDesk(
                store, corridor, clock, shift.operators, teams_along(corridor, shift.teams), behind, reaction
            )
            for frame in frames:
                desk.work_until(frame.time_s)
                clock.now_s = frame.time_s
                store.commit_frame(corridor.name, frame, by_frame.pop(frame.time_s, []))
                response.fire_due(store, frame.time_s)
                desk.look(frame)
            desk.work_until(inf)
            return tuple(
                _handled(name, behind[name].of, desk.seen_s.get(name, nan), store.timeline(name))
                for name in store.incident_ids()
            )
        finally:
            store.close()


def _handled(name: str, of: int | None, seen_s: float, timeline: Sequence[StoredEvent]) -> HandledIncident:
    first: dict[EventKind, float] = {}
    for each in timeline:
        first.setdefault(each.event.kind, each.event.time_s)
    closing = (EventKind.RESOLVED, EventKind.FALSE_ALARM, EventKind.DUPLICATE)
    return HandledIncident(
        id=name,
        of=of,
        seen_s=seen_s,
        acknowledged_s=first.get(EventKind.ACKNOWLEDGED, nan),
        asked_s=first.get(EventKind.INVESTIGATING, nan),
        set_off_s=first.get(EventKind.TEAM_SET_OFF, nan),
        team_s=first.get(EventKind.TEAM_ARRIVED, nan),
        closed=next((kind.value for kind in closing if kind in first), ""),
        late=EventKind.RESPONSE_LATE in first,
        escalated=EventKind.ESCALATED in first,
        no_team=EventKind.TEAM_UNAVAILABLE in first,
    )
