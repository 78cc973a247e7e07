"""Training of the sequential detector on recordings with truth; needs scikit-learn, running the detector does not.

    runs, each as recorded and degraded --> features of lanes with symptoms (training_sample.py)
      lane         boosted trees on a thinned sample; then again on all incident-free frames that those found hard
      section      boosted trees on section features, from the lanes' log odds out of fold
      thresholds   of the joint scores with these log odds out of fold, for 0.1, 1 and 10 false alarms per corridor-day
      platt        logistic regression of the truth on the same scores: calibrated probability
      estimates    estimates_training.py

Out of fold: each run's log odds come from ensembles trained on other runs. The shipped ensembles are then trained on all runs.
Sampling and weights are those of `detectors.calibration.hard_examples`.
"""

from collections.abc import Sequence

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.hard_examples import Examples, fit_lane_trees, weight_of
from detectors.calibration.incident_free import calibration_sample
from detectors.calibration.out_of_fold import FOLDS, out_of_fold
from detectors.calibration.outcome import outcome_at
from detectors.calibration.rates_seen import rates_seen, rates_text
from detectors.calibration.scikit_learn import Settings, fit_classifier, scikit_learn
from detectors.calibration.thresholds import thresholds_for
from detectors.calibration.training_truth import without_first_frames
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.lane_log_odds import LEAST_LOG_ODDS
from detectors.sequential.section_features import SectionFeatures
from detectors.sequential.sequential_model_file import Model
from detectors.sequential.training.estimates_training import train_estimates
from detectors.sequential.training.joint_thresholds import by_event, joint_scores
from detectors.sequential.training.training_sample import RunSample, TrainingRun, degraded_run_sample, run_sample
from detectors.tree_ensemble import TreeEnsemble
from scenarios.errors import UserError
from simulator.frame import Array

# All chosen, the trees' settings too: more or deeper trees take longer and need more recordings.
HARD_SECTION = -4.0  # [log odds] of the leading lane, above which an incident-free section is always an example
EASY_SECTION = 0.03  # [1] share of the others, which stands for all by its weight
FIRST_TREES = 40  # [trees] of a lane's that are evaluated first
FIRST_TREES_LOSE = 0.001  # [1] share of the lanes above LEAST_LOG_ODDS that these may wrongly dismiss
EVERY = 7  # [rows] between two that the first trees' limit is taken from
INCIDENT_SHARE = 10 / 60 / 24 / 7  # [1] of a section's time: one incident of ten minutes per corridor-day of 7 sections
PLATT_C = 1e6  # [1] inverse regularisation: none to speak of

SECTION: Settings = {
    "max_iter": 120,
    "learning_rate": 0.06,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 60,
    "l2_regularization": 10.0,
}


def train(runs: Sequence[TrainingRun], sources: str) -> Model:
    """Return the model trained on `runs`. Raises UserError for too few incidents, MissingExtraError without scikit-learn."""
    if sum(len(run.incidents or ()) for run in runs) < FOLDS:
        raise UserError(
            f"sequential is trained on known incidents: wanted at least {FOLDS}, got fewer "
            "(a history without any calibrates control charts, classical and anomaly detectors)"
        )
    runs = [without_first_frames(run, number) for number, run in enumerate(runs)]
    recorded = [run_sample(run) for run in runs]
    degraded = [degraded_run_sample(run, number) for number, run in enumerate(runs)]
    features, degraded_features = zip(
        *out_of_fold(
            len(runs),
            lambda others, fold: fit_lane_trees(
                [each[run].examples for each in (recorded, degraded) for run in others], fold
            ),
            lambda trees, run: [
                section_features(each[run], example_log_odds(trees, each[run].examples))
                for each in (recorded, degraded)
            ],
        ),
        strict=True,
    )
    scores = out_of_fold(
        len(runs),
        lambda others, _: _section_ensemble(
            [each[run] for each in (recorded, degraded) for run in others],
            [each[run] for each in (features, degraded_features) for run in others],
        ),
        lambda trees, run: section_log_odds(trees, recorded[run], features[run]),
    )
    lane = fit_lane_trees([run.examples for run in recorded + degraded], FOLDS)
    section = _section_ensemble(recorded + degraded, features + degraded_features)
    estimates, clearance_lag_s = train_estimates(recorded, degraded)
    joint = [joint_scores(run, score) for run, score in zip(runs, scores, strict=True)]
    thresholds = thresholds_for(runs, joint, AIMS, by_event)
    found = outcome_at(thresholds[1.0], calibration_sample(runs, Aim().recovery_s), joint, Aim(), by_event)
    days = sum(float(each.times_s[-1] - each.times_s[0]) for each in recorded) / 86400
    return Model(
        names=LANE_NAMES,
        lane=lane,
        section=section,
        **estimates,
        first_trees=FIRST_TREES,
        first_trees_limit=_first_trees_limit(lane, recorded),
        thresholds=thresholds,
        platt=_platt(recorded, joint),
        clearance_lag_s=clearance_lag_s,
        provenance={
            "method": f"hypotheses and boosted trees on lane features, thresholds out of fold ({FOLDS}) (sequential_training.py)",
            "recordings": f"{len(runs)}, {sum(len(run.incidents) for run in runs)} incidents, {days:.2f} days",
            "detected": f"{found.detected} of {found.incidents} out of fold, mean delay {found.delay_s:.1f} s with 600 s for "
            f"a missed one, {found.false_alarms} false alarms in {found.corridor_days:.2f} corridor-days",
            **rates_text(rates_seen(thresholds, runs, joint, by_event)),
            "sources": sources,
        },
        feedback=None,
    )


