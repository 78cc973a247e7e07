"""Incidents opened matched with those that were: the conventions of `harness.scoring.matching`, an incident opened as an alarm.

An incident opened **belongs** to a true one that it detects, is a further one of, or in whose queue or clearing wave it was opened.
All that belong to a true incident are counted as opened for it: one is wanted. False is what matching calls false.
"""

from collections.abc import Sequence

import numpy as np

from harness.scoring.alarms import Alarm
from harness.scoring.matching import counted_decisions, match
from harness.service.drill.drilled_run import DrilledRun, OpenedIncident, TrueIncident
from harness.service.drill.true_events import NOTHING, TrueEvent, true_kind
from harness.service.drill.watch_run import IncidentStory, WatchedRun
from harness.service.incidents.incident import IncidentKind
from harness.service.incidents.incident_event import EventKind
from scenarios.corridor import Corridor
from simulator.truth import ObservedIncident, Truth

DAY_S = 86400.0


def matched_run(
    name: str, corridor: Corridor, watched: WatchedRun, truth: Truth | None, events: Sequence[TrueEvent]
) -> DrilledRun:
    """Return the run with each incident matched; `events` explain what is false. Raises UserError for a truth that cannot be."""
    stories = watched.stories
    found = [("unknown", None)] * len(stories) if truth is None else _matches(stories, corridor, watched, truth)
    known = () if truth is None else truth.incidents
    opened = tuple(
        _opened(story, kind, of, corridor, known, events) for story, (kind, of) in zip(stories, found, strict=True)
    )
    whole_s = watched.detect_s + watched.health_s + watched.watch_s
    return DrilledRun(
        name=name,
        known=truth is not None,
        frames=len(watched.times_s),
        corridor_days=_corridor_days(corridor, watched, truth),
        opened=opened,
        incidents=tuple(_true(number, each, opened, watched) for number, each in enumerate(known)),
        detect_s=float(watched.detect_s.mean()),
        health_s=float(watched.health_s.mean()),
        watch_s=float(watched.watch_s.mean()),
        frame_p99_s=float(np.quantile(whole_s, 0.99)),
    )


def _matches(
    stories: Sequence[IncidentStory], corridor: Corridor, watched: WatchedRun, truth: Truth
) -> list[tuple[str, int | None]]:
    end_s = float(watched.times_s[-1])
    alarms = [Alarm(story.opened.section, story.opened.opened_s, story.last.cleared_s or end_s) for story in stories]
    matching = match(alarms, truth, corridor, watched.times_s)
    return [
        (kind, _in_queue_of(alarm, truth) if of is None and kind == "neutral" else of)
        for alarm, kind, of in zip(alarms, matching.kinds, matching.incident_of, strict=True)
    ]


def _in_queue_of(alarm: Alarm, truth: Truth) -> int | None:
    """Return the incident whose queue the alarm stands in: the one that began last before it, at it or downstream."""
    before = [
        (each.onset_s, number)
        for number, each in enumerate(truth.incidents)
        if each.onset_s < alarm.raised_s and alarm.section <= each.section
    ]
    return max(before)[1] if before else None


def _opened(
    story: IncidentStory,
    kind: str,
    of: int | None,
    corridor: Corridor,
    known: Sequence[ObservedIncident],
    events: Sequence[TrueEvent],
) -> OpenedIncident:
    first, last = story.opened, story.last
    if of is None:
        truly = true_kind(events, first.opened_s, first.position_m) if kind != "unknown" else NOTHING
    else:
        closed = len(known[of].lanes) >= corridor.stations[known[of].section].lanes
        truly = (IncidentKind.ROAD_CLOSED if closed else IncidentKind.LANES_BLOCKED).value
    return OpenedIncident(
        id=first.id,
        opened_s=first.opened_s,
        section=first.section,
        position_m=first.position_m,
        cleared_s=np.nan if last.cleared_s is None else last.cleared_s,
        first_kind=first.kind.value,
        kind=last.kind.value,
        first_severity=first.severity.value,
        severity=story.top_severity.value,
        first_score=first.severity_score,
        top_score=story.top_score,
        changes=story.count(EventKind.CHANGED),
        returns=story.count(EventKind.RETURNED),
        match=kind,
        of=of,
        true_kind=truly,
    )


def _true(
    number: int, incident: ObservedIncident, opened: Sequence[OpenedIncident], watched: WatchedRun
) -> TrueIncident:
    own = [each.opened_s for each in opened if each.of == number]
    found = [each.opened_s for each in opened if each.of == number and each.match == "detection"]
    return TrueIncident(
        onset_s=incident.onset_s,
        clearance_s=incident.clearance_s,
        section=incident.section,
        lanes=len(incident.lanes),
        delay_veh_h=incident.delay_veh_h,
        counted=incident.impact and bool((watched.times_s > incident.onset_s).any()),
        opened=len(own),
        first_opened_s=min(found, default=np.nan),
    )


def _corridor_days(corridor: Corridor, watched: WatchedRun, truth: Truth | None) -> float:
    """Return the time in which a false incident is counted, as whole corridors."""
    decisions = len(watched.times_s) * corridor.sections
    if truth is not None:
        decisions = int(counted_decisions(corridor, watched.times_s, truth).sum())
    return decisions * corridor.period_s / (corridor.sections * DAY_S)
