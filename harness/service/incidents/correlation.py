"""Which alarms are one incident: frame by frame, of one or several detectors.

Conventions: the rule is that of `harness.scoring.alarm_groups`, taken live. An alarm **joins** an incident where an alarm of the
incident is on or ended at most `return_within_s` ago, is no further than `WITHIN_M` away (neighbouring sections always are near),
and the incident's head is in the same section or downstream: what a queue raises lies upstream of its head, it is a consequence.
Within `HEAD_S` of the opening an alarm may also be downstream; it is the new head. Later too where the head so has moved at the
pace of a slow vehicle (`MOVING_MPS`) all the way from where the incident was opened. Of several incidents it joins that of the
nearest alarm, else it opens one. A second detector's alarm joins by the same rule.

A section that flaps is held: the incident is **cleared** after `clear_after_s` without any alarm, and **returns** when an alarm
joins it later. A blind section (a station silent, no detector with a score) opens nothing. Only frames count towards clearing in
which the head's section is not blind, a detector of the incident judges it, and traffic is not slow at either end of it: a gap, a
silent station, a detector that failed clear nothing, because nobody knows; and a queue that stands is not over because a detector
has become used to it. `return_within_s` after its last alarm an incident is forgotten; what comes then is a new one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import nan

import numpy as np

from harness.scoring.alarm_groups import HEAD_S, WITHIN_M, sections_apart_m
from harness.service.incidents.incident_settings import IncidentSettings
from scenarios.corridor import Corridor
from simulator.frame import Flags

MOVING_MPS = (8.0, 25.0)
"""Speeds of a slow vehicle, m/s. Chosen: below it, alarms of a growing event would count as one that moves; above, all traffic."""


@dataclass(slots=True, eq=False)
class Standing:
    """An incident whose alarms are on, or were lately. `alarmed_s`: of each of its sections, the last frame with an alarm.

    `detectors`: in the order in which they saw it; the first opened it. `quiet_s`: time judged since then without an alarm;
    `cleared`: it has reached `clear_after_s`. `moves`: how often
    the head has moved downstream, `moved_s` when last.
    """

    number: int
    opened_s: float
    opened_section: int
    head: int
    alarmed_s: dict[int, float] = field(default_factory=dict)
    detectors: list[str] = field(default_factory=list)
    cleared: bool = False
    moves: int = 0
    moved_s: float = nan
    quiet_s: float = 0.0

    @property
    def last_s(self) -> float:
        """The last frame with an alarm."""
        return max(self.alarmed_s.values())

    @property
    def sections(self) -> tuple[int, ...]:
        """Its sections, from upstream."""
        return tuple(sorted(self.alarmed_s))


@dataclass(frozen=True, slots=True)
class Correlated:
    """What a frame made of the standing incidents, each list in the order in which it happened."""

    opened: tuple[Standing, ...]
    returned: tuple[Standing, ...]
    cleared: tuple[Standing, ...]
    forgotten: tuple[Standing, ...]


@dataclass(slots=True)
class CorrelationState:
    """All that a correlation knows. `on`: of each alarm that is on, by detector and section, the number of its incident."""

    standing: list[Standing] = field(default_factory=list)
    on: dict[tuple[str, int], int] = field(default_factory=dict)
    count: int = 0
    time_s: float = nan


class Correlation:
    """The standing incidents of one corridor; `state` is all that it keeps."""

    def __init__(self, corridor: Corridor, settings: IncidentSettings) -> None:
        positions = [station.position_m for station in corridor.stations]
        self._middles = [(before + after) / 2 for before, after in pairwise(positions)]
        self._settings, self._period_s = settings, corridor.period_s
        self.state = CorrelationState()

    @property
    def standing(self) -> tuple[Standing, ...]:
        """The incidents that are not forgotten, from the one opened first."""
        return tuple(self.state.standing)

    def step(
        self, time_s: float, alarms: Mapping[str, Flags], judged: Mapping[str, Flags], silent: Flags, slow: Flags
    ) -> Correlated:
        """Take a frame: of each detector the sections (N,) alarmed and `judged`; those beside a `silent` or a `slow` station."""
        blind = silent | ~np.any(list(judged.values()), axis=0)
        forgotten = tuple(each for each in self.state.standing if not self._remembered(each, time_s))
        self.state.standing = [each for each in self.state.standing if each not in forgotten]
        raised = [
            (detector, section) for detector, alarm in alarms.items() for section in np.flatnonzero(alarm).tolist()
        ]
        self.state.on = {key: self.state.on[key] for key in raised if key in self.state.on}
        opened: list[Standing] = []
        returned: list[Standing] = []
        for detector, section in sorted(raised, key=lambda one: -one[1]):
            of = self._of(detector, section)
            if of is None:
                of = self._joined(section, time_s)
                if of is None:
                    if blind[section]:
                        continue
                    of = self._open(section, time_s)
                    opened.append(of)
                self.state.on[detector, section] = of.number
                if section > of.head and of.alarmed_s:
                    of.moves, of.moved_s = of.moves + 1, time_s
                of.head = max(of.head, section)
            if of.cleared:
                of.cleared = False
                returned.append(of)
            of.alarmed_s[section] = time_s
            of.quiet_s = 0.0
            if detector not in of.detectors:
                of.detectors.append(detector)
        cleared = tuple(self._cleared(time_s, judged, silent | slow))
        self.state.time_s = time_s
        return Correlated(tuple(opened), tuple(returned), cleared, forgotten)

    def _remembered(self, incident: Standing, time_s: float) -> bool:
        return not incident.cleared or time_s <= incident.last_s + self._settings.return_within_s

    def _of(self, detector: str, section: int) -> Standing | None:
        number = self.state.on.get((detector, section))
        return next((each for each in self.state.standing if each.number == number), None)

    def _joined(self, section: int, time_s: float) -> Standing | None:
        """Return the incident that an alarm raised now in `section` joins, None where it opens one."""
        found: list[tuple[float, int, Standing]] = []
        for each in self.state.standing:
            since_s = time_s - self._settings.return_within_s
            since_s = since_s if each.cleared else min(since_s, each.last_s)  # what was not judged is not over
            near = [member for member, last_s in each.alarmed_s.items() if last_s >= since_s]
            if not near or (section > each.head and not self._may_be_head(section, each, time_s)):
                continue
            nearest_m = min(sections_apart_m(section, member, self._middles) for member in near)
            if nearest_m <= WITHIN_M:
                found.append((nearest_m, -each.number, each))
        return min(found, key=lambda one: one[:2])[2] if found else None

    def _may_be_head(self, section: int, incident: Standing, time_s: float) -> bool:
        """Return whether the head of an incident may move downstream into `section` now."""
        since_s = time_s - incident.opened_s
        moved_m = self._middles[section] - self._middles[incident.opened_section]
        slowest, fastest = MOVING_MPS
        return since_s <= HEAD_S or slowest * since_s <= moved_m <= fastest * since_s

    def _open(self, section: int, time_s: float) -> Standing:
        self.state.count += 1
        incident = Standing(self.state.count, time_s, section, section)
        self.state.standing.append(incident)
        return incident

    def _cleared(self, time_s: float, judged: Mapping[str, Flags], held: Flags) -> Iterator[Standing]:
        """Yield the incidents that are cleared now; of a gap before this frame no more than a period counts."""
        passed_s = np.fmin(time_s - self.state.time_s, self._period_s)
        on = set(self.state.on.values())
        for each in self.state.standing:
            seen = not held[each.head] and any(judged[name][each.head] for name in each.detectors if name in judged)
            if each.cleared or each.number in on or not seen:
                continue
            each.quiet_s += float(passed_s)
            if each.quiet_s >= self._settings.clear_after_s:
                each.cleared = True
                yield each
