"""Exemplars: rows of the history that a model keeps, and the distances of new rows to them.

    rows of the history --> rounded --> each once --> as many as a model may keep, by chance --> exemplars (E, F)

What is trained is what is written: exemplars are rounded before a model is fitted to them, not after. Distances are Euclidean, in
standard deviations; those of a few rows at a time are held in memory.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from detectors.file_schema import misfit
from detectors.tree_file import MOST_FEATURES
from scenarios.errors import UserError
from simulator.frame import Array

Indices = NDArray[np.intp]

EXEMPLARS = 2500
"""Rows of the history that a model keeps at most. Chosen: 48 features of so many rows are 0.8 MB of text. Twice as many double the
file and the time of a frame, and a new row's nearest exemplar is then nearer by a twentieth."""
LEAST_EXEMPLARS = 1000
"""Different rows that a model is trained on at least. Chosen: with fewer, the 400 neighbours of `lof` are most of them."""
DECIMALS = 2
"""Decimals of a standard deviation that are kept. Chosen: new rows are whole deviations away from the nearest exemplar; a third
decimal makes a file a seventh larger and moves scores by some thousandths."""
DISTANCES_AT_ONCE = 1_000_000
"""Distances held together. Chosen: 8 MB; with more, neither time nor result changes, only memory."""
MOST_EXEMPLARS = 20_000
"""Exemplars in a file at most. Chosen: a frame of 4,000 sections would take seconds with so many."""


def exemplars_of(rows: Array, seed: int, detector: str, most: int = EXEMPLARS) -> Array:
    """Return (E, F), `most` different rows at most of the finite rows (R, F), rounded, drawn with `seed`.

    Raises UserError naming the `detector` where the history has fewer than LEAST_EXEMPLARS different rows.
    """
    rounded = np.round(rows, DECIMALS) + 0.0  # no -0.0 beside 0.0
    _, first = np.unique(rounded, axis=0, return_index=True)
    if len(first) < LEAST_EXEMPLARS:
        raise UserError(
            f"{detector} learns from the history: wanted at least {LEAST_EXEMPLARS} different rows without an unknown value, "
            f"got {len(first)} (too few frames, or loops that repeat themselves?)"
        )
    drawn = np.random.default_rng(seed).permutation(np.sort(first))[:most]
    return np.asarray(rounded[np.sort(drawn)])


def squared_distances(rows: Array, exemplars: Array) -> Iterator[tuple[slice, Array]]:
    """Yield the rows (R, F) by parts: which rows, and (part, E) their squared distances to the exemplars (E, F), 0 or more."""
    norms, turned = (exemplars**2).sum(axis=1), np.ascontiguousarray(-2 * exemplars.T)
    step = max(1, DISTANCES_AT_ONCE // len(exemplars))
    for first in range(0, len(rows), step):
        part = rows[first : first + step]
        squared = part @ turned
        squared += norms
        squared += (part**2).sum(axis=1)[:, None]
        yield slice(first, first + len(part)), np.maximum(squared, 0.0, out=squared)


def nearest(rows: Array, exemplars: Array) -> tuple[Array, Indices]:
    """Return (R,) the distances of the rows to their nearest exemplars, and (R,) the numbers of these."""
    distance, number = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.intp)
    for part, squared in squared_distances(rows, exemplars):
        number[part] = squared.argmin(axis=1)
        distance[part] = np.sqrt(squared[np.arange(len(squared)), number[part]])
    return distance, number


def check_exemplars(exemplars: Array, at: str, named: str) -> None:
    """Raise a misfit `at` a place of a file unless it holds no more exemplars, and features of each, than a model may have."""
    rows, features = exemplars.shape
    if rows > MOST_EXEMPLARS or not 1 <= features <= MOST_FEATURES:
        wanted = f"1 to {MOST_EXEMPLARS} {named} of 1 to {MOST_FEATURES} numbers"
        raise misfit(at, f"wanted {wanted}, got {rows} of {features}")


def check_numbers(values: Array, exemplars: Array, at: str, named: str) -> None:
    """Raise a misfit `at` a place of a file unless it holds a positive number for each exemplar; `named` are the exemplars."""
    if len(values) != len(exemplars):
        raise misfit(at, f"wanted {len(exemplars)} numbers, one for each of the {named}, got {len(values)}")
    if not (values > 0).all():
        bad = int(np.argmin(values > 0))
        raise misfit(f"{at}[{bad}]", f"wanted a number above 0, got {values[bad]:g}")
