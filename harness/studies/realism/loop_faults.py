"""Readings that are missing or cannot be right: stuck, without vehicles while others flow, vehicles without a speed."""

from dataclasses import dataclass

import numpy as np

from harness.studies.realism.frame_windows import weighted_speed
from harness.studies.realism.stacked_recording import StackedRecording
from simulator.frame import Array, Flags

STUCK_S = 240.0
"""Time with the same reading, vehicles in it, after which a loop is stuck. Source: the shortest that the rules of operators use
is 2 min (IRIS, locked on); doubled, since thin traffic with rounded speeds repeats itself."""
EXPECTED_VEHICLES = 40.0
"""Vehicles that a loop should have counted while it counted none. Chosen: a Poisson count of 40 is 0 once in 1e17."""
DEAD_SHARE = 0.01
"""A lane with less than this share of an equal lane's vehicles is dead. Chosen: no open lane carries so few over a recording."""
FREE_SHARE = 0.6
"""Share of the free speed above which traffic is free: a lane behind a blockage is empty for a reason in slow traffic."""
FREE_PERCENTILE = 80.0
"""Percentile of a station's speeds that is its free speed."""
BIN_EDGES_VPHPL = (25.0, 50.0, 100.0, 200.0, 400.0, 700.0, 1000.0, 1300.0)
"""Bins of flow in which a lane's share is measured: narrow at night, when fast lanes empty."""
SMOOTHED_S = 600.0
"""Flow is a mean over this time: in single frames, chance would put night traffic into a day's bin."""


@dataclass(frozen=True, slots=True, eq=False)
class LoopFaults:
    """(T, S, L) flags of readings; `faulty` are stuck, zero or without speed. Lanes that do not exist have none."""

    missing: Flags
    stuck: Flags
    zero: Flags
    no_speed: Flags

    @property
    def faulty(self) -> Flags:
        """Readings that cannot be right."""
        return np.asarray(self.stuck | self.zero | self.no_speed)


def find_faults(recording: StackedRecording) -> LoopFaults:
    """Return the missing and faulty readings of a recording."""
    there = recording.lanes[np.newaxis]
    count = recording.count
    missing = np.isnan(count) & there
    no_speed = (count > 0) & ~np.isfinite(recording.speed)
    return LoopFaults(missing, _stuck(recording), _zero(recording), no_speed)


def free_speed(speeds: Array) -> Array:
    """Return (S,) free speeds of (T, S) speeds of stations [m/s], NaN where a station has none."""
    found = np.full(speeds.shape[1], np.nan)
    known = np.isfinite(speeds).any(axis=0)
    if known.any():
        found[known] = np.nanpercentile(speeds[:, known], FREE_PERCENTILE, axis=0)
    return found


def runs_of(flags: Flags, frames: int) -> Flags:
    """Return which flags stand in runs of `frames` or more along the first axis."""
    length = np.zeros(flags.shape, dtype=np.int64)
    for at in range(len(flags)):
        length[at] = np.where(flags[at], (length[at - 1] if at else 0) + 1, 0)
    for at in range(len(flags) - 2, -1, -1):
        length[at] = np.where(flags[at] & flags[at + 1], length[at + 1], length[at])
    return np.asarray(length >= frames)


def _stuck(recording: StackedRecording) -> Flags:
    same = np.zeros(recording.count.shape, dtype=np.bool_)
    same[1:] = recording.count[1:] > 0
    for values in (recording.count, recording.speed, recording.occupancy):
        unknown = np.isnan(values)
        same[1:] &= (values[1:] == values[:-1]) | (unknown[1:] & unknown[:-1])
    frames = max(2, round(STUCK_S / recording.corridor.period_s) - 1)
    return runs_of(same, frames)


def _zero(recording: StackedRecording) -> Flags:
    count = np.where(recording.lanes[np.newaxis], recording.count, 0.0)
    known = np.isfinite(count)
    held = np.nan_to_num(count)
    others = held.sum(axis=2, keepdims=True) - held
    lanes = recording.lanes.sum(axis=1)[np.newaxis, :, np.newaxis]
    per_lane = others / np.maximum(lanes - 1, 1)
    flow = _smooth(per_lane, recording.corridor.period_s) * 3600.0 / recording.corridor.period_s
    which = np.digitize(flow, BIN_EDGES_VPHPL)
    expected = np.zeros(count.shape)
    for each in range(len(BIN_EDGES_VPHPL) + 1):
        inside = known & (which == each)
        expected += np.where(inside, np.nan_to_num(_ratio(held, per_lane, inside)) * per_lane, 0.0)
    dead = (_ratio(held, per_lane, known) < DEAD_SHARE) & (per_lane.sum(axis=0) > EXPECTED_VEHICLES) & recording.lanes
    expected = np.where(dead[np.newaxis], per_lane, expected)
    speeds = weighted_speed(recording.count, recording.speed, axis=2)
    flowing = speeds > FREE_SHARE * free_speed(speeds)
    zero = known & (count == 0) & recording.lanes[np.newaxis]
    found = _long_zeros(np.asarray(zero), np.where(flowing[:, :, np.newaxis], expected, 0.0))
    return np.asarray(found & (lanes > 1))


def _smooth(values: Array, period_s: float) -> Array:
    """The running mean over SMOOTHED_S along the first axis, over what there is of it at the ends."""
    half = max(1, round(SMOOTHED_S / period_s / 2))
    summed = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    at = np.arange(len(values))
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    return np.asarray((summed[high] - summed[low]) / (high - low).reshape(-1, *[1] * (values.ndim - 1)))


def _ratio(held: Array, per_lane: Array, inside: Flags) -> Array:
    """(S, L) vehicles of a lane over those of the mean other lane; NaN where too few passed to say."""
    own, other = np.where(inside, held, 0.0).sum(axis=0), np.where(inside, per_lane, 0.0).sum(axis=0)
    return np.asarray(np.divide(own, other, out=np.full(own.shape, np.nan), where=other > EXPECTED_VEHICLES))


def _long_zeros(zero: Flags, expected: Array) -> Flags:
    """Zeros in runs over which at least EXPECTED_VEHICLES were expected."""
    summed = np.zeros(zero.shape)
    for at in range(len(zero)):
        summed[at] = np.where(zero[at], (summed[at - 1] if at else 0.0) + expected[at], 0.0)
    for at in range(len(zero) - 2, -1, -1):
        summed[at] = np.where(zero[at] & zero[at + 1], summed[at + 1], summed[at])
    return np.asarray(zero & (summed >= EXPECTED_VEHICLES))
