"""Training of the sequential detector on recordings with truth; needs scikit-learn, running the detector does not.

    runs, each also roughened --> evidence of symptomatic lanes
      lane      boosted trees on a thinned sample; then again on all incident-free frames that the first found hard
      section   boosted trees on the lanes' log odds, out of fold
      thresholds  of the sections' log odds, out of fold, for 0.1, 1 and 10 false alarms per corridor-day; before any caution
              (caution.py), which asks a site whether it keeps to them
      beliefs   training_beliefs.py

Out of fold: the runs are dealt into FOLDS; what is said of a run comes from ensembles that have not seen it. The shipped
ensembles are then trained on all runs. Sampling and weights are those of `detectors.calibration.hard_examples`.
"""

from collections.abc import Sequence

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.hard_examples import Examples, hard_sample, thinned_sample, weight_of
from detectors.calibration.scikit_learn import Settings, fit_classifier, scikit_learn
from detectors.calibration.thresholds import outcome, thresholds_for
from detectors.calibration.training_truth import begun_late
from detectors.sequential.section_features import LEAST, SectionEvidence
from detectors.sequential.sequential_model_file import Model
from detectors.sequential.training.estimates_training import train_beliefs
from detectors.sequential.training.training_sample import Gathered, TrainingRun, gather, gather_rough
from detectors.tree_ensemble import TreeEnsemble
from scenarios.errors import UserError
from simulator.frame import Array

FOLDS = 3
HARD_SECTION, EASY_SECTION = -4.0, 0.03
GLANCE_TREES, GLANCE_LOSES = (
    40,
    0.001,
)  # the first trees dismiss lanes, wrongly so few of those that end above LEAST
INCIDENT_SHARE = (
    10 / 60 / 24 / 7
)  # of a section's time, for the posterior: one incident of ten minutes per corridor-day

FIRST_LOOK: Settings = {"max_iter": 80, "learning_rate": 0.08, "max_leaf_nodes": 15, "min_samples_leaf": 80}
LANE: Settings = {"max_iter": 300, "learning_rate": 0.06, "max_leaf_nodes": 24, "min_samples_leaf": 50, "max_depth": 8}
SECTION = {
    "max_iter": 120,
    "learning_rate": 0.06,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 60,
    "l2_regularization": 10.0,
}


def train(runs: Sequence[TrainingRun], sources: str) -> Model:
    """A model for roads like those of `runs` and others.

    Raises UserError without incidents, MissingExtraError without scikit-learn.
    """
    if sum(len(run.incidents) for run in runs) < FOLDS:
        raise UserError(f"sequential is trained on known incidents: wanted at least {FOLDS}, got fewer")
    runs = [begun_late(run, number) for number, run in enumerate(runs)]
    clean = [gather(run) for run in runs]
    rough = [gather_rough(run, number) for number, run in enumerate(runs)]
    fold = (np.arange(len(runs)) % FOLDS).astype(np.int32)
    lanes, rough_lanes = [np.zeros(0)] * len(runs), [np.zeros(0)] * len(runs)
    for out in range(FOLDS):
        kept = [number for number in range(len(runs)) if fold[number] != out]
        ensemble = _lane_ensemble([clean[number] for number in kept] + [rough[number] for number in kept], out)
        for number in np.flatnonzero(fold == out):
            lanes[number] = odds_of(ensemble, clean[number].examples)
            rough_lanes[number] = odds_of(ensemble, rough[number].examples)
    seen = [section_evidence(each, odds) for each, odds in zip(clean, lanes, strict=True)]
    rough_seen = [section_evidence(each, odds) for each, odds in zip(rough, rough_lanes, strict=True)]
    judges = []
    for out in range(FOLDS):
        kept = [number for number in range(len(runs)) if fold[number] != out]
        judges.append(
            _section_ensemble(
                [clean[number] for number in kept] + [rough[number] for number in kept],
                [seen[number] for number in kept] + [rough_seen[number] for number in kept],
            )
        )
    scores = [section_scores(judges[fold[number]], clean[number], seen[number]) for number in range(len(runs))]
    lane = _lane_ensemble(clean + rough, FOLDS)
    section = _section_ensemble(clean + rough, seen + rough_seen)
    glance = _glance(lane, clean)
    beliefs, clearance_lag_s = train_beliefs(clean, rough, fold)
    thresholds = thresholds_for(runs, scores, AIMS)
    found = outcome(runs, scores, thresholds[1.0], Aim())
    days = sum(float(each.times_s[-1] - each.times_s[0]) for each in clean) / 86400
    return Model(
        names=clean[0].names,
        lane=lane,
        section=section,
        **beliefs,
        glance_trees=GLANCE_TREES,
        glance=glance,
        thresholds=thresholds,
        posterior=_posterior(clean, scores),
        clearance_lag_s=clearance_lag_s,
        longest_m=max(float(each.length_m.max()) for each in clean),
        provenance={
            "method": f"boosted trees on evidence of lanes, thresholds out of fold ({FOLDS}) (sequential_training.py)",
            "recordings": f"{len(runs)}, {sum(len(run.incidents) for run in runs)} incidents, {days:.2f} days",
            "detected": f"{found.detected} of {found.incidents} out of fold, mean delay {found.delay_s:.1f} s with 600 s for "
            f"a missed one, {found.false_alarms} false alarms in {found.corridor_days:.2f} corridor-days",
            "sources": sources,
        },
    )


