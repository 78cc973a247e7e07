"""A recording watched as the service watches it, frame by frame: every incident with its events, and the wall time of frames."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter

import numpy as np

from detectors.detector import Detector
from detectors.loop_health import LoopHealth
from harness.running.feed_detector import step_once
from harness.service.incidents.incident import Incident, Severity
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.incidents.life_cycle import apply
from harness.service.incidents.severity_score import CLASSES
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame


@dataclass(slots=True)
class IncidentStory:
    """One incident: as opened, as told last, the highest severity and its score, and its events."""

    opened: Incident
    last: Incident
    top_score: float
    top_severity: Severity
    events: list[Event] = field(default_factory=list)

    def count(self, kind: EventKind) -> int:
        """Return how many of its events are of this kind."""
        return sum(event.kind is kind for event in self.events)


@dataclass(frozen=True, slots=True, eq=False)
class WatchedRun:
    """The frames' ends (T,) and wall times (T,) in detectors, loop health and watch, and the incidents in order.

    `alarms` (T, N): the sections in which any detector alarms.
    """

    times_s: Array
    detect_s: Array
    health_s: Array
    watch_s: Array
    stories: tuple[IncidentStory, ...]
    alarms: Flags


def watch_run(
    corridor: Corridor, frames: Iterable[LoopFrame], detectors: Mapping[str, Detector], watch: IncidentWatch
) -> WatchedRun:
    """Return what the watch tells of a run. Raises UserError for frames that do not fit, what a detector raises."""
    health = LoopHealth(corridor)
    stories: dict[str, IncidentStory] = {}
    previous_s: float | None = None
    walls: list[tuple[float, float, float, float]] = []
    alarms: list[Flags] = []
    for frame in frames:
        clocks = [perf_counter()]
        steps = {name: step_once(detector, frame, corridor, previous_s) for name, detector in detectors.items()}
        clocks.append(perf_counter())
        states = health.step(frame)
        clocks.append(perf_counter())
        for event in watch.step(frame, steps, states):
            _take(stories, event)
        clocks.append(perf_counter())
        previous_s = frame.time_s
        alarms.append(np.any([step.decision.alarm for step in steps.values()], axis=0))
        detect_s, health_s, watch_s = (after - before for before, after in pairwise(clocks))
        walls.append((frame.time_s, detect_s, health_s, watch_s))
    columns = np.array(walls).reshape(-1, 4)
    raised = np.array(alarms, dtype=np.bool_).reshape(-1, corridor.sections)
    return WatchedRun(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3], tuple(stories.values()), raised)


def _take(stories: dict[str, IncidentStory], event: Event) -> None:
    if event.kind is EventKind.OPENED:
        incident = apply(None, event)
        stories[incident.id] = IncidentStory(incident, incident, incident.severity_score, incident.severity, [event])
        return
    story = stories[event.incident]
    story.last = apply(story.last, event)
    story.top_score = max(story.top_score, story.last.severity_score)
    story.top_severity = max(story.top_severity, story.last.severity, key=CLASSES.index)
    story.events.append(event)
