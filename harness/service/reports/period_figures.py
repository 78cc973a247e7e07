"""The figures of a period: how soon incidents were found, taken and closed, and where and when alarms were false."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import median

import numpy as np

from harness.scoring.alarms import Alarm
from harness.scoring.matching import match
from harness.service.incidents.incident import State
from harness.service.incidents.incident_event import EventKind, StoredEvent
from harness.service.reports.incident_times import IncidentTimes
from harness.service.reports.report_words import hour_of
from scenarios.corridor import Corridor
from simulator.frame import Array
from simulator.truth import Truth

Place = tuple[str, int]
"""A corridor's name and a section."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the slow end of times, s, of `count` incidents; NaN where there is none."""

    count: int
    median_s: float
    p90_s: float


@dataclass(frozen=True, slots=True)
class Detected:
    """Incidents found of those that there were, by the truth of one corridor; `latency_s` from onset to opened, of each found."""

    corridor: str
    there: int
    latency_s: tuple[float, ...]


def spread(values_s: Iterable[float]) -> Spread:
    """Return the spread of the times that are known.

    >>> spread([60.0, float("nan"), 180.0])
    Spread(count=2, median_s=120.0, p90_s=168.0)
    """
    known = [value for value in values_s if isfinite(value)]
    if not known:
        return Spread(0, float("nan"), float("nan"))
    return Spread(len(known), median(known), float(np.quantile(known, 0.9)))


def false_by_section(found: Sequence[IncidentTimes]) -> Mapping[Place, tuple[int, int]]:
    """Return, by section, how many that persons judged were false, and how many they judged; the most false first."""
    judged = [each.incident for each in found if each.incident.state in (State.RESOLVED, State.FALSE_ALARM)]
    every = Counter((each.corridor, each.section) for each in judged)
    false = Counter((each.corridor, each.section) for each in judged if each.state is State.FALSE_ALARM)
    return {place: (count, every[place]) for place, count in false.most_common()}


def false_by_hour(found: Sequence[IncidentTimes]) -> Mapping[int, int]:
    """Return how many of those that persons called false were opened in each hour of the day that has any, in order."""
    hours = Counter(hour_of(each.incident.opened_s) for each in found if each.incident.state is State.FALSE_ALARM)
    return dict(sorted(hours.items()))


def detected(found: Sequence[IncidentTimes], truth: Truth, corridor: Corridor, times_s: Array) -> Detected:
    """Return what was found of the true incidents, matched as alarms are in `harness.scoring.matching`."""
    own = [each.incident for each in found if each.incident.corridor == corridor.name]
    end_s = float(times_s[-1]) if len(times_s) else 0.0
    alarms = [
        Alarm(each.section, each.opened_s, max(each.opened_s, end_s if each.cleared_s is None else each.cleared_s))
        for each in own
        if 0 <= each.section < corridor.sections
    ]
    matching = match(alarms, truth, corridor, times_s)
    latency_s = tuple(
        alarm.raised_s - truth.incidents[of].onset_s
        for alarm, of in zip(alarms, matching.incident_of, strict=True)
        if of is not None
    )
    seen = [each for each in truth.incidents if bool((times_s > each.onset_s).any())]
    return Detected(corridor.name, len(seen), latency_s)


def blind_s(events: Iterable[StoredEvent], until_s: Mapping[str, float]) -> dict[str, float]:
    """Return for how long, s of data time, each corridor had no readings; `until_s`: the last frame of each."""
    since: dict[str, float] = {}
    total: defaultdict[str, float] = defaultdict(float)
    for stored in events:
        event = stored.event
        if event.kind is EventKind.SOURCE_SILENT:
            since.setdefault(event.corridor, event.time_s)
        elif event.kind is EventKind.SOURCE_BACK and event.corridor in since:
            total[event.corridor] += max(0.0, event.time_s - since.pop(event.corridor))
    for corridor, began_s in since.items():
        total[corridor] += max(0.0, until_s.get(corridor, began_s) - began_s)
    return {corridor: seconds for corridor, seconds in total.items() if seconds > 0}
