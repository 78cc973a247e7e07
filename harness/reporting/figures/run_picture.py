"""What one run looks like to a reader: the data every plot of it is drawn from.

Conventions: T frames, S stations, L lanes, N sections; times in s on the simulation's clock, a frame's time is its
period's end; arrays that are not known are None, values that are not known NaN.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.records.decisions import EstimateRow
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame
from simulator.truth import LaneTruth, ObservedIncident

Verdict = Literal["hit", "false", "neutral"]

# Less than half of a period under a vehicle, and none passed: empty or crawling; more: a standing queue.
STANDING_OCCUPANCY = 0.5


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """One alarm of one section, from `raised_s` to the last frame that upholds it, and how it was judged."""

    raised_s: float
    ended_s: float
    section: int
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class EstimatePath:
    """What the detector believed about one section, frame by frame (all arrays (T,), NaN where it believed nothing).

    `times_s` are the run's frames, so that two bouts of belief are not joined by a line. `queue` [veh] is summed over
    the lanes it took for blocked, `lane_changing` their mean share; `evidence` is tested against `upper` and `lower`
    (log likelihood ratios).
    """

    times_s: Array
    queue: Array
    lane_changing: Array
    evidence: Array
    upper: Array
    lower: Array


@dataclass(frozen=True, slots=True, eq=False)
class RunPicture:
    """One run as it is drawn: frames, twin's counts, truth, and what one detector made of it.

    `count`, `speed`, `occupancy` are (T, S, L); `twin_count` the same or None; `score` and `decided` (T, N) are the
    detector's decisions frame by frame; `estimates` holds a path for each section it has beliefs about.
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
        """From `before_s` before the onset to `after_s` after the clearance, within the run; all of it for None."""
        first, last = float(self.times_s[0]) - self.corridor.period_s, float(self.times_s[-1])
        if incident is None:
            return first, last
        shown = self.incidents[incident]
        clearance_s = shown.clearance_s if math.isfinite(shown.clearance_s) else last
        return max(first, shown.onset_s - before_s), min(last, clearance_s + after_s)


def stack_frames(frames: tuple[LoopFrame, ...]) -> tuple[Array, Array, Array, Array]:
    """Times (T,), counts, speeds and occupancies (T, S, L) of `frames`."""
    return (
        np.array([frame.time_s for frame in frames]),
        np.array([frame.count for frame in frames]),
        np.array([frame.speed for frame in frames]),
        np.array([frame.occupancy for frame in frames]),
    )


def aligned(times_s: Array, other_times_s: Array, values: Array) -> Array:
    """`values` (T', ...) of `other_times_s` (T',), on `times_s` (T,): NaN where the other has no frame."""
    out = np.full((len(times_s), *values.shape[1:]), np.nan)
    rows = {round(float(time_s), 3): row for row, time_s in enumerate(other_times_s)}
    for row, time_s in enumerate(times_s):
        found = rows.get(round(float(time_s), 3))
        if found is not None:
            out[row] = values[found]
    return out


def station_speeds(picture: RunPicture) -> Array:
    """Mean speed of the vehicles that passed each station, (T, S) [m/s]: lanes weighted by their counts.

    NaN where nobody passed; 0 where nobody passed because a lane's queue stood on the loop.
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
    """For each section with beliefs, their path over the frames `times_s` (T,)."""
    frame_of = {round(float(time_s), 3): frame for frame, time_s in enumerate(times_s)}
    bouts: dict[int, dict[int, list[EstimateRow]]] = {}
    for row in rows:
        frame = frame_of.get(round(row.time_s, 3))
        if frame is not None:
            bouts.setdefault(row.section, {}).setdefault(frame, []).append(row)
    return {section: _path(frames, times_s) for section, frames in sorted(bouts.items())}


def _path(frames: dict[int, list[EstimateRow]], times_s: Array) -> EstimatePath:
    queue, lane_changing, evidence, upper, lower = (np.full(len(times_s), np.nan) for _ in range(5))
    for frame, rows in frames.items():
        evidence[frame], upper[frame], lower[frame] = rows[0].evidence, rows[0].upper, rows[0].lower
        queues = [row.queue for row in rows if row.blocked and math.isfinite(row.queue)]
        shares = [row.lane_changing for row in rows if row.blocked and math.isfinite(row.lane_changing)]
        if queues:
            queue[frame] = sum(queues)
        if shares:
            lane_changing[frame] = sum(shares) / len(shares)
    return EstimatePath(times_s, queue, lane_changing, evidence, upper, lower)


def lanes_text(lanes: Iterable[int]) -> str:
    """`lane 2`, `lanes 0 and 1`; `no lane` where there is none. Lane 0 is the rightmost."""
    names = [str(lane) for lane in lanes]
    if not names:
        return "no lane"
    together = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"lane{'s' if len(names) > 1 else ''} {together}"
