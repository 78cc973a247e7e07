"""Training that stops when the part of the history which it does not see is reconstructed no better.

Rows next to each other share most of their frames, so a held-out row between training rows is known already; what is held out is
therefore blocks of rows in the order of the history.
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from simulator.frame import Flags

BLOCKS = 50
"""Blocks that a history is divided into. Chosen: of five days of seven sections, each of 2.4 h; shorter ones leave held-out rows
beside training rows, longer ones hold out a few hours of the day only."""
HELD_OUT_BLOCK = 10
"""One block in so many is held out. Chosen: a tenth of the history, as the guide does."""

Kept = TypeVar("Kept")


def held_out(rows: int) -> Flags:
    """Return (R,) the rows of a history in order that are held out: the last of every HELD_OUT_BLOCK blocks.

    >>> held_out(100).nonzero()[0].tolist()
    [18, 19, 38, 39, 58, 59, 78, 79, 98, 99]
    """
    block = np.arange(rows) * BLOCKS // max(rows, 1)
    return np.asarray(block % HELD_OUT_BLOCK == HELD_OUT_BLOCK - 1)


def trained_until_best(epoch: Callable[[], float], keep: Callable[[], Kept], most: int, patience: int) -> Kept:
    """Return what `keep()` gave after the epoch with the least loss.

    `epoch()` trains once on all rows and returns the loss on the held-out ones. Training ends after `most` epochs, or when
    `patience` of them in a row brought no lower loss. A loss that is not a number counts as none; the first epoch is kept in any
    case.
    """
    best, least, since = None, np.inf, 0
    for _ in range(most):
        loss = epoch()
        if best is None or loss < least:
            best, least, since = keep(), loss if loss == loss else np.inf, 0
        else:
            since += 1
            if since >= patience:
                break
    if best is None:
        raise ValueError(f"wanted at least one epoch, got {most}")
    return best
