"""Simulated people at work on the incidents of a made road: free traffic at 30 m/s on twelve sections of 800 m."""

from collections.abc import Sequence
from dataclasses import replace
from math import nan

from harness.service.drill.desk_setting import Behind
from harness.service.drill.play_response import HandledIncident, Shift, play_response
from harness.service.drill.reaction_times import Reaction
from harness.service.drill.watch_run import watch_run
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_watch import IncidentWatch
from simulator.frame import LoopFrame
from tests.harness.service.drill.alarming import Alarming
from tests.harness.service.incidents.made_steps import frame, road

ROAD = road(sections=12)
QUICK = Reaction(20.0, 10.0, 45.0, 60.0, True)
FRAMES = [frame(ROAD, 30.0 * number) for number in range(1, 46)]
FREE_MPS = 30.0


def played(
    alarms: dict[int, list[int]],
    truths: list[int | None],
    operators: int = 1,
    teams: int = 1,
    reaction: Reaction | Sequence[Reaction] = QUICK,
    clearance_s: float = 1200.0,
    severity: str | Sequence[str] | None = None,
    frames: Sequence[LoopFrame] = FRAMES,
) -> tuple[HandledIncident, ...]:
    """Some 22 minutes; `truths`: of each incident in the order of opening, the number of what is behind it, all at 4000 m.

    `reaction`: of all, or of each in that order. `severity`: told instead of its own, of all or of each.
    """
    watched = watch_run(ROAD, frames, {"made": Alarming(ROAD, alarms)}, IncidentWatch(ROAD, IncidentSettings()))
    stories = watched.stories
    behind = {
        story.opened.id: Behind(of, nan if of is None else clearance_s, 4000.0)
        for story, of in zip(stories, truths, strict=True)
    }
    names = list(behind)
    events = [event for story in stories for event in story.events]
    if severity is not None:
        told = dict.fromkeys(names, severity) if isinstance(severity, str) else dict(zip(names, severity, strict=True))
        events = [replace(event, data={**event.data, "severity": told[event.incident]}) for event in events]
    drawn = (
        dict.fromkeys(names, reaction) if isinstance(reaction, Reaction) else dict(zip(names, reaction, strict=True))
    )
    return play_response(ROAD, frames, events, Shift(operators, teams, 1), behind, drawn.__getitem__)


def kept(*sections: int) -> dict[int, list[int]]:
    """Alarms in these sections from the tenth frame to the fortieth."""
    return {number: list(sections) for number in range(10, 41)}
