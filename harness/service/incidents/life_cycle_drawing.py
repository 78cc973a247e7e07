"""The life of an incident drawn from its table: the page `life_cycle.md`.

`python -m harness.service.incidents.life_cycle_drawing` prints it.
"""

import sys
from collections.abc import Mapping

from harness.service.incidents.incident import CLOSED, State
from harness.service.incidents.incident_event import EventKind
from harness.service.incidents.life_cycle import FROM_CLOCK, FROM_FRAMES, FROM_TEAMS, TRANSITIONS

HEAD = """# The life of an incident

Drawn from `TRANSITIONS` in `life_cycle.py` by `python -m harness.service.incidents.life_cycle_drawing`; a test compares the two.
An arrow is an event that leads to another state. Closed states are drawn as one, `closed`; each may become any other of them:
{closed}. `undone` takes the last change of a person back within a minute.
"""
BETWEEN = """
The state after each event, by the state before; empty: refused, `=`: taken, the state stays. The table's last columns are what the
detectors, the clock and teams bring.
"""


def drawing() -> str:
    """Return the page."""
    head = HEAD.format(closed=", ".join(f"`{state}`" for state in sorted(CLOSED)))
    return f"{head}\n```mermaid\nstateDiagram-v2\n{_arrows()}\n```\n{BETWEEN}\n{_table(TRANSITIONS)}\n"


def _arrows() -> str:
    arrows: dict[tuple[str, str], list[str]] = {("[*]", State.ACTIVE.value): [EventKind.OPENED.value]}
    for state, events in TRANSITIONS.items():
        for event, after in events.items():
            ends = _drawn(state), _drawn(after)
            if ends[0] != ends[1] and event.value not in arrows.setdefault(ends, []):
                arrows[ends].append(event.value)
    return "\n".join(f"    {one} --> {other}: {', '.join(events)}" for (one, other), events in arrows.items())


def _drawn(state: State) -> str:
    return "closed" if state in CLOSED else state.value


def _table(transitions: Mapping[State, Mapping[EventKind, State]]) -> str:
    named = {event for events in transitions.values() for event in events}
    last = (*FROM_FRAMES, *FROM_CLOCK, *FROM_TEAMS)
    columns = [event for event in EventKind if event in named and event not in last] + [*last]
    lines = [["before", *(event.value for event in columns)], ["---"] * (len(columns) + 1)]
    for state, events in transitions.items():
        cells = [_cell(state, event, events.get(event)) for event in columns]
        lines.append([f"**{state}**", *cells])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(before: State, event: EventKind, after: State | None) -> str:
    if after is None:
        return ""
    if event is EventKind.UNDONE:
        return "as before it"
    return "=" if after is before else after.value


if __name__ == "__main__":
    sys.stdout.write(drawing())
