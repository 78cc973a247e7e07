r"""`lof`: how much sparser the history is about a row than about the row's neighbours (Breunig, Kriegel, Ng and Sander 2000).

With N(x) the k nearest exemplars of a row x, d the distance and d_k(o) that from exemplar o to its own k-th neighbour,

.. math::
    \mathrm{reach}(x, o) = \max(d_k(o), d(x, o)), \quad
    \mathrm{lrd}(x) = 1 / \overline{\mathrm{reach}(x, o)}, \quad
    \mathrm{novelty}(x) = \overline{\mathrm{lrd}(o)} / \mathrm{lrd}(x)

means over o in N(x): reachability distance, local reachability density and local outlier factor (definitions 5 to 7 of the
paper). About 1 within the history; 2 where the history is half as dense about x as about its neighbours. In novelty mode x is not
among the exemplars and changes no density. What is far in dense traffic, such as the night's, may be near in sparse traffic, such
as a queue's: that is what the ratio is for.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field, model_validator

from detectors.anomaly.exemplars import (
    LEAST_EXEMPLARS,
    check_exemplars,
    check_numbers,
    exemplars_of,
    nearest,
    squared_distances,
)
from detectors.calibration.scikit_learn import scikit_learn
from detectors.file_arrays import Matrix, Weights
from detectors.file_schema import FileSchema, misfit
from simulator.frame import Array

NEIGHBOURS = 400
"""k. Chosen on the battery `calibration` (`python -m benchmarks.novelty_settings`). With the guide's 20, a queue's neighbours
are the few other queues of the history, as sparse as it is, and its factor is that of normal rows: 22 of 220 incidents are
detected, 103 with 200 and 111 with 400."""
SAME = 1e-10
"""Added to a mean reachability distance, standard deviations, as scikit-learn does: a density of equal rows stays finite."""


@dataclass(frozen=True, slots=True, eq=False)
class Lof:
    """Exemplars (E, F), `reach` (E,) the distance of each to its k-th neighbour, `density` (E,) its lrd; k is `neighbours`."""

    exemplars: Array
    reach: Array
    density: Array
    neighbours: int

    @property
    def features(self) -> int:
        """F, the numbers of a row."""
        return int(self.exemplars.shape[1])

    def novelty(self, rows: Array) -> Array:
        """Return (R,) local outlier factors of the rows (R, F)."""
        factor = np.zeros(len(rows))
        for part, squared in squared_distances(rows, self.exemplars):
            near = np.argpartition(squared, self.neighbours - 1, axis=1)[:, : self.neighbours]
            distance = np.sqrt(np.take_along_axis(squared, near, axis=1))
            reach = np.maximum(distance, self.reach[near]).mean(axis=1)
            factor[part] = self.density[near].mean(axis=1) * (reach + SAME)
        return factor

    def parts(self, rows: Array) -> Array:
        """Return (R, F) the rows less their nearest exemplars, in standard deviations."""
        return np.asarray(rows - self.exemplars[nearest(rows, self.exemplars)[1]])

    def to_json(self) -> dict[str, Any]:
        """Return what a file holds."""
        return {
            "neighbours": self.neighbours,
            "reach": self.reach.tolist(),
            "density": self.density.tolist(),
            "exemplars": self.exemplars.tolist(),
        }


class LofFile(FileSchema):
    """Keys of a model of `lof`."""

    neighbours: Annotated[int, Field(ge=1, le=LEAST_EXEMPLARS)]
    reach: Weights
    density: Weights
    exemplars: Matrix

    @model_validator(mode="after")
    def _fits(self) -> Self:
        check_exemplars(self.exemplars, ".exemplars", "exemplars")
        check_numbers(self.reach, self.exemplars, ".reach", "exemplars")
        check_numbers(self.density, self.exemplars, ".density", "exemplars")
        if self.neighbours >= len(self.exemplars):
            raise misfit(".neighbours", f"wanted fewer than the {len(self.exemplars)} exemplars, got {self.neighbours}")
        return self

    def trained(self) -> Lof:
        """Return the model."""
        return Lof(self.exemplars, self.reach, self.density, self.neighbours)


def train_lof(rows: Array, seed: int, neighbours: int = NEIGHBOURS) -> Lof:
    """Return the exemplars among finite standardised rows (R, F) of the history, with their densities.

    Raises UserError for too few rows, MissingExtraError without scikit-learn.
    """
    factors = scikit_learn("neighbors", "LocalOutlierFactor")
    exemplars = exemplars_of(rows, seed, "lof")
    distances, near = factors(n_neighbors=neighbours, novelty=True).fit(exemplars).kneighbors()
    reach = distances[:, -1]
    density = 1 / (np.maximum(distances, reach[near]).mean(axis=1) + SAME)
    return Lof(exemplars, reach, density, neighbours)
