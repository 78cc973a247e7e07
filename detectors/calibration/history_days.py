"""The days of a history: which day each frame of several recordings is of, and the last N of them.

Recordings whose times do not overlap are on one clock, as pieces of one long recording are; a day is then the same for all of
them. Otherwise each has a clock of its own, as a folder per day has whose times begin at midnight; then each has days of its own,
in the order of the recordings. A day of a clock is 86,400 s from its zero. Which day of the week it is no recording says: it is
the one of the clock, so only recordings on one clock have weeks.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detectors.calibration.aims import DAY_S
from detectors.calibration.incident_free import CalibrationRun, frame_times_s
from detectors.calibration.training_truth import with_frames
from scenarios.errors import UserError

LEAST_DAY_S = 3600.0
"""Shortest day, s. Chosen: an hour; recordings of a day often end some minutes past midnight."""
Days = NDArray[np.int64]


def on_one_clock(runs: Sequence[CalibrationRun]) -> bool:
    """Whether the recordings' times do not overlap."""
    spans = sorted((run.frames[0].time_s - run.corridor.period_s, run.frames[-1].time_s) for run in runs if run.frames)
    return all(before[1] <= after[0] + 1e-6 for before, after in pairwise(spans))


def days_of(runs: Sequence[CalibrationRun]) -> list[Days]:
    """Return (T,) of each run: the number of each frame's day, from 0, in order; days without a frame have no number.

    A day of which there is less than LEAST_DAY_S, as at the ragged end of a recording, counts to the one beside it.
    """
    clock = [np.ceil(frame_times_s(run) / DAY_S).astype(np.int64) - 1 for run in runs]
    one = on_one_clock(runs)
    length_s: dict[tuple[int, int], float] = {}
    for number, (run, days) in enumerate(zip(runs, clock, strict=True)):
        for day, frames in zip(*np.unique(days, return_counts=True), strict=True):
            key = 0 if one else number, int(day)
            length_s[key] = length_s.get(key, 0.0) + float(frames) * run.corridor.period_s
    stands_for = {key: _beside(key, length_s) for key in length_s}
    number_of = {key: number for number, key in enumerate(sorted(set(stands_for.values())))}
    return [
        np.array([number_of[stands_for[0 if one else number, int(day)]] for day in days], dtype=np.int64)
        for number, days in enumerate(clock)
    ]


def _beside(key: tuple[int, int], length_s: dict[tuple[int, int], float]) -> tuple[int, int]:
    """The day itself, or where it is too short the day before or after it on its clock that is not."""
    clock, day = key
    around = [other for other in ((clock, day - 1), (clock, day + 1)) if length_s.get(other, 0.0) >= LEAST_DAY_S]
    return around[0] if around and length_s[key] < LEAST_DAY_S else key


def count_days(days: Sequence[Days]) -> int:
    """Return how many days there are."""
    return max((int(each.max()) for each in days if len(each)), default=-1) + 1


def last_days(runs: Sequence[CalibrationRun], wanted: int) -> list[tuple[int, CalibrationRun]]:
    """Return the frames of the last `wanted` days, as runs with their numbers among `runs`; those without any are left out.

    Incidents that are over before a run's first frame are left out too. Raises UserError where there are fewer days.
    """
    days = days_of(runs)
    found = count_days(days)
    if wanted > found:
        raise UserError(
            f"--last-days {wanted}: wanted as many days, got recordings of {found} (leave it out, or name more)"
        )
    kept: list[tuple[int, CalibrationRun]] = []
    for number, (run, each) in enumerate(zip(runs, days, strict=True)):
        frames = [frame for frame, day in zip(run.frames, each, strict=True) if day >= found - wanted]
        if len(frames) == len(run.frames):
            kept.append((number, run))
        elif frames:
            begin_s = frames[0].time_s - run.corridor.period_s
            cut = with_frames(run, frames)
            left = [known for known in run.incidents or () if not known.clearance_s <= begin_s]
            kept.append((number, replace(cut, incidents=left)))
    return kept
