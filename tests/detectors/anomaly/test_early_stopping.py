"""Which rows are held out, and which epoch is kept."""

from math import nan

import numpy as np
import pytest

from detectors.anomaly.early_stopping import held_out, trained_until_best


def trained(losses: list[float], most: int = 100, patience: int = 2) -> tuple[int, int]:
    """The epoch that is kept, from 1, and the number of epochs."""
    done = [0]

    def epoch() -> float:
        done[0] += 1
        return losses[done[0] - 1]

    return trained_until_best(epoch, lambda: done[0], most, patience), done[0]


def test_a_tenth_of_the_rows_is_held_out() -> None:
    assert held_out(5000).sum() == 500


def test_held_out_rows_stand_in_five_blocks() -> None:
    assert (np.diff(held_out(5000).astype(int)) == 1).sum() == 5


def test_of_fewer_rows_than_blocks_some_are_trained_on() -> None:
    assert [bool((~held_out(rows)).any()) for rows in range(1, 60)] == [True] * 59


def test_the_epoch_with_the_least_loss_is_kept() -> None:
    assert trained([3.0, 1.0, 2.0, 2.5]) == (2, 4)


def test_training_goes_on_while_losses_fall_now_and_then() -> None:
    assert trained([3.0, 3.5, 2.0, 2.5, 1.0, 1.5, 1.6]) == (5, 7)


def test_training_ends_after_the_most_epochs() -> None:
    assert trained([3.0, 2.0, 1.0], most=2) == (2, 2)


def test_a_loss_that_is_no_number_is_never_the_least() -> None:
    assert trained([3.0, nan, 2.0, nan, nan]) == (3, 5)


def test_after_a_first_loss_that_is_no_number_any_other_is_less() -> None:
    assert trained([nan, 5.0, 6.0, 7.0]) == (2, 4)


def test_no_epoch_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one epoch, got 0"):
        trained([], most=0)
