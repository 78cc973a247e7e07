"""CPU time of the filter of stored vehicles for all sections of a frame, beside one filterpy filter per section.

    python -m benchmarks.stored_vehicles_speed [SECTIONS ...]       7 and 4000 sections without arguments

Both take the same random measurements and must agree; medians over FRAMES frames.
"""

import sys
from time import process_time

import numpy as np
from filterpy.kalman import KalmanFilter

from detectors.sequential.stored_vehicles import (
    COUNT_VARIANCE,
    HIDDEN_VEH_PER_M,
    MEASURES,
    SURGE,
    StorageFilter,
    nothing_stored,
    transition,
)

FRAMES, LENGTH_M, PERIOD_S, FLOW_VEH, NOISE = 20, 800.0, 30.0, 40.0, 1.0


def one_section() -> KalmanFilter:
    """Return filterpy's filter of one section, with the constants of stored_vehicles.py."""
    single = KalmanFilter(dim_x=2, dim_z=2)
    single.F, single.H = transition(PERIOD_S), MEASURES
    single.P = np.zeros((2, 2))
    single.Q = np.diag([0.0, (SURGE * FLOW_VEH) ** 2 * (1 - single.F[1, 1] ** 2)])
    single.R = np.diag([NOISE * FLOW_VEH + COUNT_VARIANCE, (HIDDEN_VEH_PER_M * LENGTH_M) ** 2])
    return single


def main() -> None:
    """Print the median CPU time of a frame for each number of sections."""
    for sections in [int(argument) for argument in sys.argv[1:]] or [7, 4000]:
        rng, ones = np.random.default_rng(1), np.ones(sections)
        storage, estimate = StorageFilter(LENGTH_M * ones, PERIOD_S), nothing_stored(sections)
        singles = [one_section() for _ in range(sections)]
        took: list[tuple[float, float]] = []
        for _ in range(FRAMES):
            missing, density = rng.normal(0.0, 6.0, sections), rng.normal(0.0, 30.0, sections)
            start = process_time()
            estimate = storage.step(estimate, missing, FLOW_VEH * ones, NOISE * ones, density)
            between = process_time()
            for single, *measured in zip(singles, missing, density, strict=True):
                single.predict()
                single.update(np.array(measured))
            took.append((between - start, process_time() - between))
        np.testing.assert_allclose(
            estimate.state, np.array([single.x[:, 0] for single in singles]), rtol=1e-6, atol=1e-9
        )
        ours, theirs = (1e3 * float(np.median(each)) for each in zip(*took, strict=True))
        print(f"{sections} sections: all at once {ours:.2f} ms, filterpy one by one {theirs:.2f} ms a frame")


if __name__ == "__main__":
    main()
