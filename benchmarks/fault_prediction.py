"""Time of `gp_cusum` for one frame of many loops: predictions, residuals and sums.

    python -m benchmarks.fault_prediction [LOOPS] [POINTS] [INPUTS]

Predictors of random training points stand for fitted ones: the time does not depend on what was learnt.
"""

import sys
import time

import numpy as np

from detectors.faults.cusum_sums import next_sums, standardised, zero_sums
from detectors.faults.fit_gaussian_process import POINTS, closest
from detectors.faults.gaussian_process import conditioned

FRAMES = 5


def main() -> None:
    """The command line."""
    given = [int(text) for text in sys.argv[1:]]
    loops, points, inputs = [*given, *(1000, POINTS, 6)[len(given) :]]
    rng = np.random.default_rng(1)
    place = np.arange(loops, dtype=float)
    neighbours = closest(np.abs(place[:, np.newaxis] - place), inputs)
    ones = np.ones(loops)
    began = time.perf_counter()
    predictor = conditioned(
        neighbours,
        0 * ones,
        ones,
        rng.normal(size=(loops, points, inputs)),
        rng.normal(size=(loops, points)),
        np.full((loops, inputs), 2.0),
        ones.copy(),
        0.5 * ones,
    )
    print(f"{loops} loops, {points} points, {inputs} inputs; built in {time.perf_counter() - began:.1f} s")
    sums, took = zero_sums(loops), []
    for _ in range(FRAMES):
        values = rng.normal(size=loops)
        began = time.perf_counter()
        sums = next_sums(sums, standardised(values, *predictor.predict(values)), 0.5)
        took.append(time.perf_counter() - began)
    print(f"a frame in {np.median(took):.3f} s (median of {FRAMES}), {max(took):.3f} s (slowest)")


if __name__ == "__main__":
    main()
