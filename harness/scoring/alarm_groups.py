"""One event, one group: which alarms belong together, and which of them is the group's head.

Conventions: alarms are of one stream of one corridor; times in s; sections grow downstream.

- An alarm **joins** a group where an alarm of the group is on or ended at most `WITHIN_S` ago, is no further than `WITHIN_M` away
  (middle to middle; neighbouring sections always are near), and the group's head is in the same section or downstream: what a
  queue raises lies upstream of its head. Of several such groups it joins that of the nearest alarm. Else it opens a group.
- The **head** is the most downstream of the alarms raised within `HEAD_S` of the group's first one. So an alarm of these first
  frames may also be downstream of the head so far: it is the new head. Later the head stays, whatever ends.
- A group is what its head is: a detection, neutral, false (`harness.scoring.matching`). An operator is called once, to its head.

Alarms are taken in order of time and, of one frame, from downstream to upstream. What is raised later changes no group, so
groups are the same live; heads are once `HEAD_S` have passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harness.scoring.alarms import Alarm
from scenarios.corridor import Corridor

WITHIN_S = 900.0
"""Time after an alarm of a group in which another one joins it, s. 15 minutes: tried on recordings of other roads; longer joins a
new incident to the one before, shorter makes several groups of one queue that grows in steps."""
WITHIN_M = 1500.0
"""Distance from an alarm of a group within which another one joins it, m. As `WITHIN_S`: 4 km swallowed an incident of its own,
and less than a section or two leaves gaps in a queue."""
HEAD_S = 120.0
"""Time from a group's first alarm in which its head is found, s. Chosen: the lanes downstream and the queue upstream of a blockage
show within a few frames of another; longer lets a later alarm downstream, an event of its own, take the head."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """The group of an alarm, numbered from 1 in order of the groups' first alarms, and whether the alarm is its head."""

    group: int
    head: bool


@dataclass(slots=True)
class _Group:
    number: int
    opened_s: float
    head: int  # place of the alarm in the list of all
    head_section: int
    members: list[Alarm] = field(default_factory=list)


def alarm_groups(alarms: Sequence[Alarm], corridor: Corridor) -> tuple[Grouped, ...]:
    """Return the group of each alarm, in the order given.

    >>> from scenarios.corridor import Station
    >>> road = Corridor("road", 30.0, tuple(Station(str(k), 800.0 * k, 3) for k in range(5)))
    >>> queue = [Alarm(2, 600.0, 1800.0), Alarm(1, 900.0, 1800.0), Alarm(3, 900.0, 960.0)]
    >>> [(one.group, one.head) for one in alarm_groups(queue, road)]
    [(1, True), (1, False), (2, True)]
    """
    positions = [station.position_m for station in corridor.stations]
    middles = [(before + after) / 2 for before, after in pairwise(positions)]
    groups: list[_Group] = []
    near: list[_Group] = []
    of: dict[int, _Group] = {}
    for place in sorted(range(len(alarms)), key=lambda k: (alarms[k].raised_s, -alarms[k].section)):
        alarm = alarms[place]
        near = [group for group in near if _still_near(group, alarm.raised_s)]
        group = _joined(alarm, near, middles)
        if group is None:
            group = _Group(len(groups) + 1, alarm.raised_s, place, alarm.section)
            groups.append(group)
            near.append(group)
        elif alarm.section > group.head_section:
            group.head, group.head_section = place, alarm.section
        group.members.append(alarm)
        of[place] = group
    return tuple(Grouped(of[place].number, of[place].head == place) for place in range(len(alarms)))


def _still_near(group: _Group, now_s: float) -> bool:
    """Forget the group's alarms that ended too long ago; return whether there are others."""
    group.members = [member for member in group.members if now_s <= member.ended_s + WITHIN_S]
    return bool(group.members)


def _joined(alarm: Alarm, groups: Sequence[_Group], middles: Sequence[float]) -> _Group | None:
    """Return the group that the alarm joins, None where it opens one."""
    found = [
        (apart_m, -group.number, group)
        for group in groups
        if alarm.section <= group.head_section or alarm.raised_s <= group.opened_s + HEAD_S
        for apart_m in [min(sections_apart_m(alarm.section, member.section, middles) for member in group.members)]
        if apart_m <= WITHIN_M
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


def sections_apart_m(one: int, other: int, middles: Sequence[float]) -> float:
    """Return the distance of two sections [m] by their `middles`, 0 for neighbours."""
    return 0.0 if abs(one - other) <= 1 else abs(middles[one] - middles[other])
