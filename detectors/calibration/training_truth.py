"""The truth that a learned detector is trained on: which lanes an incident blocks, and which frames are usable."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

import numpy as np

from detectors.calibration.aims import RECOVERY_S
from detectors.calibration.incident_free import CalibrationRun, KnownIncident, frame_times_s, incident_free_frames
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

LEFT_BEFORE_ONSET_S = 180.0
"""Time before an incident that a run keeps at least, s. Chosen: detectors need a few frames to know the usual traffic."""
LATEST_START_FRAMES = 40
"""First frames of a run that are left out at most. Chosen: 20 minutes of 30-s frames, as far apart as onsets are."""
UNSEEN_S = 15.0
"""Time after onset in which no loop shows an incident yet, s, where its first evidence is not known. Chosen: half a frame."""
SILENT_FRAMES = 2
"""First frames of a run that are neither trained nor decided on. Chosen: differences and means need a second frame."""
NO_INCIDENT = 10_000
"""Frames since onset where there was no incident: more than any incident lasts."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The truth about the frames of a run: T frames, N sections, L lanes.

    `blocked` (T, N, L): lanes from an incident's first evidence to its clearance; `usable` (T, N): incident-free frames, and those
    of an incident's own section while it shows; `early` (T, N): frames since onset, NO_INCIDENT before; number of `incidents`.
    """

    blocked: Flags
    usable: Flags
    early: Array
    incidents: int


@dataclass(frozen=True, slots=True, eq=False)
class DerivedRun:
    """A run with other frames than it was recorded with, and the same truth."""

    corridor: Corridor
    frames: Sequence[LoopFrame]
    incidents: Sequence[Any]
    lane_truth: Sequence[Any]


def with_frames(run: CalibrationRun, frames: Sequence[LoopFrame], corridor: Corridor | None = None) -> DerivedRun:
    """Return the run with these frames, and with another corridor (another period) where one is given."""
    return DerivedRun(corridor or run.corridor, frames, run.incidents or (), getattr(run, "lane_truth", ()))


def without_first_frames(run: CalibrationRun, number: int) -> DerivedRun:
    """Return the run without some of its first frames; `number` seeds how many. LEFT_BEFORE_ONSET_S stay before its incident.

    Simulated incidents begin at about the same time after the warm-up. A model that can infer how long it has been running
    takes that for evidence, and finds no incident before that time on any other road.
    """
    onset_s = min((incident.onset_s for incident in run.incidents or ()), default=inf)
    before = int((frame_times_s(run) <= onset_s - LEFT_BEFORE_ONSET_S).sum())
    first = int(np.random.default_rng(number).integers(0, min(before, LATEST_START_FRAMES) + 1))
    return with_frames(run, run.frames[first:])


def shows_from_s(incident: KnownIncident) -> float:
    """Return when an incident first shows, s: its earliest evidence where that is known."""
    known = float(getattr(incident, "earliest_evidence_s", nan))
    return known if isfinite(known) else incident.onset_s + UNSEEN_S


def training_truth(run: CalibrationRun) -> Truth:
    """Return the truth about the frames of `run`, for training."""
    times_s, sections = frame_times_s(run), run.corridor.sections
    blocked = np.zeros((len(times_s), sections, run.corridor.lanes), dtype=np.bool_)
    own = np.zeros((len(times_s), sections), dtype=np.bool_)
    early = np.full(own.shape, NO_INCIDENT)
    for incident in run.incidents or ():
        section = run.corridor.section_at(incident.position_m)
        cleared = times_s > incident.clearance_s  # never, where it is not known
        shows = (times_s >= shows_from_s(incident)) & ~cleared
        own[shows, section] = bool(incident.lanes)  # lanes that are not known teach nothing
        for lane in incident.lanes:
            blocked[shows, section, lane] = True
        since = times_s > incident.onset_s
        early[since, section] = np.arange(int(since.sum()))
    usable = incident_free_frames(run, RECOVERY_S) | own
    usable[:SILENT_FRAMES] = False
    return Truth(blocked, usable, early, len(run.incidents or ()))
