"""What every detector's calibration shares: known incidents, the incident-free sample, and a threshold for a rate.

    recordings -> free_sample -> scores of a detector, out of sample -> threshold_for 0.1, 1, 10 false alarms per corridor-day

A rate per day is counted on whole days, where there are some (`free_samples`). An alarm is a rise of
`detectors.threshold_detector.alarms`. It detects an incident when it comes in the incident's section, after onset and not later
than `grace_s` after clearance. It is false in the incident-free sample, and neither in what was left out. A corridor-day is
CORRIDOR_SECTIONS x 24 section-hours, whatever the corridors of the recordings hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log
from typing import Protocol

import numpy as np

from detectors.threshold_detector import alarms
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame

AIMS = (0.1, 1.0, 10.0)  # false alarms per corridor-day a detector is calibrated for
CORRIDOR_SECTIONS = 7
DAY_S = 86400.0
COUNTED = 3.0  # false alarms from which they are counted; fewer are extrapolated
TAIL_PEAKS = 30
PEAK_S = 300.0  # a peak is a section's largest score in so long
STEPS = 200  # thresholds tried, at peaks
WHOLE_DAY_S, ENOUGH_DAYS = 20 * 3600.0, 1.0  # a recording that long is a day; so many corridor-days of them are enough


class KnownIncident(Protocol):
    """What calibration wants to know of an incident: times in s, position in m, lanes blocked."""

    @property
    def onset_s(self) -> float: ...  # noqa: D102
    @property
    def clearance_s(self) -> float: ...  # noqa: D102
    @property
    def position_m(self) -> float: ...  # noqa: D102
    @property
    def lanes(self) -> tuple[int, ...]: ...  # noqa: D102


class CalibrationRun(Protocol):
    """Frames of one corridor in order, and the incidents in them (None: not known). A recording is one."""

    @property
    def corridor(self) -> Corridor: ...  # noqa: D102
    @property
    def frames(self) -> Sequence[LoopFrame]: ...  # noqa: D102
    @property
    def incidents(self) -> Sequence[KnownIncident] | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Aim:
    """What calibration aims at.

    `false_per_corridor_day` false alarms at most; `missed_s` is what a missed incident costs; `grace_s` an alarm may
    come after clearance; `recovery_s` traffic takes to be free again after one.
    """

    false_per_corridor_day: float = 1.0
    missed_s: float = 600.0
    grace_s: float = 60.0
    recovery_s: float = 900.0

    def __post_init__(self) -> None:
        for name in ("false_per_corridor_day", "missed_s", "grace_s", "recovery_s"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0):
                raise UserError(f"{name} is 0 or more, got {value}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a threshold does on recordings; `delay_s` is the mean, with `Aim.missed_s` for a missed incident."""

    delay_s: float
    false_alarms: int
    corridor_days: float
    detected: int
    incidents: int


def times_of(run: CalibrationRun) -> Array:
    """(T,) ends of a run's frames, s."""
    return np.array([frame.time_s for frame in run.frames])


def free_sample(run: CalibrationRun, recovery_s: float) -> Flags:
    """(T, N) incident-free frames: without the section of a known incident and all upstream of it from its onset, those
    downstream of it from its clearance, both until `recovery_s` after its clearance."""
    sections, times_s = run.corridor.sections, times_of(run)
    free = np.ones((len(times_s), sections), dtype=np.bool_)
    for incident in run.incidents or ():
        upstream = np.arange(sections) <= run.corridor.section_at(incident.position_m)
        began = times_s[:, None] > np.where(upstream, incident.onset_s, incident.clearance_s)
        ended = times_s - run.corridor.period_s >= incident.clearance_s + recovery_s
        free &= ~(began & ~ended[:, None])
    return free


def free_samples(runs: Sequence[CalibrationRun], recovery_s: float) -> list[Flags]:
    """(T, N) of each run: the incident-free frames on which false alarms are counted.

    Short recordings hold what resembles incidents (slow trucks, surges, stops on the shoulder) many times as often as a day
    does, and a rate per day counted on them is too high. So where whole days give ENOUGH_DAYS corridor-days, only they count.
    """
    free = [free_sample(run, recovery_s) for run in runs]
    long = [bool(np.ptp(times_of(run)) >= WHOLE_DAY_S) if run.frames else False for run in runs]
    days = [each if whole else np.zeros_like(each) for each, whole in zip(free, long, strict=True)]
    return days if corridor_days(runs, days) >= ENOUGH_DAYS else free


def corridor_days(runs: Sequence[CalibrationRun], free: Sequence[Flags]) -> float:
    """Incident-free corridor-days in runs with these incident-free frames."""
    sections = sum(float(each.sum()) * run.corridor.period_s for run, each in zip(runs, free, strict=True))
    return sections / DAY_S / CORRIDOR_SECTIONS


def outcome(runs: Sequence[CalibrationRun], scores: Sequence[Array], threshold: float, aim: Aim) -> Outcome:
    """What `threshold` makes of the scores (T, N) of the runs."""
    free = free_samples(runs, aim.recovery_s)
    return _outcome(runs, free, [times_of(run) for run in runs], scores, threshold, aim)


