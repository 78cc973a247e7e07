"""The verdict on every alarm of a run: by its truth, or, where its log states tolerances, by the extents found from the loops.

Conventions: by the truth those of `harness.scoring.matching`, by extents those of `harness.scoring.extent_matching`. By extents
an incident that is not visible is one without impact, and a group of alarms is false where all of its alarms are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.scoring.alarm_groups import Grouped
from harness.scoring.alarms import Alarm
from harness.scoring.extent_matching import counted_outside, match_extents
from harness.scoring.incident_extent import Extent
from harness.scoring.matching import Matching, counted_decisions, match
from harness.scoring.neutral_reasons import Reason
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags
from simulator.truth import Truth


@dataclass(frozen=True, slots=True, eq=False)
class RunVerdicts:
    """The matching of alarms and incidents, the decisions (T, N) that rates are counted over, and the groups that are false."""

    matching: Matching
    counted: Flags
    false_groups: int


def verdicts_by_truth(
    alarms: Sequence[Alarm],
    groups: Sequence[Grouped],
    truth: Truth,
    corridor: Corridor,
    times_s: Array,
    grace_s: float,
    recovery_s: float,
) -> RunVerdicts:
    """Return the verdicts by the truth; a group is what its head is."""
    matching = match(alarms, truth, corridor, times_s, grace_s, recovery_s)
    false = sum(one.head and kind == "false" for one, kind in zip(groups, matching.kinds, strict=True))
    return RunVerdicts(matching, counted_decisions(corridor, times_s, truth, grace_s, recovery_s), false)


def verdicts_by_extents(
    alarms: Sequence[Alarm], extents: Sequence[Extent], corridor: Corridor, times_s: Array
) -> RunVerdicts:
    """Return the verdicts by the extents of the log's incidents, in the log's order."""
    found = match_extents(alarms, extents, corridor, times_s)
    reasons: list[Reason] = []
    for kind, number in zip(found.kinds, found.incident_of, strict=True):
        further: Reason = "same incident" if number is not None and extents[number].visible else "without impact"
        reasons.append(further if kind == "neutral" else "")
    located = (
        chosen is not None and alarms[chosen].section in extent.sections
        for chosen, extent in zip(found.alarm_of, extents, strict=True)
    )
    matching = Matching(
        found.kinds,
        tuple(reasons),
        found.incident_of,
        found.alarm_of,
        tuple(located),
        tuple(_observed(extent, times_s) for extent in extents),
    )
    false = sum(kind == "false" for kind in found.group_kinds)
    return RunVerdicts(matching, counted_outside(extents, corridor, times_s), false)


def truth_by_extents(truth: Truth, extents: Sequence[Extent], times_s: Array) -> Truth:
    """Return the truth of a log with the impact of its incidents as their extents, in its order, show it.

    An incident without a recorded frame is left out of DR for that; its impact is not known, and stays as it was.
    """
    incidents = tuple(
        replace(incident, impact=extent.visible or not _observed(extent, times_s))
        for incident, extent in zip(truth.incidents, extents, strict=True)
    )
    return replace(truth, incidents=incidents)


def _observed(extent: Extent, times_s: Array) -> bool:
    """Whether a frame was recorded while the incident could have been there."""
    return bool(np.any((extent.from_s < times_s) & (times_s <= extent.to_s)))
