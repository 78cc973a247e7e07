"""Thresholds of the joint score, and its calibration as a probability, from recordings.

    runs, log odds of the trees by run (out of fold, or of trees that saw none of the runs) --> joint scores, as when detecting
      thresholds   for 0.1, 1 and 10 false alarms per corridor-day; alarms of one event are one (NEAR_M, OPEN_S)
      platt        logistic regression of the truth on the joint scores, at INCIDENT_SHARE of a section's time

Trees need not be trained again: with the trees of a model that saw none of the runs, `retuned` gives that model other thresholds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.incident_free import CalibrationRun, CalibrationSample
from detectors.calibration.outcome import Outcome, alarm_starts, outcome_of
from detectors.calibration.rates_seen import rates_seen, rates_text
from detectors.calibration.thresholds import thresholds_for
from detectors.sequential.decision.joint_scorer import JointScorer
from detectors.sequential.decision.open_events import NEAR_M, OPEN_S
from detectors.sequential.section_scorer import SectionScorer
from detectors.sequential.sequential_model_file import Model
from detectors.threshold_detector import frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame


class StoredLogOdds:
    """Log odds (T, N) of a run's sections, one frame at a time."""

    def __init__(self, log_odds: Array) -> None:
        self._rows: Iterator[Array] = iter(log_odds)

    def score(self, frame: LoopFrame) -> Array:
        """Return the next frame's."""
        return next(self._rows)


def joint_scores(run: CalibrationRun, log_odds: Array | None = None, model: Model | None = None) -> Array:
    """Return (T, N) joint scores of a run, from stored `log_odds` (T, N) or from the trees of `model`."""
    if model is not None:
        trees: StoredLogOdds | SectionScorer = SectionScorer(run.corridor, model)
    else:
        assert log_odds is not None
        trees = StoredLogOdds(log_odds)
    scorer = JointScorer(run.corridor, trees)
    return np.stack([scorer.score(frame) for frame in run.frames])


def by_event(sample: CalibrationSample, alarms: Sequence[Flags], aim: Aim) -> Outcome:
    """Return what the alarms do when those near an open event are left out (a `Scoring` of `detectors.calibration`)."""
    kept = [_without_repeats(alarm, run.corridor) for alarm, run in zip(alarms, sample.runs, strict=True)]
    return outcome_of(sample, kept, aim)


def _without_repeats(alarm: Flags, corridor: Corridor) -> Flags:
    """Return (T, N) the alarms less those that begin near another one that is on or ended up to OPEN_S ago."""
    position_m = np.array([station.position_m for station in corridor.stations])
    middle = (position_m[1:] + position_m[:-1]) / 2
    lasting = frames_in(OPEN_S, corridor.period_s)
    kept, began = alarm.copy(), alarm_starts(alarm)
    for frame, section in np.argwhere(began):
        near = (np.abs(middle - middle[section]) <= NEAR_M) | (np.abs(np.arange(len(middle)) - section) <= 1)
        near[section] = False
        if alarm[max(frame - lasting, 0) : frame, near].any():
            ends = np.flatnonzero(~alarm[frame:, section])
            kept[frame : frame + ends[0] if len(ends) else None, section] = False
    return kept


def retuned(model: Model, runs: Sequence[CalibrationRun], sources: str) -> Model:
    """Return `model` with thresholds from `runs`, which its trees must not have seen. Raises UserError without scores."""
    scores = [joint_scores(run, model=model) for run in runs]
    thresholds = thresholds_for(runs, scores, AIMS, by_event)
    rates = rates_text(rates_seen(thresholds, runs, scores, by_event))
    return replace(model, thresholds=thresholds, provenance={**model.provenance, **rates, "thresholds": sources})
