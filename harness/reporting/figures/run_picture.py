"""The data of a run that its figures are drawn from: frames, truth, decisions, alarms and estimates.

Conventions: T frames, S stations, L lanes, N sections; times in s on the simulation's clock, a frame's time is its
period's end; an array that is not known is None, a value that is not known NaN.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.records.decisions import EstimateRow
from harness.scoring.detection_score import Score
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame
from simulator.truth import LaneTruth, ObservedIncident

Verdict = Literal["hit", "false", "neutral", "unknown"]

VERDICTS: dict[str, Verdict] = {"detection": "hit", "neutral": "neutral", "false": "false", "unknown": "unknown"}
# Where no vehicle passed: a loop occupied for more than this share of the period has a standing queue on it.
STANDING_OCCUPANCY = 0.5


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """One alarm of one section, from `raised_s` to the last frame that confirms it, and its verdict."""

    raised_s: float
    ended_s: float
    section: int
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class EstimatePath:
    """The detector's estimates for one section, frame by frame: arrays (T,), NaN in frames without an estimate.

    `times_s` are the run's frames, so a line is not drawn across frames without an estimate. `queue` [veh] is the sum
    over the lanes estimated to be blocked, `lane_changing` their mean share. `evidence` is compared with the thresholds
    `upper` and `lower`: a log likelihood ratio in `sheu2004`, log odds in `sequential`. `tail_m` is where the queue ends.
    """

    times_s: Array
    queue: Array
    lane_changing: Array
    evidence: Array
    upper: Array
    lower: Array
    tail_m: Array


@dataclass(frozen=True, slots=True, eq=False)
class RunPicture:
    """One run as it is drawn: frames, the twin's counts, truth, and the decisions of one detector.

    `count`, `speed`, `occupancy` are (T, S, L); `twin_count` the same or None; `score` and `decided` (T, N) are the
    detector's decisions frame by frame; `estimates` holds a path for each section with an estimate.
    """

    name: str
    corridor: Corridor
    times_s: Array
    count: Array
    speed: Array
    occupancy: Array
    twin_count: Array | None
    score: Array
    decided: Flags
    alarms: tuple[ShownAlarm, ...]
    incidents: tuple[ObservedIncident, ...]
    truth_lanes: tuple[LaneTruth, ...]
    estimates: dict[int, EstimatePath]

    def window_s(self, incident: int | None, before_s: float = 300.0, after_s: float = 600.0) -> tuple[float, float]:
        """Return the time [s] from `before_s` before the onset to `after_s` after the clearance; the whole run for None."""
        first, last = float(self.times_s[0]) - self.corridor.period_s, float(self.times_s[-1])
        if incident is None:
            return first, last
        shown = self.incidents[incident]
        clearance_s = shown.clearance_s if math.isfinite(shown.clearance_s) else last
        return max(first, shown.onset_s - before_s), min(last, clearance_s + after_s)


def shown_alarms(score: Score, run: str) -> tuple[ShownAlarm, ...]:
    """Return the alarms of one run, with their verdicts, as figures show them."""
    return tuple(
        ShownAlarm(alarm.raised_s, alarm.ended_s, alarm.section, VERDICTS[alarm.kind])
        for alarm in score.alarm_outcomes
        if alarm.run == run
    )


def stack_frames(frames: Sequence[LoopFrame]) -> tuple[Array, Array, Array, Array]:
    """Return times (T,), counts, speeds and occupancies (T, S, L) of `frames`."""
    return (
        np.array([frame.time_s for frame in frames]),
        np.array([frame.count for frame in frames]),
        np.array([frame.speed for frame in frames]),
        np.array([frame.occupancy for frame in frames]),
    )


def aligned(times_s: Array, other_times_s: Array, values: Array) -> Array:
    """Return the `values` (T', ...) of `other_times_s` (T',) at `times_s` (T,); NaN at times that are not among them."""
    out = np.full((len(times_s), *values.shape[1:]), np.nan)
    rows = {round(float(time_s), 3): row for row, time_s in enumerate(other_times_s)}
    for row, time_s in enumerate(times_s):
        found = rows.get(round(float(time_s), 3))
        if found is not None:
            out[row] = values[found]
    return out


def station_speeds(picture: RunPicture) -> Array:
    """Return the mean speed of the vehicles that passed each station, (T, S) [m/s]: lanes weighted by their counts.

    NaN where no vehicle passed; 0 where none passed because a queue stood on a loop.
    """
    known = np.isfinite(picture.speed) & np.isfinite(picture.count)
    weight = np.where(known, picture.count, 0.0)
    total = weight.sum(axis=2)
    moved = (weight * np.where(known, picture.speed, 0.0)).sum(axis=2)
    mean = np.divide(moved, total, out=np.full(total.shape, np.nan), where=total > 0)
    standing = np.where(np.isfinite(picture.occupancy), picture.occupancy, 0.0).max(axis=2) > STANDING_OCCUPANCY
    mean[np.isnan(mean) & standing] = 0.0
    return np.asarray(mean, dtype=np.float64)


def estimate_paths(rows: Iterable[EstimateRow], times_s: Array) -> dict[int, EstimatePath]:
    """Return the path of the estimates over the frames `times_s` (T,), by section."""
    frame_of = {round(float(time_s), 3): frame for frame, time_s in enumerate(times_s)}
    by_section: dict[int, dict[int, list[EstimateRow]]] = {}
    for row in rows:
        frame = frame_of.get(round(row.time_s, 3))
        if frame is not None:
            by_section.setdefault(row.section, {}).setdefault(frame, []).append(row)
    return {section: _path(frames, times_s) for section, frames in sorted(by_section.items())}


def _path(frames: dict[int, list[EstimateRow]], times_s: Array) -> EstimatePath:
    queue, lane_changing, evidence, upper, lower, tail_m = (np.full(len(times_s), np.nan) for _ in range(6))
    for frame, rows in frames.items():
        evidence[frame], upper[frame], lower[frame] = rows[0].evidence, rows[0].upper, rows[0].lower
        tail_m[frame] = rows[0].tail_m
        queues = [row.queue for row in rows if row.blocked and math.isfinite(row.queue)]
        shares = [row.lane_changing for row in rows if row.blocked and math.isfinite(row.lane_changing)]
        if queues:
            queue[frame] = sum(queues)
        if shares:
            lane_changing[frame] = sum(shares) / len(shares)
    return EstimatePath(times_s, queue, lane_changing, evidence, upper, lower, tail_m)


def blocked_text(lanes: Sequence[int], no_lane: bool = False) -> str:
    """Return the blocked lanes as text; a log need not name them, or says that there was none.

    >>> blocked_text((0, 1)), blocked_text(()), blocked_text((), no_lane=True)
    ('lanes 0 and 1', 'lanes not known', 'no lane (shoulder)')
    """
    if no_lane:
        return "no lane (shoulder)"
    return lanes_text(lanes) if lanes else "lanes not known"


def lanes_text(lanes: Iterable[int]) -> str:
    """Return the lanes as text.

    >>> lanes_text((2,)), lanes_text((0, 1)), lanes_text(())
    ('lane 2', 'lanes 0 and 1', 'no lane')
    """
    names = [str(lane) for lane in lanes]
    if not names:
        return "no lane"
    together = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"lane{'s' if len(names) > 1 else ''} {together}"
