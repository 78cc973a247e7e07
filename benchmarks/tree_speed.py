"""CPU time per row of the trees of `sequential`: the walk for few rows, and levels for many.

    python -m benchmarks.tree_speed [ROWS]       2000 rows without an argument; wanted: levels under 10 us a row for `lane`

Rows are random, with one value in ten missing. Best of REPEATS measurements; both must give the same predictions to the bit.
"""

import sys
from time import process_time

import numpy as np

from detectors.sequential.sequential_model_file import ENSEMBLES, shipped_model
from detectors.tree_ensemble import FEW_ROWS, TreeEnsemble
from simulator.frame import Array

REPEATS, MISSING, ROWS = 5, 0.1, 2000


def evaluated(ensemble: TreeEnsemble, rows: Array, at_once: int) -> tuple[float, Array]:
    """Return the least CPU time per row [us] of `at_once` rows at a time, and the predictions."""
    took = []
    for _ in range(REPEATS):
        start = process_time()
        raw = np.concatenate([ensemble.raw(rows[first : first + at_once]) for first in range(0, len(rows), at_once)])
        took.append(process_time() - start)
    return 1e6 * min(took) / len(rows), raw


def main() -> None:
    """Print the times of every ensemble."""
    count, rng = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, np.random.default_rng(1)
    for name in ENSEMBLES:
        ensemble: TreeEnsemble = getattr(shipped_model(), name)
        rows = rng.normal(0.0, 3.0, (count, ensemble.features))
        rows[rng.random(rows.shape) < MISSING] = np.nan
        (walk_us, walked), (levels_us, many) = (evaluated(ensemble, rows, at_once) for at_once in (FEW_ROWS, count))
        np.testing.assert_array_equal(walked, many)
        print(f"{name}: {len(ensemble.roots)} trees, walk {walk_us:.1f} us a row, levels {levels_us:.1f} us a row")


if __name__ == "__main__":
    main()
