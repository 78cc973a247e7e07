"""Which alarms on a recording of a real road are of its logged incidents, by their extents, and which are false.

Conventions:
- An alarm inside an incident's extent (`incident_extent`) is the incident's: the first one **detects** it, the others are neutral.
  Of all one-to-one assignments of alarms to visible incidents, one that detects the most is taken, and of these the soonest.
- An alarm inside the extent of an incident that is not visible is neutral: it detects nothing.
- Any other alarm is **false**. Where incidents are not known at all, every alarm counts as false: an upper bound.
- TTD from the log is alarm minus logged onset, negative where the log is late; TTD from the first trace is alarm minus first trace.
- **Counted** are the sections x frames outside every extent: the time in which an alarm would be false.
- The **group** of alarms (`alarm_groups`) is false where all of its alarms are, a detection where one is; else neutral.

With simulations the truth is known and `matching` holds; where both can be computed they agree within a stated bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.scoring.alarm_groups import alarm_groups
from harness.scoring.alarms import Alarm
from harness.scoring.assignment import assign
from harness.scoring.incident_extent import Extent
from harness.scoring.matching import Kind
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags


@dataclass(frozen=True, slots=True)
class ExtentMatching:
    """Per alarm: its kind, the number of its group and whether it is that group's head; per extent: the alarm that detects it.

    `incident_of`: per alarm the extent that it is in, the detected one first, then visible ones; None where it is false.
    """

    kinds: tuple[Kind, ...]
    groups: tuple[int, ...]
    heads: tuple[bool, ...]
    alarm_of: tuple[int | None, ...]
    incident_of: tuple[int | None, ...]

    @property
    def group_kinds(self) -> tuple[Kind, ...]:
        """The kind of every group, in order of their first alarms."""
        kinds: dict[int, set[Kind]] = {}
        for group, kind in zip(self.groups, self.kinds, strict=True):
            kinds.setdefault(group, set()).add(kind)
        return tuple(_kind_of(kinds[group]) for group in sorted(kinds))


def _kind_of(kinds: set[Kind]) -> Kind:
    if "detection" in kinds:
        return "detection"
    return "false" if kinds == {"false"} else "neutral"


def match_extents(
    alarms: Sequence[Alarm], extents: Sequence[Extent], corridor: Corridor, times_s: Array
) -> ExtentMatching:
    """Match alarms with the extents of incidents and classify every alarm (see the conventions above)."""
    frames = np.searchsorted(times_s, [alarm.raised_s for alarm in alarms])
    held = [extent.holds(times_s) for extent in extents]
    inside = np.array(
        [[bool(one[frame, alarm.section]) for alarm, frame in zip(alarms, frames, strict=True)] for one in held],
        dtype=np.bool_,
    ).reshape(len(extents), len(alarms))
    visible = [number for number, extent in enumerate(extents) if extent.visible]
    alarm_of: list[int | None] = [None] * len(extents)
    if visible and alarms:
        raised = np.array([alarm.raised_s for alarm in alarms])
        costs = np.array([raised - extents[number].from_s for number in visible])
        for number, chosen in zip(visible, assign(np.where(inside[visible], costs, np.inf)), strict=True):
            alarm_of[number] = chosen
    detected_by = {alarm: number for number, alarm in enumerate(alarm_of) if alarm is not None}
    kinds: list[Kind] = [
        "detection" if k in detected_by else "neutral" if inside[:, k].any() else "false" for k in range(len(alarms))
    ]
    order = sorted(range(len(extents)), key=lambda number: not extents[number].visible)
    within = [next((number for number in order if inside[number, k]), None) for k in range(len(alarms))]
    grouped = alarm_groups(alarms, corridor)
    return ExtentMatching(
        tuple(kinds),
        tuple(one.group for one in grouped),
        tuple(one.head for one in grouped),
        tuple(alarm_of),
        tuple(detected_by.get(k, number) for k, number in enumerate(within)),
    )


def counted_outside(extents: Sequence[Extent], corridor: Corridor, times_s: Array) -> Flags:
    """Return (T, N) where an alarm would be false."""
    counted = np.ones((len(times_s), corridor.sections), dtype=np.bool_)
    for extent in extents:
        counted &= ~extent.holds(times_s)
    return counted
