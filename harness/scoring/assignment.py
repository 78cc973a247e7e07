"""One-to-one assignment of least cost: as many pairs as possible, then the least sum of costs."""

import numpy as np
from numpy.typing import NDArray


def assign(cost: NDArray[np.float64]) -> tuple[int | None, ...]:
    """Return for each row the column it is matched to: as many rows as possible, at the least sum of costs.

    `cost` (rows, columns) is infinite where the two may not be matched. A maximum bipartite matching of least weight:
    the assignment problem in which a pair that may not be matched costs more than all others together.
    """
    from scipy.optimize import linear_sum_assignment  # here, because importing it takes longer than scoring a run

    chosen: list[int | None] = [None] * len(cost)
    allowed = np.isfinite(cost)
    if not allowed.any():
        return tuple(chosen)
    forbidden = 1.0 + cost.shape[0] * float(np.abs(cost[allowed]).max())
    rows, columns = linear_sum_assignment(np.where(allowed, cost, forbidden))
    for row, column in zip(rows, columns, strict=True):
        if allowed[row, column]:
            chosen[row] = int(column)
    return tuple(chosen)
