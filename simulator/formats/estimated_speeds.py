r"""Speeds of single loops, estimated from count and occupancy, and told as estimates.

.. math::

    \hat v = g q / (o T), \qquad v_t = w \hat v + (1 - w) v_{t-1}, \quad w = q / (q + C)

g: mean effective length [m], given, or learned from free traffic (`effective_lengths`); q vehicles in a period T [s] with
occupancy o. Few vehicles are of any length, so their speed counts little: the filter of PeMS (Jia et al. 2001). A lane in which
nobody passed has no speed.

In congestion g is that of free traffic, and the estimate is biased (Hall and Persaud 1989): measured by
`python -m benchmarks.single_loop_speeds`.

Hall, F. L., Persaud, B. N. (1989). Evaluation of speed estimates made with single-detector data from freeway traffic management
systems. Transportation Research Record 1232, 9-16.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from scenarios.errors import UserError, at
from simulator.formats.day_frames import DayFrames
from simulator.formats.effective_lengths import LONGEST_M, SHORTEST_M, LearnedLengths
from simulator.formats.estimated_frames import Estimates, Part, stacked
from simulator.formats.field_recordings import FieldDay, FieldRecordings
from simulator.formats.field_units import KMH_PER_MPS, MPS_PER_MPH
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.recording_folder import Recording

FASTEST = 1.25
"""Largest estimate in free speeds: one motorcycle says no more."""
FASTEST_MPS = 50.0
"""Largest estimate where no free speed is given, m/s."""
FREE_MPS = (8.0, 45.0)
"""Free speeds that can be, m/s: a street, and a motorway without limit."""
_UNITS = {"mph": MPS_PER_MPH, "km/h": 1 / KMH_PER_MPS, "kmh": 1 / KMH_PER_MPS, "kph": 1 / KMH_PER_MPS, "m/s": 1.0}


@dataclass(frozen=True, slots=True)
class SpeedAssumption:
    """What speeds are estimated with: free speeds [m/s] by lane, the last one for all further lanes; or a length [m]."""

    free_mps: tuple[float, ...] = ()
    length_m: float | None = None

    @property
    def text(self) -> str:
        """What was assumed, on one line, in full: equal texts give equal speeds."""
        return f"length {self.length_m} m" if self.length_m is not None else f"free speed {self.free_mps} m/s"


def read_assumption(free_speed: str | None, vehicle_length: float | None) -> SpeedAssumption | None:
    """Return what `--free-speed` and `--vehicle-length` say; None where neither is given. Raises UserError.

    >>> read_assumption("60,65 mph", None)
    SpeedAssumption(free_mps=(26.8224, 29.0576), length_m=None)
    """
    if free_speed is not None and vehicle_length is not None:
        raise UserError("wanted --free-speed or --vehicle-length, got both (a length is learned with a free speed)")
    if vehicle_length is not None:
        if not SHORTEST_M <= vehicle_length <= LONGEST_M:
            raise UserError(
                f"--vehicle-length: wanted {SHORTEST_M:g} to {LONGEST_M:g} m, of vehicle and loop together, got {vehicle_length:g} "
                "(is it in feet?)"
            )
        return SpeedAssumption(length_m=vehicle_length)
    return None if free_speed is None else SpeedAssumption(_speeds_mps(free_speed))


def _speeds_mps(text: str) -> tuple[float, ...]:
    wanted = (
        f"--free-speed: wanted a speed such as 65mph, 110km/h or 29m/s, or one by lane (62,66,70mph), got {text[:40]!r}"
    )
    unit = next((each for each in _UNITS if text.strip().lower().endswith(each)), None)
    if unit is None:
        raise UserError(f"{wanted} (which unit?)")
    try:
        speeds = tuple(round(float(each) * _UNITS[unit], 4) for each in text.strip()[: -len(unit)].split(","))
    except ValueError:
        raise UserError(wanted) from None
    if not all(FREE_MPS[0] <= each <= FREE_MPS[1] for each in speeds):
        raise UserError(f"{wanted}: {FREE_MPS[0]:g} to {FREE_MPS[1]:g} m/s is a free speed (is the unit right?)")
    return speeds


def estimating_speeds(found: FieldRecordings, assumed: SpeedAssumption) -> FieldRecordings:
    """Return the recordings with speeds estimated in lanes without any, still one at a time. Raises what `with_speeds` does."""
    return FieldRecordings(((name, _named(name, each, assumed)) for name, each in found.recordings), found.left_out)


def estimating_day(day: FieldDay, assumed: SpeedAssumption) -> FieldDay:
    """Return the day with such recordings when it is read. Reading raises what `with_speeds` does."""
    return replace(day, read=lambda: estimating_speeds(day.read(), assumed))


def _named(name: str, recording: Recording, assumed: SpeedAssumption) -> Recording:
    try:
        return with_speeds(recording, assumed)
    except UserError as error:
        raise at(f"recording {name}", error) from error


def with_speeds(recording: Recording, assumed: SpeedAssumption) -> Recording:
    """Return the recording with estimates in the lanes that count and are occupied, and never measure a speed.

    Its corridor says so (`estimated_speeds`); without such a lane it is the same recording. Raises UserError as
    `LearnedLengths.at` does.
    """
    parts = _parts(recording.frames)
    there, occupied, measured, times = _surveyed(parts)
    single = there & occupied & ~measured
    if not single.any():
        return recording
    lanes, period_s = single.shape[1], recording.corridor.period_s
    free = assumed.free_mps + assumed.free_mps[-1:] * lanes
    lengths: LearnedLengths | None = None
    if assumed.length_m is None:
        fastest = FASTEST * np.array(free[:lanes])
        lengths = LearnedLengths(period_s, np.array(free[:lanes]))
        for time_s, count, _, occupancy in map(stacked, parts):
            lengths.add(time_s, *(np.where(single, each, np.nan) for each in (count, occupancy)))
        totals = sum(lengths.at(time_s)[:, single].sum(axis=0) for time_s in times)
        means = totals / sum(map(len, times))
        source = (
            f"{means.min():.1f} to {means.max():.1f} m by lane, learned at a free speed of {_free_text(free[:lanes])}"
        )
    else:
        fastest = np.full(lanes, FASTEST_MPS)
        source = f"{assumed.length_m:g} m"
    note = f"estimated from count and occupancy in {int(single.sum())} of {int(there.sum())} lanes, effective length {source}"
    estimates = Estimates(parts, single, period_s, lengths, assumed.length_m or np.nan, fastest)
    corridor = replace(recording.corridor, estimated_speeds=note)
    if not isinstance(recording.frames, DayFrames):
        return replace(recording, corridor=corridor, frames=estimates.frames(0))
    days = {day: partial(estimates.frames, k) for k, day in enumerate(recording.frames.days)}
    return replace(recording, corridor=corridor, frames=DayFrames(lambda: days))


def _parts(frames: Sequence[LoopFrame]) -> list[Part]:
    return list(frames.days.values()) if isinstance(frames, DayFrames) else [lambda: tuple(frames)]


def _surveyed(parts: Sequence[Part]) -> tuple[Flags, Flags, Flags, list[Array]]:
    """Which lanes (S, L) have a count, an occupancy, a speed; and the times of each part."""
    known: list[list[Flags]] = [[], [], []]
    times = []
    for time_s, *kinds in map(stacked, parts):
        times.append(time_s)
        for found, values in zip(known, kinds, strict=True):
            found.append(np.asarray(np.isfinite(values).any(axis=0)))
    count, speed, occupancy = (np.any(each, axis=0) for each in known)
    return count, occupancy, speed, times


def _free_text(free_mps: Sequence[float]) -> str:
    least, largest = min(free_mps), max(free_mps)
    return f"{least:.1f} m/s" if least == largest else f"{least:.1f} to {largest:.1f} m/s"
