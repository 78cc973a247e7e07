"""The runs that a detector is calibrated on, and the frames of them in which no known incident matters.

runs --> incident-free frames of each --> only those of whole days, where there are enough --> corridor-days
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS, DAY_S
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame

WHOLE_DAY_S = 20 * 3600.0
"""A recording at least this long is a whole day. Chosen: shorter ones miss a peak hour or the night."""
ENOUGH_DAYS = 1.0
"""Corridor-days of whole days from which only whole days count. Chosen: one, the time that the usual aim is about."""


class KnownIncident(Protocol):
    """An incident as calibration needs it: times in s, position in m, lanes blocked. A clearance may be NaN: not known."""

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


def frame_times_s(run: CalibrationRun) -> Array:
    """Return (T,) the ends of a run's frames, s."""
    return np.array([frame.time_s for frame in run.frames])


def incident_free_frames(run: CalibrationRun, recovery_s: float) -> Flags:
    """Return (T, N) the incident-free frames of a run.

    The section of a known incident and all upstream of it are left out from its onset, those downstream of it from its
    clearance, all until `recovery_s` after its clearance.
    """
    sections, times_s = run.corridor.sections, frame_times_s(run)
    free = np.ones((len(times_s), sections), dtype=np.bool_)
    for incident in run.incidents or ():
        upstream = np.arange(sections) <= run.corridor.section_at(incident.position_m)
        began = times_s[:, None] > np.where(upstream, incident.onset_s, incident.clearance_s)
        ended = times_s - run.corridor.period_s >= incident.clearance_s + recovery_s
        free &= ~(began & ~ended[:, None])
    return free


def counted_frames(runs: Sequence[CalibrationRun], recovery_s: float) -> list[Flags]:
    """Return (T, N) of each run: the incident-free frames on which false alarms are counted.

    Short recordings hold what resembles incidents (slow trucks, surges, stops on the shoulder) many times as often as a day
    does, so a rate per day counted on them is too high. Where whole days give ENOUGH_DAYS corridor-days, only they count.
    """
    free = [incident_free_frames(run, recovery_s) for run in runs]
    long = [bool(np.ptp(frame_times_s(run)) >= WHOLE_DAY_S) if run.frames else False for run in runs]
    days = [each if whole else np.zeros_like(each) for each, whole in zip(free, long, strict=True)]
    return days if corridor_days(runs, days) >= ENOUGH_DAYS else free


def corridor_days(runs: Sequence[CalibrationRun], free: Sequence[Flags]) -> float:
    """Return the incident-free corridor-days in runs with these incident-free frames (T, N)."""
    sections = sum(float(each.sum()) * run.corridor.period_s for run, each in zip(runs, free, strict=True))
    return sections / DAY_S / CORRIDOR_SECTIONS


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationSample:
    """Runs with all that does not depend on a detector: `times_s` (T,) and incident-free frames `free` (T, N) of each."""

    runs: Sequence[CalibrationRun]
    times_s: Sequence[Array]
    free: Sequence[Flags]

    @property
    def corridor_days(self) -> float:
        """Incident-free corridor-days."""
        return corridor_days(self.runs, self.free)


def calibration_sample(runs: Sequence[CalibrationRun], recovery_s: float) -> CalibrationSample:
    """Return the sample of these runs. Raises UserError where no frame is incident-free."""
    sample = CalibrationSample(runs, [frame_times_s(run) for run in runs], counted_frames(runs, recovery_s))
    if not any(each.any() for each in sample.free):
        raise UserError(f"calibration needs incident-free frames, got none in {len(runs)} recordings")
    return sample
