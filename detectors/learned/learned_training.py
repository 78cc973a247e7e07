"""Training of the learned detectors on recordings; needs scikit-learn (the extra `learned`).

    runs --> windows of every frame --> FOLDS models, each scoring the runs it was not trained on --> thresholds
                                    --> one model of all runs, shipped

The trees are trained twice, on a thinned and on a hard sample (`detectors.calibration.hard_examples`); the networks once, on the
thinned one: more rows would hardly change so few weights.
"""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.hard_examples import Examples, fit_lane_trees, thinned_sample
from detectors.calibration.incident_free import CalibrationRun, calibration_sample
from detectors.calibration.out_of_fold import FOLDS, out_of_fold
from detectors.calibration.outcome import Scoring, outcome_at, outcome_of
from detectors.calibration.rates_seen import rates_seen, rates_text
from detectors.calibration.scikit_learn import scikit_learn
from detectors.calibration.thresholds import thresholds_for
from detectors.calibration.training_truth import Truth, training_truth, without_first_frames
from detectors.learned.frame_windows import LaneWindow, StationWindow
from detectors.learned.learned_model_file import LearnedModel, write_learned
from detectors.learned.learned_scorers import Trained, lanes_judged, section_scores
from detectors.learned.neural_networks import Perceptron, Probabilistic, Standard
from scenarios.errors import UserError
from simulator.frame import Array, Flags

HIDDEN = 12
"""Hidden units of the perceptron. Chosen."""
COMPONENTS, EXEMPLARS, WIDTH = 8, 600, 0.5
"""Of the probabilistic network: principal components kept of 16, rows of either class, and the kernel's width in deviations of a
component. Chosen; more components and exemplars make it slower, a larger width smoother."""


def train_mlp(examples: Sequence[Examples], seed: int) -> Trained:
    """A multi-layer perceptron on station windows; rows are drawn by their weights, because its training takes none."""
    rows, labels = _drawn(examples, seed)
    standard = _standard(rows)
    network = scikit_learn("neural_network", "MLPClassifier")(
        hidden_layer_sizes=(HIDDEN,),
        activation="tanh",
        alpha=1e-3,
        max_iter=60,
        early_stopping=False,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scikit_learn("exceptions", "ConvergenceWarning"))
        network.fit(standard.apply(rows), labels)
    hidden, output = network.coefs_
    hidden_bias, output_bias = network.intercepts_
    return Perceptron(standard, hidden, hidden_bias, output[:, 0], float(output_bias[0]))


def train_pnn(examples: Sequence[Examples], seed: int) -> Trained:
    """A probabilistic neural network on station windows: exemplars drawn from either class."""
    rows, labels = _drawn(examples, seed)
    standard = _standard(rows)
    analysis = scikit_learn("decomposition", "PCA")(COMPONENTS).fit(standard.apply(rows))
    turn = analysis.components_.T / np.sqrt(analysis.explained_variance_)
    turned, rng = standard.apply(rows) @ turn, np.random.default_rng(seed)
    chosen = [rng.permutation(np.flatnonzero(labels == label))[:EXEMPLARS] for label in (True, False)]
    return Probabilistic(standard, turn, turned[chosen[0]], turned[chosen[1]], WIDTH)


TRAINERS: dict[str, Callable[[Sequence[Examples], int], Trained]] = {
    "trees": fit_lane_trees,
    "mlp": train_mlp,
    "pnn": train_pnn,
}


def train_learned(
    detector: str, runs: Sequence[CalibrationRun], out: Path, sources: str, scoring: Scoring = outcome_of
) -> None:
    """Write a model trained on all runs, with thresholds from scores out of fold.

    Raises UserError, MissingExtraError without scikit-learn.
    """
    if sum(len(run.incidents or ()) for run in runs) < FOLDS:
        raise UserError(
            f"{detector} is trained on known incidents: wanted at least {FOLDS}, got fewer "
            "(a history without any calibrates control charts, classical and anomaly detectors)"
        )
    if len({number % FOLDS for number, run in enumerate(runs) if run.incidents}) < 2:
        raise UserError(f"{detector} needs incidents in several recordings, got them all in one fold of {FOLDS}")
    scikit_learn("ensemble", "HistGradientBoostingClassifier")
    runs = [without_first_frames(run, number) for number, run in enumerate(runs)]
    examples_of, trainer = lane_examples if detector == "trees" else station_examples, TRAINERS[detector]
    examples = [examples_of(run) for run in runs]
    scores = out_of_fold(
        len(runs),
        lambda others, fold: trainer([examples[run] for run in others], fold),
        lambda model, run: section_scores(odds_of(model, examples[run]), examples[run].scored),
    )
    thresholds = thresholds_for(runs, scores, AIMS, scoring)
    found = outcome_at(thresholds[1.0], calibration_sample(runs, Aim().recovery_s), scores, Aim(), scoring)
    provenance = {
        "method": f"trained on all runs, thresholds out of fold ({FOLDS}) (detectors/learned/learned_training.py)",
        "detected": f"{found.detections('out of fold', Aim())}, "
        f"{found.false_alarms} false alarms in {found.corridor_days:.2f} corridor-days",
        **rates_text(rates_seen(thresholds, runs, scores, scoring)),
        "sources": sources,
    }
    write_learned(out, LearnedModel(detector, trainer(examples, FOLDS), thresholds, provenance))


def lane_examples(run: CalibrationRun) -> Examples:
    """Lane windows of a run, (T, N, L, F)."""
    window = LaneWindow(run.corridor)
    evidence: Array = np.stack([window.step(frame).astype(np.float32) for frame in run.frames])
    return Examples(evidence, np.stack([lanes_judged(frame) for frame in run.frames]), training_truth(run))


def station_examples(run: CalibrationRun) -> Examples:
    """Station windows of a run as one lane per section, (T, N, 1, F)."""
    window = StationWindow(run.corridor)
    evidence = np.stack([window.step(frame) for frame in run.frames])[:, :, None]
    lanes = training_truth(run)
    truth = Truth(np.asarray(lanes.blocked.any(axis=2, keepdims=True)), lanes.usable, lanes.early, lanes.incidents)
    return Examples(evidence, np.asarray(np.isfinite(evidence[..., [0, 1, 10, 11]]).all(axis=-1)), truth)


def odds_of(model: Trained, each: Examples) -> Array:
    """Return (T, N, L) log odds of the rows that are judged, -inf elsewhere."""
    odds = np.full(each.scored.shape, -np.inf)
    odds[each.scored] = model.raw(each.features[each.scored])
    return odds


def _drawn(examples: Sequence[Examples], seed: int) -> tuple[Array, Flags]:
    rng = np.random.default_rng(seed)
    rows, labels, weights = thinned_sample(examples, rng)
    kept = rng.random(len(rows)) < weights / weights.max()
    return rows[kept], labels[kept]


def _standard(rows: Array) -> Standard:
    return Standard(np.nanmean(rows, axis=0), np.maximum(np.nanstd(rows, axis=0), 1e-6))