def odds_of(lane: TreeEnsemble, rows: Examples) -> Array:
    """(T, N, L) log odds of the lanes worth it; LEAST of the others."""
    found = np.full(rows.worth.shape, LEAST)
    found[rows.worth] = np.maximum(lane.raw(rows.evidence[rows.worth]), LEAST)
    return found


def section_evidence(run: Gathered, odds: Array) -> Array:
    """(T, N, F) the sections' evidence from their lanes' log odds."""
    source = SectionEvidence(run.period_s, run.names)
    frames = zip(odds, run.evidence, run.judged, strict=True)
    return np.stack([source.step(*frame) for frame in frames]).astype(np.float32)


def section_scores(section: TreeEnsemble, run: Gathered, seen: Array) -> Array:
    """(T, N) the sections' log odds, LEAST where no lane has a symptom, NaN where none can be judged."""
    scores = np.full(seen.shape[:2], LEAST)
    suspect = seen[:, :, 0] > LEAST
    scores[suspect] = section.raw(seen[suspect])
    return np.where(run.judged.any(axis=2), scores, np.nan)


def _lane_ensemble(runs: Sequence[Gathered], seed: int) -> TreeEnsemble:
    """Two looks at the runs' symptomatic lanes."""
    rng, examples = np.random.default_rng(seed), [run.examples for run in runs]
    first = fit_classifier(*thinned_sample(examples, rng), **FIRST_LOOK)
    return fit_classifier(*hard_sample(examples, lambda each: odds_of(first, each), rng), **LANE)


def _section_ensemble(runs: Sequence[Gathered], seen: Sequence[Array]) -> TreeEnsemble:
    rng = np.random.default_rng(0)
    rows, labels, weights = [], [], []
    for run, evidence in zip(runs, seen, strict=True):
        blocked = np.asarray(run.truth.blocked.any(axis=2))
        leading = evidence[:, :, 0]
        hard = leading > HARD_SECTION
        drawn = rng.random(hard.shape) < EASY_SECTION
        chosen = run.truth.usable & (leading > LEAST) & (blocked | hard | drawn)
        weight = np.where(blocked, weight_of(run.truth.early), np.where(hard, 1.0, 1 / EASY_SECTION))
        rows.append(evidence[chosen])
        labels.append(blocked[chosen])
        weights.append(weight[chosen])
    return fit_classifier(np.concatenate(rows), np.concatenate(labels), np.concatenate(weights), **SECTION)


def _glance(lane: TreeEnsemble, runs: Sequence[Gathered]) -> float:
    """What the first trees say at least of a lane that all trees find suspicious, but for GLANCE_LOSES of them."""
    rows = np.concatenate([run.evidence[run.worth][::7] for run in runs])
    suspicious = rows[lane.raw(rows) > LEAST]
    return float(np.quantile(lane.partial(suspicious, GLANCE_TREES), GLANCE_LOSES))


def _posterior(runs: Sequence[Gathered], scores: Sequence[Array]) -> tuple[float, float]:
    """Slope and offset of the log odds of an incident over the score (Platt 1999), at INCIDENT_SHARE of the time."""
    usable = [run.truth.usable & np.isfinite(score) for run, score in zip(runs, scores, strict=True)]
    score = np.concatenate([each[use] for each, use in zip(scores, usable, strict=True)])
    label = np.concatenate(
        [np.asarray(run.truth.blocked.any(axis=2))[use] for run, use in zip(runs, usable, strict=True)]
    )
    weight = np.where(label, INCIDENT_SHARE / label.mean(), (1 - INCIDENT_SHARE) / (1 - label.mean()))
    fitted = scikit_learn("linear_model", "LogisticRegression")(C=1e6).fit(score[:, None], label, weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
