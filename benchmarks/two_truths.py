"""One detector on one run judged twice: by the simulation's truth, and by a rough log and the loops. Definitions and bounds:
`benchmarks.recording_agreement`."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS
from harness.scoring.alarms import alarms_of
from harness.scoring.extent_matching import counted_outside, match_extents
from harness.scoring.incident_extent import Extent, find_extent, slow_stations
from harness.scoring.loop_speeds import free_speeds, loop_speeds
from harness.scoring.matching import Kind, counted_decisions, match
from harness.scoring.rates import Proportion, Rate, Sample
from simulator.frame import Flags
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording
from simulator.truth import Truth

MOST_OTHER = 0.10
"""Largest share of alarms that the two truths may judge differently."""
MOST_DR = 0.03
"""Largest difference of the two detection rates."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One detector on one run, judged both ways.

    Per alarm its two `kinds`; per incident whether it has `impact`, its `trace`, and the two TTD [s] from the true onset, NaN where
    missed; corridor-days in which an alarm would be false, by truth and by extents.
    """

    kinds: tuple[tuple[Kind, Kind], ...]
    impact: tuple[bool, ...]
    traces: tuple[str, ...]
    ttd_s: tuple[tuple[float, float], ...]
    days: tuple[float, float]


def extents_of(recording: Recording, log: Sequence[RecordedIncident]) -> list[Extent]:
    """Return the extents of logged incidents in a recording, without other days of the road."""
    speeds = loop_speeds(recording.frames, recording.corridor.period_s)
    normal = np.broadcast_to(free_speeds([speeds.station]), speeds.station.shape)
    slow = slow_stations(speeds, np.array(normal), free_speeds([speeds.lane]))
    count = np.array([frame.count for frame in recording.frames])
    return [find_extent(incident, recording.corridor, count, speeds, slow) for incident in log]


def judge(recording: Recording, truth: Truth, extents: Sequence[Extent], alarm: Flags) -> Judged:
    """Judge a detector's decisions (T, N) by the truth and by the extents of its degraded log."""
    corridor, times_s = recording.corridor, np.array([frame.time_s for frame in recording.frames])
    alarms = alarms_of(alarm, times_s)
    by_truth = match(alarms, truth, corridor, times_s)
    by_extent = match_extents(alarms, extents, corridor, times_s)
    counted = counted_decisions(corridor, times_s, truth), counted_outside(extents, corridor, times_s)

    def ttd_s(chosen: int | None, incident: int) -> float:
        return math.nan if chosen is None else alarms[chosen].raised_s - truth.incidents[incident].onset_s

    ttd = [
        (ttd_s(one, k), ttd_s(other, k))
        for k, (one, other) in enumerate(zip(by_truth.alarm_of, by_extent.alarm_of, strict=True))
    ]
    return Judged(
        tuple(zip(by_truth.kinds, by_extent.kinds, strict=True)),
        tuple(incident.impact for incident in truth.incidents),
        tuple(extent.trace for extent in extents),
        tuple(ttd),
        tuple(float(one.sum()) * corridor.period_s / 86400.0 / CORRIDOR_SECTIONS for one in counted),  # type: ignore[arg-type]  # two
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the two truths agree on a detector, over runs."""

    alarms: int
    other_kind: int
    dr: tuple[Proportion, Proportion]
    ttd: tuple[Sample, Sample]
    false: tuple[Rate, Rate]

    @property
    def holds(self) -> bool:
        """Whether the bounds are kept; also where nothing was counted."""
        far_off = abs(self.dr[0].value - self.dr[1].value) > MOST_DR
        return self.other_kind <= MOST_OTHER * self.alarms and not far_off


def agreement(judged: Iterable[Judged]) -> Agreement:
    """Return the agreement over runs: DR by truth over incidents with impact, by extents over visible ones."""
    every = list(judged)
    kinds = [pair for one in every for pair in one.kinds]
    impact = [flag for one in every for flag in one.impact]
    traces = [trace for one in every for trace in one.traces]
    ttd = [pair for one in every for pair in one.ttd_s]
    counted = [[ttd[k][0] for k, flag in enumerate(impact) if flag], [ttd[k][1] for k, t in enumerate(traces) if t]]
    found = [[value for value in values if not math.isnan(value)] for values in counted]
    rates = [
        Rate(sum(pair[side] == "false" for pair in kinds), math.fsum(one.days[side] for one in every))
        for side in (0, 1)
    ]
    return Agreement(
        len(kinds),
        sum(one != other for one, other in kinds),
        (Proportion(len(found[0]), len(counted[0])), Proportion(len(found[1]), len(counted[1]))),
        (Sample(tuple(found[0])), Sample(tuple(found[1]))),
        (rates[0], rates[1]),
    )
