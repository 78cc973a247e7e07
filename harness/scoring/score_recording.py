"""One recording of a real road scored: alarms, its logged incidents' extents, and the hours in which an alarm would be false."""

import math
from collections.abc import Sequence

import numpy as np

from harness.scoring.alarms import Alarm, alarms_of
from harness.scoring.extent_matching import ExtentMatching, counted_outside, match_extents
from harness.scoring.incident_extent import Extent
from harness.scoring.recording_score import LoggedOutcome, RecordingScore, RoadAlarm
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags

HOUR_S = 3600.0


def score_recording(
    name: str, corridor: Corridor, times_s: Array, alarm: Flags, extents: Sequence[Extent], sound: Flags
) -> RecordingScore:
    """Return the score of decisions `alarm` (T, N); `sound` (N,) says which sections lie between sound loops."""
    raised = alarms_of(alarm, times_s)
    matching = match_extents(raised, extents, corridor, times_s)
    hours = counted_outside(extents, corridor, times_s).sum(axis=0) * corridor.period_s / HOUR_S
    detects = {chosen: number for number, chosen in enumerate(matching.alarm_of) if chosen is not None}
    alarms = tuple(
        RoadAlarm(
            name, one.section, one.raised_s, one.ended_s, kind, group, head, bool(sound[one.section]), detects.get(k)
        )
        for k, (one, kind, group, head) in enumerate(
            zip(raised, matching.kinds, matching.groups, matching.heads, strict=True)
        )
    )
    return RecordingScore(
        alarms,
        tuple(_outcome(name, number, extent, raised, matching) for number, extent in enumerate(extents)),
        tuple((name, kind) for kind in matching.group_kinds),
        float(hours.sum()),
        float(np.asarray(hours)[sound].sum()),
    )


def _outcome(
    name: str, number: int, extent: Extent, raised: Sequence[Alarm], matching: ExtentMatching
) -> LoggedOutcome:
    chosen = matching.alarm_of[number]
    logged = extent.incident
    return LoggedOutcome(
        name,
        number,
        logged.onset_s,
        logged.position_m,
        logged.lanes,
        extent.trace,
        extent.first_trace_s,
        extent.last_trace_s,
        math.nan if chosen is None else raised[chosen].raised_s,
        chosen is not None and raised[chosen].section in extent.sections,
        logged.no_lane,
    )
