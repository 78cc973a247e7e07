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
from detectors.calibration.hard_examples import Examples, hard_sample, thinned_sample
from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.outcome import Scoring, outcome_of
from detectors.calibration.scikit_learn import Settings, fit_classifier, scikit_learn
from detectors.calibration.thresholds import outcome, thresholds_for
from detectors.calibration.training_truth import Truth, begun_late, truth_of
from detectors.learned.frame_windows import LaneWindow, StationWindow
from detectors.learned.learned_model_file import LearnedModel, write_learned
from detectors.learned.learned_scorers import Trained, lanes_judged, section_scores
from detectors.learned.neural_networks import Perceptron, Probabilistic, Standard
from scenarios.errors import UserError
from simulator.frame import Array, Flags

FOLDS = 3
"""Parts of the runs, each scored by a model of the others. Chosen; more take longer to train."""
FIRST_LOOK: Settings = {"max_iter": 80, "learning_rate": 0.08, "max_leaf_nodes": 15, "min_samples_leaf": 80}
TREES: Settings = {"max_iter": 300, "learning_rate": 0.06, "max_leaf_nodes": 24, "min_samples_leaf": 50, "max_depth": 8}
"""Of the boosted trees: the first model is small, because it only finds hard rows. Chosen; more trees change little."""
HIDDEN = 12
"""Hidden units of the perceptron. Chosen."""
COMPONENTS, EXEMPLARS, WIDTH = 8, 600, 0.5
"""Of the probabilistic network: principal components kept of 16, rows of either class, and the kernel's width in deviations of a
component. Chosen; more components and exemplars make it slower, a larger width smoother."""


def train_trees(examples: Sequence[Examples], seed: int) -> Trained:
    """Boosted trees on lane windows."""
    rng = np.random.default_rng(seed)
    first = fit_classifier(*thinned_sample(examples, rng), **FIRST_LOOK)
    return fit_classifier(*hard_sample(examples, lambda each: odds_of(first, each), rng), **TREES)


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
    "trees": train_trees,
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
        raise UserError(f"{detector} is trained on known incidents: wanted at least {FOLDS}, got fewer")
    if len({number % FOLDS for number, run in enumerate(runs) if run.incidents}) < 2:
        raise UserError(f"{detector} wants incidents in several recordings, got them all in one fold of {FOLDS}")
    scikit_learn("ensemble", "HistGradientBoostingClassifier")
    runs = [begun_late(run, number) for number, run in enumerate(runs)]
    gather = lane_examples if detector == "trees" else station_examples
    examples = [gather(run) for run in runs]
    fold = np.arange(len(runs)) % FOLDS
    scores: list[Array] = [np.zeros(0)] * len(runs)
    for held in range(FOLDS):
        model = TRAINERS[detector]([each for each, own in zip(examples, fold, strict=True) if own != held], held)
        for number in np.flatnonzero(fold == held):
            scores[number] = section_scores(odds_of(model, examples[number]), examples[number].worth)
    thresholds = thresholds_for(runs, scores, AIMS, scoring)
    found = outcome(runs, scores, thresholds[1.0], Aim(), scoring)
    provenance = {
        "method": f"trained on all runs, thresholds out of fold ({FOLDS}) (detectors/learned/learned_training.py)",
        "detected": f"{found.detections('out of fold', Aim())}, "
        f"{found.false_alarms} false alarms in {found.corridor_days:.2f} corridor-days",
        "sources": sources,
    }
    write_learned(out, LearnedModel(detector, TRAINERS[detector](examples, FOLDS), thresholds, provenance))


def lane_examples(run: CalibrationRun) -> Examples:
    """Lane windows of a run, (T, N, L, F)."""
    window = LaneWindow(run.corridor)
    evidence: Array = np.stack([window.step(frame).astype(np.float32) for frame in run.frames])
    return Examples(evidence, np.stack([lanes_judged(frame) for frame in run.frames]), truth_of(run))


def station_examples(run: CalibrationRun) -> Examples:
    """Station windows of a run as one lane per section, (T, N, 1, F)."""
    window = StationWindow(run.corridor)
    evidence = np.stack([window.step(frame) for frame in run.frames])[:, :, None]
    lanes = truth_of(run)
    truth = Truth(np.asarray(lanes.blocked.any(axis=2, keepdims=True)), lanes.usable, lanes.early, lanes.incidents)
    return Examples(evidence, np.asarray(np.isfinite(evidence[..., [0, 1, 10, 11]]).all(axis=-1)), truth)


def odds_of(model: Trained, each: Examples) -> Array:
    """(T, N, L) log odds of the rows that are judged, -inf elsewhere."""
    odds = np.full(each.worth.shape, -np.inf)
    odds[each.worth] = model.raw(each.evidence[each.worth])
    return odds


def _drawn(examples: Sequence[Examples], seed: int) -> tuple[Array, Flags]:
    rng = np.random.default_rng(seed)
    rows, labels, weights = thinned_sample(examples, rng)
    kept = rng.random(len(rows)) < weights / weights.max()
    return rows[kept], labels[kept]


def _standard(rows: Array) -> Standard:
    return Standard(np.nanmean(rows, axis=0), np.maximum(np.nanstd(rows, axis=0), 1e-6))
