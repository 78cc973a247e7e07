"""Training of the learned anomaly detectors on a history of normal traffic; no incident is needed, and known ones are left out.

    recordings -> pieces (`normal_history`) -> rows -> FOLDS models, each scoring the pieces it was not trained on -> thresholds
                                                    -> one model of all pieces, shipped

Incidents that are known serve to count how many are detected out of fold, for the provenance; nothing is chosen by them.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from detectors.anomaly.anomaly_features import NAMES
from detectors.anomaly.anomaly_model_file import TrainedAnomalyDetector, write_anomaly
from detectors.anomaly.anomaly_models import ANOMALY_MODELS, AnomalyModel
from detectors.anomaly.anomaly_scorer import novelty_of
from detectors.anomaly.normal_history import (
    HistoryRows,
    check_history,
    feature_names_for,
    history_pieces,
    one_period_s,
    rows_of,
)
from detectors.anomaly.novelty_model import NoveltyModel
from detectors.anomaly.standard_rows import StandardRows
from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.incident_free import CalibrationRun, calibration_sample
from detectors.calibration.out_of_fold import FOLDS, out_of_fold
from detectors.calibration.outcome import Scoring, outcome_at, outcome_of
from detectors.calibration.rates_seen import rates_seen, rates_text
from detectors.calibration.thresholds import thresholds_for
from simulator.frame import Array

MOST_NUMBERS = 20_000_000
"""Numbers in the rows that a model is trained on at most; of more, rows are drawn. Chosen: 160 MB; 5 days of 8 stations have 4
million, and in sequences of 24 frames of nine features 22 million."""

FRAMES_AT_ONCE = 100
"""Frames whose sequences are scored together. Chosen: fast on a few sections, 30 MB on a hundred."""


def train_anomaly(
    detector: str, runs: Sequence[CalibrationRun], out: Path, sources: str, scoring: Scoring = outcome_of
) -> None:
    """Write a model trained on all runs, with thresholds from scores out of fold.

    Raises UserError for too little history, MissingExtraError without the library that trains it.
    """
    kind = ANOMALY_MODELS[detector]
    kind.library()
    period_s = one_period_s(detector, runs)
    pieces = history_pieces(runs)
    names = kind.features + feature_names_for(pieces, () if kind.features else kind.groups)
    columns = [NAMES.index(name) for name in names]
    history = [rows_of(piece, columns) for piece in pieces]
    check_history(detector, history, period_s)
    scores = out_of_fold_scores(kind, history)
    thresholds = thresholds_for(pieces, scores, AIMS, scoring)
    sample = calibration_sample(pieces, Aim().recovery_s)
    found = outcome_at(thresholds[1.0], sample, scores, Aim(), scoring)
    standard, model = _fitted(kind, history, FOLDS)
    rows = sum(int(each.free.sum()) for each in history)
    provenance = {
        "method": f"trained on all pieces, thresholds out of fold ({FOLDS}) (detectors/anomaly/anomaly_training.py)",
        "history": f"{rows} incident-free rows of {len(pieces)} pieces of {len(runs)} recordings",
        "detected": f"{found.detections('out of fold', Aim())}, "
        f"{found.false_alarms} false alarms in {found.corridor_days:.2f} corridor-days",
        **rates_text(rates_seen(thresholds, pieces, scores, scoring)),
        "sources": sources,
    }
    write_anomaly(out, TrainedAnomalyDetector(detector, names, standard, model, thresholds, provenance, period_s))


def out_of_fold_scores(kind: AnomalyModel, history: Sequence[HistoryRows], seed: int = 0) -> list[Array]:
    """Return (T, N) of each piece, the novelty by a model that was not trained on it; fold k's model has the seed `seed` + k."""
    return out_of_fold(
        len(history),
        lambda others, fold: _fitted(kind, [history[piece] for piece in others], seed + fold),
        lambda fitted, piece: _scores(kind, fitted, history[piece]),
    )


Fitted = tuple[StandardRows, NoveltyModel]


def _fitted(kind: AnomalyModel, history: Sequence[HistoryRows], seed: int) -> Fitted:
    standard = StandardRows.of(np.concatenate([each.rows[each.free] for each in history]))
    rng = np.random.default_rng(seed)
    features = history[0].rows.shape[2]
    available = sum(int(each.free.sum()) for each in history)
    share = min(1.0, MOST_NUMBERS / (available * features * kind.frames))
    return standard, kind.train(standard.apply(_drawn(kind.frames, history, share, rng)), seed)


def _drawn(frames: int, history: Sequence[HistoryRows], share: float, rng: np.random.Generator) -> Array:
    """Rows (R, F), or sequences (R, T, F) of which every frame is to be trained on; a share of them at random."""
    drawn = []
    for each in history:
        free = each.free[frames - 1 :] & each.unbroken(frames)
        for back in range(1, frames):
            free &= each.free[frames - 1 - back : len(each.free) - back]
        chosen = free if share == 1.0 else free & (rng.random(free.shape) < share)
        drawn.append((_sequences(each.rows, frames) if frames > 1 else each.rows)[chosen])
    return np.concatenate(drawn)


def _sequences(rows: Array, frames: int) -> Array:
    """(T', N, frames, F) of rows (T, N, F): those that end in each frame from the first full one on."""
    if len(rows) < frames:
        return np.zeros((0, rows.shape[1], frames, rows.shape[2]))
    return np.moveaxis(sliding_window_view(rows, frames, axis=0), -1, 2)


def _scores(kind: AnomalyModel, fitted: Fitted, each: HistoryRows) -> Array:
    """(T, N) novelty of a piece, as `AnomalyScorer` gives it."""
    standard, model = fitted
    rows = standard.apply(each.rows)
    if kind.frames == 1:
        return novelty_of(model, rows.reshape(-1, rows.shape[2])).reshape(rows.shape[:2])
    scores, sequences = np.full(rows.shape[:2], np.nan), _sequences(rows, kind.frames)
    for first in range(0, len(sequences), FRAMES_AT_ONCE):
        some = sequences[first : first + FRAMES_AT_ONCE]
        found = novelty_of(model, some.reshape(-1, *some.shape[2:])).reshape(some.shape[:2])
        scores[first + kind.frames - 1 :][: len(some)] = found
    scores[kind.frames - 1 :][~each.unbroken(kind.frames)[:, 0]] = np.nan
    return scores