def threshold_for(runs: Sequence[CalibrationRun], scores: Sequence[Array], aim: Aim) -> tuple[float, Outcome]:
    """The least threshold with no more false alarms than aimed at, there and at every higher one; and what it gives.

    Where the aim allows fewer than COUNTED false alarms on these recordings their number cannot be read off: then the
    threshold is u + m log(K / allowed), with u the value below the K largest incident-free peaks and m their mean excess
    over it (an exponential tail), and at least the one that gives COUNTED. Raises UserError without incident-free frames.
    """
    free = free_samples(runs, aim.recovery_s)
    times = [times_of(run) for run in runs]
    days = corridor_days(runs, free)
    if not days > 0:
        raise UserError(f"calibration wants incident-free frames, got none in {len(runs)} recordings")
    peaks = _peaks(runs, free, scores)
    if not len(peaks):
        raise UserError("calibration wants scores on incident-free frames, got none that is a number")
    allowed = aim.false_per_corridor_day * days
    threshold = _counted(runs, free, scores, peaks, max(allowed, COUNTED))
    if allowed < COUNTED:
        threshold = max(threshold, beyond(peaks, allowed))
    return threshold, _outcome(runs, free, times, scores, threshold, aim)


def beyond(peaks: Array, allowed: float) -> float:
    """Where an exponential tail of the `peaks` (largest first) leaves `allowed` of them; see `threshold_for`."""
    tail = min(TAIL_PEAKS, len(peaks) // 2)
    if not tail:
        return float(peaks[0])
    excess = float(np.mean(peaks[:tail] - peaks[tail]))
    return float(peaks[tail]) + excess * log(tail / max(allowed, 1e-3))


def thresholds_for(
    runs: Sequence[CalibrationRun], scores: Sequence[Array], aims: Sequence[float] = AIMS
) -> dict[float, float]:
    """A threshold for each rate of false alarms per corridor-day."""
    return {aim: threshold_for(runs, scores, Aim(aim))[0] for aim in aims}


def _peaks(runs: Sequence[CalibrationRun], free: Sequence[Flags], scores: Sequence[Array]) -> Array:
    """Largest first: the sections' largest incident-free scores of every PEAK_S."""
    found: list[Array] = []
    for run, each, score in zip(runs, free, scores, strict=True):
        usable = np.where(each & np.isfinite(score), score, -inf)
        length = max(1, round(PEAK_S / run.corridor.period_s))
        found.extend(usable[start : start + length].max(axis=0) for start in range(0, len(usable), length))
    peaks = np.concatenate(found) if found else np.zeros(0)
    return np.sort(peaks[np.isfinite(peaks)])[::-1]


def _counted(
    runs: Sequence[CalibrationRun], free: Sequence[Flags], scores: Sequence[Array], peaks: Array, allowed: float
) -> float:
    """The least of the peaks with at most `allowed` false alarms at it and above: thresholds are tried from the top."""
    places = np.unique(np.minimum(np.geomspace(1, max(4 * allowed + 60, 2), STEPS).astype(int), len(peaks)) - 1)
    chosen = float(peaks[0])
    for place in places:
        threshold = float(peaks[place])
        count = sum(
            _false(each, score, threshold, run.corridor.period_s)
            for run, each, score in zip(runs, free, scores, strict=True)
        )
        if count > allowed:
            break
        chosen = threshold
    return chosen


def starts(score: Array, threshold: float, period_s: float) -> Flags:
    """(T, N) where an alarm of the scores (T, N) begins."""
    alarm = alarms(score, threshold, period_s)
    alarm[1:] &= ~alarm[:-1].copy()
    return alarm


def _false(free: Flags, score: Array, threshold: float, period_s: float) -> int:
    if not (np.nan_to_num(score, nan=-inf) > threshold).any():
        return 0
    return int((starts(score, threshold, period_s) & free).sum())


def _outcome(
    runs: Sequence[CalibrationRun],
    free: Sequence[Flags],
    times: Sequence[Array],
    scores: Sequence[Array],
    threshold: float,
    aim: Aim,
) -> Outcome:
    false_alarms, delays = 0, []
    for run, each, times_s, score in zip(runs, free, times, scores, strict=True):
        began = starts(score, threshold, run.corridor.period_s)
        false_alarms += int((began & each).sum())
        for incident in run.incidents or ():
            alarm_s = times_s[began[:, run.corridor.section_at(incident.position_m)]]
            late = alarm_s > incident.clearance_s + aim.grace_s  # never, where it is not known
            hits = alarm_s[(alarm_s > incident.onset_s) & ~late]
            delays.append(float(hits[0] - incident.onset_s) if len(hits) else inf)
    mean = float(np.mean([min(delay, aim.missed_s) for delay in delays])) if delays else 0.0
    detected = sum(delay < inf for delay in delays)
    return Outcome(mean, false_alarms, corridor_days(runs, free), detected, len(delays))
