r"""`dbscan`: how far a row is from the clusters that DBSCAN finds in the history (Ester, Kriegel, Sander and Xu 1996).

A row of the history is a **core point** where at least `min_samples` rows of it, itself among them, are within `eps`. Core
points within `eps` of each other belong to one cluster. A row that is no core point is a **border** point of a cluster where a
core point is within `eps`, else **noise** (definitions 1 to 6 of the paper). For a row x and the core points C,

.. math:: \mathrm{novelty}(x) = \min_{c \in C} |x - c| / \mathrm{eps}

so 1 or less is core or border, and above 1 is noise: of the history's own rows, exactly those that DBSCAN labels so.

A new row is judged by the same rule and never counted: it makes no row core, so its label does not depend on which rows came
before it. Were it counted, noise would become core or border in two cases: `min_samples` - 1 rows, none of them core, are within
`eps` of it; or a row within `eps` lacks just one to be core. And were rows counted as they come, a long anomaly would become a
cluster of its own. Which cluster a row is nearest to does not change the score, so only the core points are kept.

`eps` is the quantile CORE_SHARE, over the history, of the distance to the `min_samples`-th nearest row, itself the first: the
sorted k-distance graph of section 4.2 of the paper, cut at a stated share instead of by eye. So this share of the history is core.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field, model_validator

from detectors.anomaly.exemplars import check_exemplars, exemplars_of, nearest
from detectors.calibration.scikit_learn import scikit_learn
from detectors.file_arrays import Matrix
from detectors.file_schema import LARGEST_WEIGHT, FileSchema
from simulator.frame import Array

MIN_SAMPLES = 5
"""Rows within eps that make a core point, itself among them. Chosen: as in the guide; with 20, eps is wider and as many
incidents are detected."""
CORE_SHARE = 0.9
"""Share of the history that is core. Chosen: with 0.98, queues of the history are core too, and fewer incidents are detected."""


@dataclass(frozen=True, slots=True, eq=False)
class Dbscan:
    """Core points (C, F) of the history, and `eps`, in standard deviations."""

    core: Array
    eps: float

    @property
    def features(self) -> int:
        """F, the numbers of a row."""
        return int(self.core.shape[1])

    def novelty(self, rows: Array) -> Array:
        """Return (R,) distances of the rows (R, F) to the nearest core point, in eps: above 1 is noise."""
        return nearest(rows, self.core)[0] / self.eps

    def parts(self, rows: Array) -> Array:
        """Return (R, F) the rows less their nearest core points, in standard deviations."""
        return np.asarray(rows - self.core[nearest(rows, self.core)[1]])

    def to_json(self) -> dict[str, Any]:
        """Return what a file holds."""
        return {"eps": self.eps, "core": self.core.tolist()}


class DbscanFile(FileSchema):
    """Keys of a model of `dbscan`."""

    eps: Annotated[float, Field(ge=0.001, le=LARGEST_WEIGHT)]
    core: Matrix

    @model_validator(mode="after")
    def _fits(self) -> Self:
        check_exemplars(self.core, ".core", "core points")
        return self

    def trained(self) -> Dbscan:
        """Return the model."""
        return Dbscan(self.core, self.eps)


def train_dbscan(rows: Array, seed: int, min_samples: int = MIN_SAMPLES, core_share: float = CORE_SHARE) -> Dbscan:
    """Return the core points of finite standardised rows (R, F) of the history.

    Raises UserError for too few rows, MissingExtraError without scikit-learn.
    """
    clustering, neighbours = scikit_learn("cluster", "DBSCAN"), scikit_learn("neighbors", "NearestNeighbors")
    history = exemplars_of(rows, seed, "dbscan")
    # A row is its own nearest neighbour, at distance 0, as it counts itself in min_samples.
    distances = neighbours(n_neighbors=min_samples).fit(history).kneighbors(history)[0]
    eps = float(np.quantile(distances[:, -1], core_share))
    clusters = clustering(eps=eps, min_samples=min_samples).fit(history)
    return Dbscan(history[clusters.core_sample_indices_], eps)
