"""Free traffic on four stations of three lanes, for tests of loop health: Poisson counts, known shares, exact transport."""

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

PERIOD_S = 30.0
ROAD = Corridor("road", PERIOD_S, tuple(Station(f"s{k}", 780.0 * k, 3) for k in range(4)))
"""A station each period's drive at 26 m/s: what passes one in a frame passes the next in the frame after."""
SHARES = np.array([0.3, 0.4, 0.3])


def free_counts(frames: int, per_frame: float, seed: int) -> Array:
    """Return (T, S, L) counts: Poisson at each lane of the first station, and lanes drawn anew at each next."""
    rng = np.random.default_rng(seed)
    total = rng.poisson(per_frame, frames + 4)
    return np.array(
        [[rng.multinomial(total[t + 4 - k], SHARES) for k in range(4)] for t in range(frames)], dtype=np.float64
    )


def frames_of(count: Array, speed_mps: float = 28.0, seed: int = 1) -> list[LoopFrame]:
    """Return the frames of counts (T, S, L), vehicles of 7 m, speeds that scatter by 4 %."""
    rng = np.random.default_rng(seed)
    speed = speed_mps * (1 + 0.04 * rng.standard_normal(count.shape))
    occupancy = np.minimum(count * 7.0 / speed / PERIOD_S, 1.0)
    speed = np.where(count > 0, speed, np.nan)
    return [
        LoopFrame(PERIOD_S * (t + 1), n, v, o) for t, (n, v, o) in enumerate(zip(count, speed, occupancy, strict=True))
    ]