def example_log_odds(lane: TreeEnsemble, rows: Examples) -> Array:
    """Return (T, N, L), the log odds of lanes with symptoms; LEAST_LOG_ODDS of the others."""
    found = np.full(rows.scored.shape, LEAST_LOG_ODDS)
    found[rows.scored] = np.maximum(lane.raw(rows.features[rows.scored]), LEAST_LOG_ODDS)
    return found


def section_features(run: RunSample, log_odds: Array) -> Array:
    """Return (T, N, F), the sections' features from their lanes' `log_odds` (T, N, L)."""
    source = SectionFeatures(run.corridor.period_s)
    frames = zip(log_odds, run.features, run.judged, strict=True)
    return np.stack([source.step(*frame) for frame in frames]).astype(np.float32)


def section_log_odds(section: TreeEnsemble, run: RunSample, features: Array) -> Array:
    """Return (T, N), LEAST_LOG_ODDS where no lane has a symptom, NaN where no lane can be judged."""
    found = np.full(features.shape[:2], LEAST_LOG_ODDS)
    candidate = features[:, :, 0] > LEAST_LOG_ODDS
    found[candidate] = section.raw(features[candidate])
    return np.where(run.judged.any(axis=2), found, np.nan)


def _section_ensemble(runs: Sequence[RunSample], features: Sequence[Array]) -> TreeEnsemble:
    rng = np.random.default_rng(0)
    rows, labels, weights = [], [], []
    for run, of_run in zip(runs, features, strict=True):
        blocked = np.asarray(run.truth.blocked.any(axis=2))
        leading = of_run[:, :, 0]
        hard = leading > HARD_SECTION
        drawn = rng.random(hard.shape) < EASY_SECTION
        chosen = run.truth.usable & (leading > LEAST_LOG_ODDS) & (blocked | hard | drawn)
        weight = np.where(blocked, weight_of(run.truth.early), np.where(hard, 1.0, 1 / EASY_SECTION))
        rows.append(of_run[chosen])
        labels.append(blocked[chosen])
        weights.append(weight[chosen])
    return fit_classifier(np.concatenate(rows), np.concatenate(labels), np.concatenate(weights), **SECTION)


def _first_trees_limit(lane: TreeEnsemble, runs: Sequence[RunSample]) -> float:
    """Return the log odds of the first trees that all but FIRST_TREES_LOSE of the lanes above LEAST_LOG_ODDS exceed."""
    rows = np.concatenate([run.features[run.symptoms][::EVERY] for run in runs])
    above = rows[lane.raw(rows) > LEAST_LOG_ODDS]
    return float(np.quantile(lane.partial(above, FIRST_TREES), FIRST_TREES_LOSE))


def _platt(runs: Sequence[RunSample], scores: Sequence[Array]) -> tuple[float, float]:
    """Return slope and offset of the log odds of an incident over the score (Platt 1999), at INCIDENT_SHARE of the time."""
    usable = [run.truth.usable & np.isfinite(score) for run, score in zip(runs, scores, strict=True)]
    score = np.concatenate([each[use] for each, use in zip(scores, usable, strict=True)])
    label = np.concatenate(
        [np.asarray(run.truth.blocked.any(axis=2))[use] for run, use in zip(runs, usable, strict=True)]
    )
    weight = np.where(label, INCIDENT_SHARE / label.mean(), (1 - INCIDENT_SHARE) / (1 - label.mean()))
    fitted = scikit_learn("linear_model", "LogisticRegression")(C=PLATT_C).fit(score[:, None], label, weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
