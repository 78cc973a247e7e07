"""Which changes of an incident matter enough to be an event.

    lanes, kind     another value, for `steady_frames` frames in a row
    place           further than `place_step_m` from the place told, for `steady_frames` frames in a row
    queue           more than `queue_step_veh`, and than `queue_step_share` of the queue told
    severity        a higher class at once, a lower one after `steady_frames` (and a margin: `severity_score`)
    sections        another section joined: a consequence upstream, or the head moved
    joined_by       another detector saw it
    silenced_by     planned works began, ended, or reach it now

The rest (confidence, evidence, the parts of the score) travels with what matters.
"""

from collections.abc import Callable, Mapping
from math import isnan

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.severity_score import CLASSES

Moved = Callable[[Incident, Incident, IncidentSettings], bool]


def _queue(told: Incident, now: Incident, settings: IncidentSettings) -> bool:
    before = 0.0 if isnan(told.queue_veh) else told.queue_veh
    step = max(settings.queue_step_veh, settings.queue_step_share * before)
    return abs(now.queue_veh - before) > step  # an unknown queue is no change


STEADY: Mapping[str, Moved] = {
    "lanes": lambda told, now, settings: told.lanes != now.lanes,
    "kind": lambda told, now, settings: told.kind != now.kind,
    "severity": lambda told, now, settings: CLASSES.index(now.severity) < CLASSES.index(told.severity),
    "position_m": lambda told, now, settings: abs(told.position_m - now.position_m) > settings.place_step_m,
}
"""Changes that must stand for some frames, by the field that changes."""
AT_ONCE: Mapping[str, Moved] = {
    "queue_veh": _queue,
    "severity": lambda told, now, settings: CLASSES.index(now.severity) > CLASSES.index(told.severity),
    "sections": lambda told, now, settings: told.sections != now.sections,
    "joined_by": lambda told, now, settings: told.joined_by != now.joined_by,
    "silenced_by": lambda told, now, settings: told.silenced_by != now.silenced_by,
}
"""Changes that are told at once."""


def changed_fields(
    told: Incident, now: Incident, frames: Mapping[str, int], settings: IncidentSettings
) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the fields whose change is worth telling, and for how many frames each steady one has differed.

    `frames`: what this returned after the frame before.
    """
    differs = {name: frames.get(name, 0) + 1 for name, moved in STEADY.items() if moved(told, now, settings)}
    steady = [name for name, count in differs.items() if count >= settings.steady_frames]
    at_once = [name for name, moved in AT_ONCE.items() if moved(told, now, settings)]
    return (*steady, *at_once), {name: count for name, count in differs.items() if name not in steady}
