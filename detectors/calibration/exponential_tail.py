"""Peaks of a score in incident-free time, and the exponential tail that extrapolates to rarer ones.

.. math::

    x(k) = u + m \\log(K / k)

is the value that k peaks exceed, with u the value below the K largest peaks and m their mean excess over it.
"""

from collections.abc import Iterable
from math import log

import numpy as np

from simulator.frame import Array


def block_peaks(blocks: Iterable[Array]) -> Array:
    """Return the largest value of every column (...) in each block (frames, ...), largest first; values not finite are left out."""
    highest = [block.max(axis=0).ravel() for block in blocks]
    peaks = np.concatenate(highest) if highest else np.zeros(0)
    return np.sort(peaks[np.isfinite(peaks)])[::-1]


def blocks_of(values: Array, frames: int) -> Iterable[Array]:
    """Return consecutive blocks of so many frames of the values (T, ...); the last may be shorter."""
    return (values[start : start + frames] for start in range(0, len(values), frames))


def tail_peaks(peaks: Array, most: int) -> int:
    """Return K, the number of largest peaks that the tail is fitted to: at most `most` and at most half of them."""
    return min(most, len(peaks) // 2)


def tail_value(peaks: Array, exceeding: float, most: int) -> float:
    """Return the value that `exceeding` peaks exceed, from the tail of the `peaks` (largest first); a lone peak itself."""
    tail = tail_peaks(peaks, most)
    if not tail:
        return float(peaks[0])
    excess = float(np.mean(peaks[:tail] - peaks[tail]))
    return float(peaks[tail]) + excess * log(tail / exceeding)
