"""Examples for a learned score, and the two looks at them that training takes; needs scikit-learn only where trees are fitted.

    thinned sample --> first look --> all incident-free rows that it finds hard, a few of the others --> second look

Mining hard rows is bootstrapping as in Sung and Poggio (1998): what is rare enough to matter at one false alarm a day is
too rare to be in a thinned sample. Early frames of an incident weigh most, because time to detection is what is asked for;
its late ones are easy and many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import inf, isfinite, nan
from typing import Any

import numpy as np

from detectors.calibration.thresholds import CalibrationRun, KnownIncident, free_sample, times_of
from detectors.tree_ensemble import TreeEnsemble
from scenarios.corridor import Corridor
from scenarios.errors import MissingExtraError
from simulator.frame import Array, Flags, LoopFrame

RECOVERY_S = 900.0
LEARNING_S, LATEST_FRAME = 180.0, 40  # before an incident at least; frames of a run left out at most
UNSEEN_S = 15.0  # after onset, where nobody knows when an incident's first evidence came
FIRST_FRAMES = 2  # of a run say nothing yet
THIN, THIN_DAY, DAY_FRAMES = 0.5, 0.1, 1200  # of incident-free rows are in the thinned sample, of long runs fewer
HARD, EASY = -6.0, 0.04  # log odds from which an incident-free row is kept; share of the others that stands for all
WEIGHTS = ((5, 5.0), (9, 2.0), (16, 0.7), (10_000, 0.3))  # of a blocked lane's frames, by frames since onset

Sample = tuple[Array, Flags, Array]
Settings = dict[str, Any]
Odds = Callable[["Examples"], Array]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What the frames of a run teach: `blocked` (T, N, L) lanes from an incident's first evidence to its clearance;
    `usable` (T, N) incident-free frames, and of an incident's own section those between; `early` (T, N) frames since onset."""

    blocked: Flags
    usable: Flags
    early: Array
    incidents: int


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """One run's rows: `evidence` (T, N, L, F), `worth` (T, N, L) those that are judged at all, and their truth."""

    evidence: Array
    worth: Flags
    truth: Truth


@dataclass(frozen=True, slots=True, eq=False)
class BegunLate:
    """A run whose first frames nobody saw."""

    corridor: Corridor
    frames: Sequence[LoopFrame]
    incidents: Sequence[Any]
    lane_truth: Sequence[Any]


def begun_late(run: CalibrationRun, number: int) -> BegunLate:
    """The run without a number of its first frames drawn by `number`: at least LEARNING_S are left before its incident.

    Simulated incidents come at about the same time after the warm-up. A learner that can tell how long it has been running
    takes that for evidence, and sees no incident before that time on any other road.
    """
    onset_s = min((incident.onset_s for incident in run.incidents or ()), default=inf)
    before = int((times_of(run) <= onset_s - LEARNING_S).sum())
    first = int(np.random.default_rng(number).integers(0, min(before, LATEST_FRAME) + 1))
    return BegunLate(run.corridor, run.frames[first:], run.incidents or (), getattr(run, "lane_truth", ()))


def shows_from_s(incident: KnownIncident) -> float:
    """When an incident first shows, s."""
    known = float(getattr(incident, "earliest_evidence_s", nan))
    return known if isfinite(known) else incident.onset_s + UNSEEN_S


def truth_of(run: CalibrationRun) -> Truth:
    """What the frames of `run` teach."""
    times_s, sections = times_of(run), run.corridor.sections
    blocked = np.zeros((len(times_s), sections, run.corridor.lanes), dtype=np.bool_)
    own = np.zeros((len(times_s), sections), dtype=np.bool_)
    early = np.full(own.shape, 10_000)
    for incident in run.incidents or ():
        section = run.corridor.section_at(incident.position_m)
        cleared = times_s > incident.clearance_s  # never, where it is not known
        shows = (times_s >= shows_from_s(incident)) & ~cleared
        own[shows, section] = True
        for lane in incident.lanes:
            blocked[shows, section, lane] = True
        since = times_s > incident.onset_s
        early[since, section] = np.arange(int(since.sum()))
    usable = free_sample(run, RECOVERY_S) | own
    usable[:FIRST_FRAMES] = False
    return Truth(blocked, usable, early, len(run.incidents or ()))


def weight_of(early: Array) -> Array:
    """The weight of a blocked lane's frames."""
    return np.select([early < until for until, _ in WEIGHTS], [weight for _, weight in WEIGHTS], WEIGHTS[-1][1])


def thinned(examples: Sequence[Examples], rng: np.random.Generator) -> Sample:
    """Rows, labels and weights of a first look."""
    parts = []
    for each in examples:
        share = THIN_DAY if len(each.worth) > DAY_FRAMES else (1.0 if each.truth.incidents else THIN)
        free = _free(each)
        parts.append(_rows(each, free & (rng.random(free.shape) < share), np.ones(free.shape)))
    return _joined(parts)


def mined(examples: Sequence[Examples], odds: Odds, rng: np.random.Generator) -> Sample:
    """Rows, labels and weights of a second look, after a first one that gives the rows these log odds."""
    parts = []
    for each in examples:
        free, hard = _free(each), odds(each) > HARD
        kept = free & (hard | (rng.random(free.shape) < EASY))
        parts.append(_rows(each, kept, np.where(hard, 1.0, 1 / EASY)))
    return _joined(parts)


def _free(each: Examples) -> Flags:
    return np.asarray(each.worth & each.truth.usable[:, :, None] & ~each.truth.blocked)


def _rows(each: Examples, kept: Flags, free_weight: Array) -> Sample:
    blocked = each.worth & each.truth.usable[:, :, None] & each.truth.blocked
    chosen = blocked | kept
    weight = np.where(blocked, weight_of(each.truth.early)[:, :, None], free_weight)
    return each.evidence[chosen], each.truth.blocked[chosen], weight[chosen]


def _joined(parts: Sequence[Sample]) -> Sample:
    rows, labels, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rows, labels, weights


def scikit_learn(module: str, name: str) -> Any:
    """A class of scikit-learn. Raises MissingExtraError naming the extra where it is missing."""
    try:
        import_module("sklearn")
        return getattr(import_module(f"sklearn.{module}"), name)
    except ImportError:
        raise MissingExtraError("training wants scikit-learn: pip install 'laneblock[learned]'") from None


def fit_classifier(rows: Array, labels: Flags, weights: Array | None = None, **settings: Any) -> TreeEnsemble:
    """Boosted trees for log odds. Raises MissingExtraError where scikit-learn is missing."""
    boosting = scikit_learn("ensemble", "HistGradientBoostingClassifier")
    return TreeEnsemble.from_sklearn(boosting(**_given(settings)).fit(rows, labels, weights))


def fit_regressor(rows: Array, values: Array, **settings: Any) -> TreeEnsemble:
    """Boosted trees for a number. Raises MissingExtraError where scikit-learn is missing."""
    boosting = scikit_learn("ensemble", "HistGradientBoostingRegressor")
    return TreeEnsemble.from_sklearn(boosting(**_given(settings)).fit(rows, values))


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    return {"l2_regularization": 5.0, "early_stopping": False, "random_state": 0, **settings}
