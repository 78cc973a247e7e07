"""Folds by hand: which runs a model is trained on, and which it scores."""

from detectors.calibration.out_of_fold import FOLDS, out_of_fold


def test_every_run_is_scored_by_a_model_of_the_runs_of_other_folds() -> None:
    scored = out_of_fold(5, lambda others, fold: (others, fold), lambda model, run: (run, model))
    by_fold = {0: [1, 2, 4], 1: [0, 2, 3], 2: [0, 1, 3, 4]}
    assert scored == [(run, (by_fold[run % FOLDS], run % FOLDS)) for run in range(5)]


def test_no_model_is_trained_for_a_fold_without_runs() -> None:
    assert out_of_fold(2, lambda others, fold: fold, lambda fold, run: fold) == [0, 1]
