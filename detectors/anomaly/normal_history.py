"""The history that an anomaly detector is trained on: recordings in pieces, and the rows of them that hold no known incident.

    recordings -> pieces of a day, at least FOLDS of them -> rows of features (T, N, F) -> incident-free, known ones

Nothing is known of incidents in many recordings; then all their frames are taken. A piece is what is left out of training when it
is scored, so that one long recording can be scored out of fold too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.anomaly.anomaly_features import names_of
from detectors.anomaly.feature_window import WEEK_DAYS, FeatureWindow
from detectors.calibration.aims import DAY_S, RECOVERY_S
from detectors.calibration.hourly_normal import HOUR_S
from detectors.calibration.incident_free import (
    WHOLE_DAY_S,
    CalibrationRun,
    KnownIncident,
    frame_times_s,
    incident_free_frames,
)
from detectors.calibration.out_of_fold import FOLDS
from detectors.charts.site_residuals import LEAST_GAP
from detectors.file_arrays import Integers
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame

LEAST_ROWS = 2000
"""Rows that a model is trained on at least. Chosen: forty for each feature, 17 section-hours of 30-s frames; with fewer, tails of
50 features are those of single vehicles."""


@dataclass(frozen=True, slots=True, eq=False)
class HistoryPiece:
    """Some frames of a recording in order, and the incidents known in them, as calibration takes them."""

    corridor: Corridor
    frames: Sequence[LoopFrame]
    incidents: Sequence[KnownIncident]


@dataclass(frozen=True, slots=True, eq=False)
class HistoryRows:
    """`rows` (T, N, F) of a piece, NaN where not known; `free` (T, N): rows to train on; `stretch` (T,): a number that changes at
    each gap in the frames."""

    rows: Array
    free: Flags
    stretch: Integers

    def unbroken(self, frames: int) -> Flags:
        """Return (T', 1), from the first frame on that has so many: whether there is no gap in the last `frames`."""
        return np.asarray(self.stretch[frames - 1 :] == self.stretch[: max(len(self.stretch) - frames + 1, 0)])[:, None]


def history_pieces(runs: Sequence[CalibrationRun]) -> list[HistoryPiece]:
    """Return the runs in pieces of a day; where that makes fewer than FOLDS, each in FOLDS pieces.

    A recording of less than two days is one piece. An incident that matters in two pieces is known in both.
    """
    pieces = [piece for run in runs for piece in _cut(run, _day_of(run))]
    if len(pieces) < FOLDS:
        pieces = [piece for run in pieces for piece in _cut(run, _part_of(run))]
    return pieces


def _day_of(run: CalibrationRun) -> Integers:
    """Day of each frame, counted from the first: 24 hours each, and a rest that is no whole day is of the last one.

    Not the days of the clock, as in `history_days`: of a recording from noon to noon the hour of the day can be learned only where
    its pieces are whole days.
    """
    times_s = frame_times_s(run)
    last = max(int((np.ptp(times_s) + run.corridor.period_s) / DAY_S) - 1, 0) if len(times_s) else 0
    return np.minimum((times_s - times_s[:1]) // DAY_S, last).astype(np.int32)


def _part_of(run: CalibrationRun) -> Integers:
    """Part of each frame, of FOLDS of one length."""
    return (np.arange(len(run.frames)) * FOLDS // max(len(run.frames), 1)).astype(np.int32)


def _cut(run: CalibrationRun, piece: Integers) -> Iterable[HistoryPiece]:
    for number in np.unique(piece):
        frames = [run.frames[k] for k in np.flatnonzero(piece == number).tolist()]
        begins_s, ends_s = frames[0].time_s - run.corridor.period_s, frames[-1].time_s
        incidents = [
            incident
            for incident in run.incidents or ()
            if incident.onset_s < ends_s and not incident.clearance_s + RECOVERY_S <= begins_s  # NaN: not cleared
        ]
        yield HistoryPiece(run.corridor, frames, incidents)


def rows_of(piece: CalibrationRun, columns: Sequence[int]) -> HistoryRows:
    """Return the rows of a piece with these columns of `anomaly_features.NAMES`."""
    window = FeatureWindow(piece.corridor)
    rows: Array = np.stack([window.step(frame)[:, list(columns)] for frame in piece.frames])
    known = np.isfinite(rows).all(axis=2)
    gap = np.diff(frame_times_s(piece), prepend=piece.frames[0].time_s) > LEAST_GAP * piece.corridor.period_s
    free = np.asarray(known & incident_free_frames(piece, RECOVERY_S))
    return HistoryRows(rows, free, np.cumsum(gap).astype(np.int32))


def one_period_s(detector: str, runs: Sequence[CalibrationRun]) -> float:
    """Return the period of the runs' frames. Raises UserError where they differ, because features count frames."""
    found = sorted({run.corridor.period_s for run in runs})
    if len(found) != 1:
        got = ", ".join(f"{each:g} s" for each in found) or "no recording"
        raise UserError(f"{detector} is trained on frames of one period, got {got} (name recordings of one of them)")
    return found[0]


def check_history(detector: str, history: Sequence[HistoryRows], period_s: float) -> None:
    """Refuse a history with too few rows to train on, in all or outside a fold. Raises UserError with what is needed."""
    counted = [int(each.free.sum()) for each in history]
    fewest = min(sum(counted) - sum(counted[fold::FOLDS]) for fold in range(FOLDS))
    if fewest < LEAST_ROWS:
        hour = period_s / HOUR_S
        raise UserError(
            f"{detector} is trained on what is normal: wanted {LEAST_ROWS} incident-free rows in any {FOLDS - 1} of {FOLDS} parts "
            f"of the recordings (a row is a section's frame with all features known; {LEAST_ROWS * hour:.3g} section-hours), "
            f"got {fewest}, and {sum(counted)} in all (name more recordings, or longer ones)"
        )


def clock_groups(pieces: Sequence[CalibrationRun]) -> tuple[str, ...]:
    """Return the groups of clock features that a history can teach: "hour" where all pieces are whole days, and "day" where they
    cover every day of a week besides."""
    whole = all(np.ptp(frame_times_s(piece)) >= WHOLE_DAY_S for piece in pieces)
    days = {int(np.median(frame_times_s(piece)) // DAY_S) % WEEK_DAYS for piece in pieces}
    return ("hour", "day") if whole and len(days) == WEEK_DAYS else ("hour",) if whole else ()


def feature_names_for(pieces: Sequence[CalibrationRun], groups: Sequence[str]) -> tuple[str, ...]:
    """Return the features of these groups, and of the clock's where the history can teach them."""
    return names_of(*groups, *clock_groups(pieces))
