"""Timers in the database."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, update

from harness.service.incidents.incident import Severity
from harness.service.response.response_timer import Clock, Step, Timer, TimerState
from harness.service.store.frame_rows import insert_into, last_frame_s
from harness.service.store.tables import timers


def read_timers(connection: Connection, incident: str) -> dict[Step, Timer]:
    """Return the timers of an incident."""
    rows = connection.execute(select(timers).where(timers.c.incident == incident))
    return {timer.step: timer for timer in map(_timer, rows)}


def store_timers(connection: Connection, before: Mapping[Step, Timer], after: Mapping[Step, Timer]) -> None:
    """Store those timers that changed."""
    for step, timer in after.items():
        if before.get(step) == timer:
            continue
        values = {name: getattr(timer, name) for name in ("corridor", "due_s", "armed")}
        values |= {name: getattr(timer, name).value for name in ("clock", "severity", "state")}
        statement = insert_into(connection, timers).values(incident=timer.incident, step=step.value, **values)
        connection.execute(
            statement.on_conflict_do_update(index_elements=[timers.c.incident, timers.c.step], set_=values)
        )


def due_timers(connection: Connection, wall_s: float) -> list[Timer]:
    """Return the timers that are due: by a wall time, or by the last frame of their corridor; those due first come first."""
    waiting = (
        select(timers).where(timers.c.state == TimerState.WAITING.value).order_by(timers.c.due_s, timers.c.incident)
    )
    by_wall = _timers(connection.execute(waiting.where(timers.c.clock == Clock.WALL.value, timers.c.due_s <= wall_s)))
    by_data = _timers(connection.execute(waiting.where(timers.c.clock == Clock.DATA.value)))
    ends = {name: last_frame_s(connection, name) for name in {timer.corridor for timer in by_data}}
    return [*by_wall, *(each for each in by_data if each.due_s <= (ends[each.corridor] or float("-inf")))]


def set_state(connection: Connection, timer: Timer, state: TimerState) -> None:
    """Let a timer stand otherwise."""
    of = (timers.c.incident == timer.incident) & (timers.c.step == timer.step.value)
    connection.execute(update(timers).where(of).values(state=state.value))


def _timers(rows: Iterable[Row[Any]]) -> list[Timer]:
    return [_timer(row) for row in rows]


def _timer(row: Row[Any]) -> Timer:
    return Timer(
        row.incident,
        row.corridor,
        Step(row.step),
        Clock(row.clock),
        row.due_s,
        Severity(row.severity),
        TimerState(row.state),
        row.armed,
    )
