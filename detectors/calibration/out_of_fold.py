"""Results out of fold: each run is scored by a model that was trained on the other runs."""

from collections.abc import Callable
from typing import TypeVar

FOLDS = 3
"""Parts that the runs are divided into, each scored by a model of the others. Chosen; more take longer to train."""

Trained = TypeVar("Trained")
Result = TypeVar("Result")


def out_of_fold(
    runs: int, train: Callable[[list[int], int], Trained], score: Callable[[Trained, int], Result]
) -> list[Result]:
    """Return `score(model, run)` for each run by its number, with the model of its fold.

    `train(numbers, fold)` returns the model trained on the runs with these numbers. Run k is in fold k modulo FOLDS.
    """
    results: dict[int, Result] = {}
    for fold in range(min(FOLDS, runs)):
        model = train([run for run in range(runs) if run % FOLDS != fold], fold)
        results |= {run: score(model, run) for run in range(fold, runs, FOLDS)}
    return [results[run] for run in range(runs)]
