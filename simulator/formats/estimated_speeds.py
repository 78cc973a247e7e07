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

import numpy as np

from scenarios.errors import UserError, at
from simulator.formats.effective_lengths import LONGEST_M, SHORTEST_M, effective_lengths
from simulator.formats.field_recordings import FieldDay, FieldRecordings
from simulator.formats.field_units import KMH_PER_MPS, MPS_PER_MPH
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.recording_folder import Recording

SMOOTHING_VEHICLES = 5.0
"""C: vehicles after which an estimate counts half. Chosen on a morning of I-24: in a jam the error grows with more, in free traffic
with fewer (`benchmarks.single_loop_speeds`)."""
SLOWEST_MPS = 1.0
"""Least speed of an estimate: a vehicle that stands on a loop says no more."""
FASTEST = 1.25
"""Largest estimate in free speeds: one motorcycle says no more."""
FASTEST_MPS = 50.0
"""Largest estimate where no free speed is given, m/s."""
GAP_S = 300.0
"""Without frames for so long, the filter begins anew. Chosen."""
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

    Its corridor says so (`estimated_speeds`); without such a lane it is the same recording. Raises UserError as `effective_lengths`
    does.
    """
    time_s = np.array([frame.time_s for frame in recording.frames])
    count, speed, occupancy = (
        np.array([getattr(frame, name) for frame in recording.frames]) for name in ("count", "speed", "occupancy")
    )
    there: Flags = np.isfinite(count).any(axis=0)
    single = there & np.isfinite(occupancy).any(axis=0) & ~np.isfinite(speed).any(axis=0)
    if not single.any():
        return recording
    count, occupancy = (np.where(single, each, np.nan) for each in (count, occupancy))
    lanes, period_s = single.shape[1], recording.corridor.period_s
    free = assumed.free_mps + assumed.free_mps[-1:] * lanes
    if assumed.length_m is None:
        fastest = FASTEST * np.array(free[:lanes])
        lengths = effective_lengths(time_s, period_s, count, occupancy, np.array(free[:lanes]))
        means = np.nanmean(lengths[:, single], axis=0)
        source = (
            f"{means.min():.1f} to {means.max():.1f} m by lane, learned at a free speed of {_free_text(free[:lanes])}"
        )
    else:
        fastest = np.full(lanes, FASTEST_MPS)
        lengths = np.full(count.shape, assumed.length_m)
        source = f"{assumed.length_m:g} m"
    estimate = filtered_speeds(time_s, period_s, count, occupancy, lengths, fastest)
    note = f"estimated from count and occupancy in {int(single.sum())} of {int(there.sum())} lanes, effective length {source}"
    speeds = np.where(single, estimate, speed)
    frames = tuple(
        LoopFrame(frame.time_s, frame.count, own, frame.occupancy)
        for frame, own in zip(recording.frames, speeds, strict=True)
    )
    return replace(recording, corridor=replace(recording.corridor, estimated_speeds=note), frames=frames)


def _free_text(free_mps: Sequence[float]) -> str:
    least, largest = min(free_mps), max(free_mps)
    return f"{least:.1f} m/s" if least == largest else f"{least:.1f} to {largest:.1f} m/s"


def filtered_speeds(
    time_s: Array, period_s: float, count: Array, occupancy: Array, lengths_m: Array, fastest_mps: Array
) -> Array:
    """Return (T, S, L) speeds [m/s] from count, occupancy and lengths (T, S, L); `fastest_mps` (L,). No frame knows a later one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = lengths_m * count / (occupancy * period_s)
    raw = np.where((count > 0) & (occupancy > 0), np.clip(raw, SLOWEST_MPS, fastest_mps), np.nan)
    found, last = np.full(raw.shape, np.nan), np.full(raw.shape[1:], np.nan)
    for k, own in enumerate(raw):
        if k and time_s[k] - time_s[k - 1] > GAP_S + period_s:
            last = np.full(own.shape, np.nan)
        weight = count[k] / (count[k] + SMOOTHING_VEHICLES)
        now = np.where(np.isnan(last), own, weight * own + (1 - weight) * last)
        found[k] = np.where(np.isnan(own), np.nan, now)
        last = np.where(np.isnan(own), last, now)
    return found
